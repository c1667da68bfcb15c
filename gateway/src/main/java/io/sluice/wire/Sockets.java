package io.sluice.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.sluice.config.GatewayConfig.Transport;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * How one transport makes sockets and drives them.
 *
 * @param unix the same for Unix sockets
 * @param accept how its server sockets are told what a listener wants
 * @param readsWhenReady reads happen when a socket is ready, into a buffer chosen then; false where a read is under way
 *     all the time with a buffer of its own
 * @param closesAtOnce what a loop gives up is given up at once; false where that is done in its next round (NIO: when it
 *     selects, io_uring: when what is under way was cancelled). There a closed socket is open for a moment, and one that
 *     left its loop is still bound to it
 * @param direct cleartext wires go straight on epoll, without a channel
 * @param idleWireBytes what an idle wire weighs in the heap: counted out where it is ours, weighed where it is a channel
 */
record Sockets(
        String name,
        IoHandlerFactory ioHandlers,
        ChannelFactory<? extends ServerChannel> serverChannels,
        ChannelFactory<? extends SocketChannel> clientChannels,
        UnixSockets unix,
        AcceptOptions accept,
        boolean readsWhenReady,
        boolean closesAtOnce,
        boolean direct,
        int idleWireBytes) {

    private static final ChannelOption<Boolean> NIO_QUICKACK = NioChannelOption.of(ExtendedSocketOptions.TCP_QUICKACK);

    // weighed with Netty 4.2.18; channels of kqueue are taken for as heavy as those of io_uring
    private static final int NIO_BYTES = 1480;
    private static final int CHANNEL_BYTES = 1400;

    /**
     * @throws IllegalArgumentException if that transport does not work on this machine
     */
    static Sockets of(Transport transport) {
        return switch (transport) {
            case AUTO -> best();
            case EPOLL -> {
                require("epoll", Epoll.unavailabilityCause());
                yield epoll();
            }
            case IO_URING -> {
                require("io_uring", IoUring.unavailabilityCause());
                yield new Sockets(
                        "io_uring",
                        IoUringIoHandler.newFactory(),
                        IoUringServerSocketChannel::new,
                        IoUringSocketChannel::new,
                        UnixSockets.ioUring(),
                        AcceptOptions.ioUring(),
                        false,
                        false,
                        false,
                        CHANNEL_BYTES);
            }
            case KQUEUE -> {
                require("kqueue", KQueue.unavailabilityCause());
                yield kqueue();
            }
            case NIO -> nio();
        };
    }

    private static Sockets best() {
        if (Epoll.isAvailable()) {
            return epoll();
        }
        return KQueue.isAvailable() ? kqueue() : nio();
    }

    private static Sockets epoll() {
        return new Sockets(
                "epoll",
                EpollIoHandler.newFactory(),
                EpollServerSocketChannel::new,
                EpollSocketChannel::new,
                UnixSockets.epoll(),
                AcceptOptions.epoll(),
                true,
                true,
                true,
                EpollWire.IDLE_BYTES);
    }

    private static Sockets kqueue() {
        return new Sockets(
                "kqueue",
                KQueueIoHandler.newFactory(),
                KQueueServerSocketChannel::new,
                KQueueSocketChannel::new,
                UnixSockets.kqueue(),
                AcceptOptions.kqueue(),
                true,
                true,
                false,
                CHANNEL_BYTES);
    }

    private static Sockets nio() {
        return new Sockets(
                "nio",
                NioIoHandler.newFactory(),
                NioServerSocketChannel::new,
                NioSocketChannel::new,
                UnixSockets.nio(),
                AcceptOptions.nio(),
                true,
                false,
                false,
                NIO_BYTES);
    }

    /** The same with a channel for each wire. */
    Sockets overChannels() {
        return new Sockets(
                name,
                ioHandlers,
                serverChannels,
                clientChannels,
                unix,
                accept,
                readsWhenReady,
                closesAtOnce,
                false,
                CHANNEL_BYTES);
    }

    /** As {@link Wire#acknowledge}, where the transport of a channel can do that. */
    static void acknowledge(Channel channel) {
        try {
            boolean ignored = channel.config().setOption(EpollChannelOption.TCP_QUICKACK, true)
                    || channel.config().setOption(IoUringChannelOption.TCP_QUICKACK, true)
                    || channel.config().setOption(NIO_QUICKACK, true);
        } catch (ChannelException e) {
            // it is gone, and nobody waits
            return;
        }
    }

    private static void require(String name, @Nullable Throwable unavailable) {
        if (unavailable != null) {
            throw new IllegalArgumentException("transport: " + name + " (does not work here: "
                    + unavailable.getMessage() + "; expected: auto, or one that does)");
        }
    }
}
