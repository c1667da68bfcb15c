package io.sluice.bench.models;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** One event loop of Netty with a channel for each connection, whose only handler answers. */
final class NettyServer implements Server {
    private final EventLoopGroup loop;
    private final Channel server;

    private NettyServer(int port, IoHandlerFactory io, Class<? extends ServerChannel> kind) {
        loop = new MultiThreadIoEventLoopGroup(1, io);
        ChannelInitializer<Channel> connections = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new Connection());
            }
        };
        server = new ServerBootstrap()
                .group(loop)
                .channel(kind)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(connections)
                .bind(Server.loopback(port))
                .syncUninterruptibly()
                .channel();
    }

    static NettyServer epoll(int port) throws IOException {
        require(Epoll.unavailabilityCause());
        return new NettyServer(port, EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
    }

    static NettyServer ioUring(int port) throws IOException {
        require(IoUring.unavailabilityCause());
        return new NettyServer(port, IoUringIoHandler.newFactory(), IoUringServerSocketChannel.class);
    }

    private static void require(@Nullable Throwable unavailable) throws IOException {
        if (unavailable != null) {
            throw new IOException("not available here: " + unavailable.getMessage());
        }
    }

    @Override
    public int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    @Override
    public void close() {
        loop.shutdownGracefully();
    }

    private static final class Connection extends ChannelInboundHandlerAdapter {
        private static final ByteBuf ANSWER = Unpooled.unreleasableBuffer(
                Unpooled.directBuffer().writeBytes(Requests.answer()).asReadOnly());
        private final Requests requests = new Requests();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            for (int left = requests.endedIn(bytes.nioBuffer()); left > 0; left--) {
                context.write(ANSWER.duplicate(), context.voidPromise());
            }
            bytes.release();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
