package io.sluice.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.sluice.config.ListenerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An address bound by one server channel whose connections are dealt out to all loops in turn, or by one for each loop that
 * keeps its own. A server channel accepts one connection after the other, and asks the acceptor between them; while it may
 * not go on, it doesn't read: no event comes, nothing is polled.
 *
 * <p>An accept that is under way is never called back but by closing. On io_uring that takes a moment, in which Netty (4.2.18)
 * stands neither a second one nor a close: it clears the id of the accept at once and its count of them when the cancelled
 * one ends, and asserts that both agree. So reading stops only from within a read event, when none is under way. A socket whose
 * accept ends when the last place was taken elsewhere, or the limit was lowered, keeps that one connection as the kernel's
 * backlog would: untouched, until there is a place.
 */
final class ChannelBinding implements Loops.Binding {
    private final Sockets sockets;
    private final List<Loop> loops;
    private final ListenerConfig.Accept options;
    private final Acceptor acceptor;
    private final ChannelHandler wires;
    private final List<ServerSocket> servers = new CopyOnWriteArrayList<>();
    private @Nullable UnixDomainSocketAddress path;
    private @Nullable UnixFile file;

    /** @param wires puts a {@link ChannelWire} into the pipeline of a channel that is new on its loop */
    ChannelBinding(
            Sockets sockets, List<Loop> loops, ListenerConfig.Accept options, Acceptor acceptor, ChannelHandler wires) {
        this.sockets = sockets;
        this.loops = loops;
        this.options = options;
        this.acceptor = acceptor;
        this.wires = wires;
    }

    /** Binds; if that fails, nothing is bound. Waits: not on a loop. */
    void open(InetSocketAddress address, Loop first) throws IOException {
        try {
            if (options.reusePort() && sockets.accept().reusePort() != null) {
                InetSocketAddress bound = address;
                for (Loop loop : loops) {
                    // the first may have got a port from the system
                    bound = open(bound, loop, List.of(loop));
                }
            } else {
                open(address, first, loops);
            }
        } catch (IOException e) {
            unbind();
            throw e;
        }
    }

    /** The same with a Unix socket. */
    void open(UnixDomainSocketAddress address, UnixFile at, Loop first) throws IOException {
        path = address;
        file = at;
        ServerSocket server = new ServerSocket(first, loops);
        Bootstrap bootstrap = bootstrap(server).channelFactory(sockets.unix().serverChannels());
        try {
            bind(server, bootstrap, sockets.unix().address().apply(at.made()));
            at.publish(options.mode());
        } catch (IOException e) {
            unbind();
            throw e;
        }
    }

    private Bootstrap bootstrap(ServerSocket server) {
        Bootstrap bootstrap = new Bootstrap()
                .group(server.loop.eventLoop())
                .option(ChannelOption.SO_BACKLOG, options.backlog())
                .handler(server);
        if (sockets.accept().inBatches()) {
            bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(1).maxMessagesPerRead(1));
        }
        return bootstrap;
    }

    private InetSocketAddress open(InetSocketAddress address, Loop loop, List<Loop> dealtTo) throws IOException {
        ServerSocket server = new ServerSocket(loop, dealtTo);
        Bootstrap bootstrap =
                bootstrap(server).channelFactory(sockets.serverChannels()).option(ChannelOption.SO_REUSEADDR, true);
        AcceptOptions known = sockets.accept();
        if (options.reusePort() && known.reusePort() != null) {
            bootstrap.option(known.reusePort(), true);
        }
        if (!options.deferAccept().isZero() && known.deferAccept() != null) {
            bootstrap.option(known.deferAccept(), (int) options.deferAccept().toSeconds());
        }
        return (InetSocketAddress) bind(server, bootstrap, address);
    }

    private SocketAddress bind(ServerSocket server, Bootstrap bootstrap, SocketAddress address) throws IOException {
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        server.channel = bound.channel();
        servers.add(server);
        return bound.channel().localAddress();
    }

    @Override
    public SocketAddress address() {
        return path != null ? path : channelOf(servers.getFirst()).localAddress();
    }

    @Override
    public void recheck() {
        servers.forEach(server -> server.loop.execute(server::settle));
    }

    @Override
    public void unbind() {
        List<ChannelFuture> closing = new ArrayList<>();
        servers.forEach(server -> closing.add(channelOf(server).close()));
        closing.forEach(ChannelFuture::awaitUninterruptibly);
        if (file != null) {
            file.remove();
        }
    }

    private static Channel channelOf(ServerSocket server) {
        Channel channel = server.channel;
        if (channel == null) {
            throw new IllegalStateException("not bound");
        }
        return channel;
    }

    /** One server channel; all on its loop. */
    private final class ServerSocket extends ChannelInboundHandlerAdapter {
        private final Loop loop;
        private final List<Loop> dealtTo;
        private volatile @Nullable Channel channel;
        private int next;
        private boolean failing;
        /** Accepted when it might not be; not registered with any loop. */
        private @Nullable Channel waiting;

        ServerSocket(Loop loop, List<Loop> dealtTo) {
            this.loop = loop;
            this.dealtTo = dealtTo;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            channel = ctx.channel();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            loop.refresh();
            Channel child = (Channel) message;
            if (waiting == null && !acceptor.accepts()) {
                waiting = child;
                rest(ctx);
                return;
            }
            acceptor.accepted();
            take(child);
            if (!acceptor.accepts()) {
                rest(ctx);
            }
        }

        private static void rest(ChannelHandlerContext ctx) {
            ctx.channel().config().setAutoRead(false);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            Channel late = waiting;
            if (late != null) {
                waiting = null;
                late.unsafe().closeForcibly();
            }
        }

        private void take(Channel child) {
            try {
                configure(child);
                child.pipeline().addLast(wires);
            } catch (ChannelException | IllegalArgumentException failed) {
                drop(child);
                return;
            }
            next = (next + 1) % dealtTo.size();
            dealtTo.get(next).eventLoop().register(child).addListener(done -> {
                if (!done.isSuccess()) {
                    drop(child);
                }
            });
        }

        private void drop(Channel child) {
            child.unsafe().closeForcibly();
            acceptor.lost();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            acceptor.failed(cause instanceof IOException io ? io : new IOException(cause));
            failing = true;
            rest(ctx);
            ctx.channel().eventLoop().schedule(this::tryAgain, Loops.ACCEPT_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }

        private void tryAgain() {
            failing = false;
            settle();
        }

        /** Goes on accepting if it may; what has waited comes first. */
        private void settle() {
            if (failing || !acceptor.accepts()) {
                return;
            }
            Channel late = waiting;
            if (late != null) {
                waiting = null;
                acceptor.accepted();
                take(late);
            }
            if (acceptor.accepts()) {
                channelOf(this).config().setAutoRead(true);
            }
        }
    }

    private void configure(Channel child) {
        if (path != null) {
            return;
        }
        child.config().setOption(ChannelOption.TCP_NODELAY, true);
        ListenerConfig.KeepAlive probes = options.keepAlive();
        if (probes == null) {
            return;
        }
        child.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        AcceptOptions known = sockets.accept();
        if (known.keepIdle() != null && known.keepInterval() != null && known.keepProbes() != null) {
            child.config().setOption(known.keepIdle(), (int) probes.idle().toSeconds());
            child.config()
                    .setOption(known.keepInterval(), (int) probes.interval().toSeconds());
            child.config().setOption(known.keepProbes(), probes.probes());
        }
    }
}
