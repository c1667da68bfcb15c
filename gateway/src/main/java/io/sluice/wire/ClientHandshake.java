package io.sluice.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.sluice.tls.HandshakeException;
import io.sluice.tls.HandshakeException.Kind;
import io.sluice.tls.TlsPeer;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is being opened with TLS: from before the socket connects until the handshake is done, when the wire takes
 * its place in the pipeline, or until that has failed and the socket is closed. The result is told once, and the time is one for
 * both. Half-closure is not allowed before the wire is there, so that a FIN ends it. On the loop.
 */
final class ClientHandshake extends ChannelInboundHandlerAdapter {
    private final Loop loop;
    private final TlsPeer peer;
    private final Loops.Connect result;
    private final Function<Channel, ChannelWire> wires;
    private final boolean closesAtOnce;
    private final Deadline deadline = new Deadline(due -> late());
    private @Nullable ChannelHandlerContext context;
    private @Nullable ChannelWire wire;
    private @Nullable HandshakeException failure;
    private boolean done;

    /**
     * @param wires makes the wire, which is not in the pipeline yet
     * @param closesAtOnce see {@link Sockets#closesAtOnce}
     */
    ClientHandshake(
            Loop loop, TlsPeer peer, Loops.Connect result, Function<Channel, ChannelWire> wires, boolean closesAtOnce) {
        this.loop = loop;
        this.peer = peer;
        this.result = result;
        this.wires = wires;
        this.closesAtOnce = closesAtOnce;
    }

    void begin(long timeoutNanos) {
        deadline.arm(loop, timeoutNanos);
    }

    /** The channel is on its loop, and not connected yet. */
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        // now: the channel asks but once how it is to read
        wire = wires.apply(ctx.channel());
        ctx.pipeline().addFirst(new WholeRecords(), peer.handler(ctx.alloc()));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent end && !done && failure == null) {
            if (end.isSuccess() && wire != null) {
                succeed(ctx, wire);
            } else {
                fail(HandshakeException.of(end.cause()));
            }
        }
    }

    private void succeed(ChannelHandlerContext ctx, ChannelWire ready) {
        done = true;
        deadline.disarm();
        ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        // what came behind the handshake is still to be passed on, and goes to whoever is there then
        ctx.pipeline().replace(this, null, ready);
        ready.begin();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
        fail(HandshakeException.of(thrown));
    }

    private void late() {
        ChannelHandlerContext ctx = context;
        if (ctx != null && ctx.channel().isActive()) {
            fail(new HandshakeException(Kind.TIMEOUT, "the handshake was not done in time"));
        }
        // else the socket is not connected, and says so itself
    }

    private void fail(HandshakeException why) {
        ChannelHandlerContext ctx = context;
        if (failure == null && !done && ctx != null) {
            failure = why;
            deadline.disarm();
            // past TLS: what it had to say was sent
            ctx.pipeline().firstContext().close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (failure == null) {
            failure = new HandshakeException(Kind.PROTOCOL, "the endpoint closed the connection during the handshake");
        }
        if (closesAtOnce) {
            tellFailed(failure);
        } else {
            HandshakeException why = failure;
            ctx.channel().eventLoop().schedule(() -> tellFailed(why), 1, TimeUnit.NANOSECONDS);
        }
    }

    private void tellFailed(HandshakeException why) {
        if (!done) {
            done = true;
            deadline.disarm();
            loop.refresh();
            peer.failed(why);
            result.failed(why);
        }
    }

    /** The socket could not be connected. */
    void notConnected(Throwable cause) {
        if (!done) {
            done = true;
            deadline.disarm();
            result.failed(cause);
        }
    }
}
