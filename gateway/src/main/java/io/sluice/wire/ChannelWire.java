package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.VoidChannelPromise;
import io.netty.channel.epoll.EpollInterest;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.NotYetConnectedException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A wire over a Netty channel: the only handler in its pipeline, or the only one behind that of TLS. Bytes to be sent are
 * gathered in one buffer until the loop's read event ends. Half-closure is allowed, so that a FIN is an event of its own and
 * not a close.
 *
 * <p>The connection exists from {@code channelActive} on and is told {@code closed} once, from {@code channelInactive}.
 */
final class ChannelWire extends ChannelInboundHandlerAdapter implements Wire, Unsettled {
    private static final Logger log = LoggerFactory.getLogger(ChannelWire.class);
    /** Ranges of at least this many bytes are sent from where they are, smaller ones are copied together. */
    private static final int RETAIN_AT = 16 * 1024;

    private final Channel channel;
    /** For writes. One that fails closes the channel, or, without auto-close, only ends the output. */
    private final ChannelPromise sending;

    private final Function<Wire, WireEvents> connection;
    private final boolean closesAtOnce;
    private Loop loop;
    private @Nullable ChannelHandlerContext context;
    /** Null: cleartext. */
    private @Nullable ChannelTls tls;

    private @Nullable WireEvents events;
    private @Nullable ByteBuf out;
    private boolean unsent;
    private boolean outputEnds;
    private boolean closes;
    private boolean inputEnded;
    private boolean outputFailed;
    private boolean moving;
    private boolean missedInputEnd;
    private boolean missedClose;
    private @Nullable Throwable cause;
    /** Of a client that has been far behind. */
    private @Nullable ChannelBacklog backlog;

    /**
     * @param connection makes the connection once the channel is active
     * @param closesAtOnce see {@link Sockets#closesAtOnce}
     */
    ChannelWire(Loop loop, Channel channel, Function<Wire, WireEvents> connection, boolean closesAtOnce) {
        this.closesAtOnce = closesAtOnce;
        this.loop = loop;
        this.channel = channel;
        this.sending = channel.config().isAutoClose() ? channel.voidPromise() : new VoidChannelPromise(channel, false);
        this.connection = connection;
    }

