package io.sluice.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sluice.config.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The admin listener: HTTP on an event loop of its own, so that nothing that is asked of it can hold up a data loop. Open
 * from {@link #open} to {@link #close}, also while the gateway drains.
 */
public final class AdminServer implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 64;
    private static final int IDLE_SECONDS = 60;
    private static final int CLOSE_SECONDS = 2;

    private final EventLoopGroup group;
    private final Channel channel;
    private final Connections connections;

    private AdminServer(EventLoopGroup group, Channel channel, Connections connections) {
        this.group = group;
        this.channel = channel;
        this.connections = connections;
    }

    /**
     * Binds and accepts. Waits: not on a loop.
     *
     * @param bind where
     * @param control its config says who may do what
     * @throws IllegalArgumentException if {@code bind} is not a loopback address and there is no token; the message says what was
     *     expected
     * @throws IOException if it can't be bound
     */
    public static AdminServer open(HostPort bind, Control control) throws IOException {
        boolean loopback = Guard.isLoopback(bind.host());
        if (!loopback && control.snapshot().config().admin().token() == null) {
            throw new IllegalArgumentException(bind + " (expected: a loopback address such as 127.0.0.1:" + bind.port()
                    + ", or admin.token: without one everybody who reaches the admin listener may use it)");
        }
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("admin", true), NioIoHandler.newFactory());
        Connections connections = new Connections(new Api(control, loopback));
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channelFactory(NioServerSocketChannel::new)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(connections)
                .bind(
                        bind.host().isEmpty()
                                ? new InetSocketAddress(bind.port())
                                : new InetSocketAddress(bind.host(), bind.port()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            end(group);
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        return new AdminServer(group, bound.channel(), connections);
    }

    /** Sets up accepted connections. Used by the one loop of the server. */
    private static final class Connections extends ChannelInitializer<Channel> {
        private final Api api;
        /** At most as many as there may be, and those that are just being refused. */
        private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

        Connections(Api api) {
            this.api = api;
        }

        @Override
        protected void initChannel(Channel accepted) {
            open.add(accepted);
            if (open.size() > MAX_CONNECTIONS) {
                accepted.unsafe().closeForcibly();
                return;
            }
            accepted.pipeline()
                    .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                    .addLast(new HttpServerCodec())
                    .addLast(new WholeRequest())
                    .addLast(new FlowControlHandler())
                    .addLast(new AdminConnection(api));
        }
    }

    /** The address in use, with the port that the system chose where the config says 0. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Closes the listener and its connections; waits for at most four seconds. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        // streams of events would go on
        connections.open.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        end(group);
    }

    private static void end(EventLoopGroup group) {
        group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
