package io.sluice.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.kqueue.KQueueDomainSocketChannel;
import io.netty.channel.kqueue.KQueueServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.function.Function;

/** How one transport makes channels over Unix sockets, and how it wants their addresses. */
record UnixSockets(
        ChannelFactory<? extends ServerChannel> serverChannels,
        ChannelFactory<? extends Channel> clientChannels,
        Function<Path, SocketAddress> address) {

    static UnixSockets epoll() {
        return new UnixSockets(
                EpollServerDomainSocketChannel::new, EpollDomainSocketChannel::new, UnixSockets::nativeAddress);
    }

    static UnixSockets ioUring() {
        return new UnixSockets(
                IoUringServerDomainSocketChannel::new, IoUringDomainSocketChannel::new, UnixSockets::nativeAddress);
    }

    static UnixSockets kqueue() {
        return new UnixSockets(
                KQueueServerDomainSocketChannel::new, KQueueDomainSocketChannel::new, UnixSockets::nativeAddress);
    }

    static UnixSockets nio() {
        return new UnixSockets(
                NioServerDomainSocketChannel::new, NioDomainSocketChannel::new, UnixDomainSocketAddress::of);
    }

    private static SocketAddress nativeAddress(Path path) {
        return new DomainSocketAddress(path.toString());
    }
}