    // ---- from the channel

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        tls = ChannelTls.in(ctx.pipeline());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        begin();
    }

    /** The channel can be used: the connection is made. */
    void begin() {
        loop.refresh();
        EpollInterest.begin(channel);
        if (events == null) {
            events = connection.apply(this);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        loop.startEvent();
        try {
            if (moving) {
                spoil(new IOException("bytes came while it moved between loops"));
            } else if (!channel.config().isAutoRead() && EpollInterest.isGone(channel)) {
                spoil(new IOException("connection reset while it was paused"));
            } else if (events != null && !closes) {
                events.read(bytes);
            }
        } finally {
            bytes.release();
            // not when the channel says that reading is complete: on io_uring it never does if it was closed meanwhile
            loop.endEvent();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && cause == null) {
            EpollInterest.keep(channel);
            if (tls == null || tls.inputHasEnded()) {
                endInput();
            } else if (!inputEnded) {
                spoil(new IOException("the peer ended the connection without ending TLS"));
            }
        } else if (event == SslCloseCompletionEvent.SUCCESS && cause == null && tls != null && tls.inputHasEnded()) {
            endInput();
        } else if (event == ChannelOutputShutdownEvent.INSTANCE && !outputEnds && !closes) {
            outputFailed = true;
            closeIfDead();
        }
    }

    private void endInput() {
        if (!inputEnded) {
            inputEnded = true;
            missedInputEnd = moving;
            if (!moving) {
                loop.refresh();
                tellInputEnded();
            }
        }
    }

    private void tellInputEnded() {
        if (events != null && !closes) {
            events.inputEnded();
            // BoringSSL sends nothing any more once the peer has ended its side
            outputFailed |= tls != null && !closes;
            closeIfDead();
        }
    }

    /** A write failed: what the peer sent before is still read, and then nothing is left to come. */
    private void closeIfDead() {
        if (outputFailed && inputEnded) {
            spoil(new IOException("the peer takes no more bytes"));
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable() && events != null && !closes && !moving) {
            loop.refresh();
            if (backlog != null) {
                backlog.drained();
            }
            events.writable();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
        Throwable failure = ChannelTls.cause(thrown);
        // Netty wraps some errors of the kernel in exceptions that look like mistakes of ours
        if (!(failure instanceof IOException
                || failure instanceof UncheckedIOException
                || failure instanceof NotYetConnectedException)) {
            log.error("a connection failed", failure);
        }
        spoil(failure);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        releaseOut();
        if (backlog != null) {
            backlog.clear();
        }
        missedClose = moving;
        if (moving) {
            return;
        }
        if (closesAtOnce) {
            tellClosed();
        } else {
            // scheduled, not executed: in the loop's next round
            ctx.channel().eventLoop().schedule(this::tellClosed, 1, TimeUnit.NANOSECONDS);
        }
    }

    private void tellClosed() {
        loop.refresh();
        if (events != null && cause == null && !closes && !inputEnded && !(channel instanceof SocketChannel)) {
            // with NIO and io_uring Netty knows no half-close of Unix sockets: the end of input closes them
            inputEnded = true;
            events.inputEnded();
        }
        WireEvents told = events;
        if (told != null) {
            events = null;
            told.closed(cause);
        }
    }

    // ---- from the connection

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public ByteBuf out(int room) {
        ByteBuf buffer = out;
        if (buffer == null) {
            buffer = loop.sendBuffers().take(channel.alloc(), room);
            out = buffer;
        } else {
            buffer.ensureWritable(room);
        }
        markUnsent();
        return buffer;
    }

    @Override
    public void write(ByteBuf lent, int from, int length) {
        if (length < RETAIN_AT) {
            out(length).writeBytes(lent, from, length);
            return;
        }
        passOn();
        if (channel.isActive()) {
            boolean copied = backlog != null && backlog.copies(length);
            pass(copied ? lent.copy(from, length) : lent.retainedSlice(from, length));
        }
        markUnsent();
    }

    private void pass(ByteBuf bytes) {
        long before = backlog == null ? 0 : backlog.held();
        context().write(bytes, sending);
        if (backlog != null) {
            backlog.written(before);
        }
    }

    private int gathered() {
        return out == null ? 0 : out.readableBytes();
    }

    @Override
    public boolean isWritable(int bound) {
        // so that, if not, the channel will tell of a change
        if (channel.isWritable()) {
            return true;
        }
        if (backlog == null) {
            backlog = new ChannelBacklog(this, channel);
        }
        return !backlog.isFull(gathered(), Math.max(bound, Backlogs.FREE));
    }

    /** Null before the channel is ready, and once it is told of the close. */
    @Nullable
    WireEvents events() {
        return events;
    }

    @Override
    public long stalledNanos() {
        if (allSent()) {
            return 0;
        }
        return backlog == null ? Long.MAX_VALUE : backlog.stalledNanos(loop.nanoTime());
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public boolean allSent() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return !unsent && (waiting == null || waiting.isEmpty());
    }

    @Override
    public void pause() {
        if (channel.config().isAutoRead()) {
            EpollInterest.keep(channel);
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void resume() {
        if (!channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
            if (!inputEnded) {
                EpollInterest.release(channel);
            }
        }
    }

    @Override
    public void handTo(WireEvents other) {
        events = events == null ? other : events.succeededBy(other);
    }

    @Override
    public void shutdownOutput() {
        outputEnds = true;
        markUnsent();
    }

    @Override
    public void close() {
        closes = true;
        markUnsent();
    }

    @Override
    public void abort() {
        closes = true;
        releaseOut();
        if (channel.isActive()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        closeNow();
    }

    /** Past TLS, which would first send its close_notify. */
    private void closeNow() {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close();
        }
    }

    @Override
    public void tell(WireEvents other) {
        events = other;
    }

    @Override
    public boolean isOpen() {
        return channel.isActive() && !closes;
    }

    @Override
    public void acknowledge() {
        Sockets.acknowledge(channel);
    }

    @Override
    public int key() {
        return channel.hashCode();
    }

    @Override
    public @Nullable String protocol() {
        return tls == null ? null : tls.protocol();
    }

    @Override
    public boolean halfCloses() {
        return tls == null;
    }

    @Override
    public InetSocketAddress peer() {
        return channel instanceof SocketChannel ? (InetSocketAddress) channel.remoteAddress() : UNIX;
    }

    @Override
    public InetSocketAddress local() {
        return channel instanceof SocketChannel ? (InetSocketAddress) channel.localAddress() : UNIX;
    }

    @Override
    public void move(Loop target, Runnable arrived) {
        moving = true;
        // no read may be under way while it moves (io_uring)
        pause();
        channel.deregister().addListener(gone -> {
            // with a listener from before, so that it is called in the registration itself: before the first event
            // there
            ChannelPromise attached = new DefaultChannelPromise(channel, target.eventLoop());
            attached.addListener(done -> arrive(target, arrived, done.cause()));
            target.eventLoop().register(attached);
        });
    }

    /** On the target's thread. */
    private void arrive(Loop target, Runnable arrived, @Nullable Throwable failure) {
        loop = target;
        loop.refresh();
        moving = false;
        if (failure == null) {
            resume();
            EpollInterest.begin(channel);
        } else {
            spoil(failure);
        }
        arrived.run();
        if (missedInputEnd) {
            missedInputEnd = false;
            tellInputEnded();
        }
        if (missedClose || failure != null) {
            missedClose = false;
            tellClosed();
        }
    }

    private void spoil(Throwable why) {
        if (cause == null) {
            cause = why;
        }
        closeNow();
    }

    // ---- sending

    void markUnsent() {
        if (!unsent) {
            unsent = true;
            loop.unsettled(this);
        }
    }

    @Override
    public void settle() {
        unsent = false;
        if (!channel.isActive()) {
            releaseOut();
            return;
        }
        ByteBuf last = out;
        if (last != null) {
            last.retain();
        }
        passOn();
        context().flush();
        if (last != null) {
            loop.sendBuffers().give(last);
        }
        if (backlog != null && backlog.settled(gathered()) && events != null && !closes) {
            events.writable();
        }
        if (closes || outputEnds) {
            endOutput();
        }
    }

    private void endOutput() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        if (waiting == null || waiting.isEmpty()) {
            // null: its output has ended already
            finish();
        } else {
            // an empty message is done when all before it are
            context().writeAndFlush(channel.alloc().buffer(0, 0)).addListener(done -> finish());
        }
    }

    private void finish() {
        if (closes) {
            channel.close();
        } else if (tls != null) {
            tls.endOutput();
        } else if (!((DuplexChannel) channel).isOutputShutdown()) {
            ((DuplexChannel) channel).shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
    }

    private void passOn() {
        ByteBuf buffer = out;
        if (buffer != null && buffer.isReadable()) {
            out = null;
            pass(buffer);
        } else {
            releaseOut();
        }
    }

    private void releaseOut() {
        ByteBuf buffer = out;
        if (buffer != null) {
            out = null;
            buffer.release();
        }
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("wire used before its channel was ready");
        }
        return ctx;
    }
}
