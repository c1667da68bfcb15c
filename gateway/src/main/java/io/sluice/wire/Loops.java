package io.sluice.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.sluice.config.BindAddress;
import io.sluice.config.GatewayConfig;
import io.sluice.config.HostPort;
import io.sluice.config.ListenerConfig;
import io.sluice.config.UnixPath;
import io.sluice.names.Names;
import io.sluice.tls.TlsPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All event loops of the process, and where wires are made: by accepting and by connecting. Opened and closed by who
 * starts the gateway; after {@link #close} nothing runs any more.
 */
public final class Loops implements AutoCloseable {
    /** How long accepting rests when the kernel could not accept. */
    static final long ACCEPT_PAUSE_MILLIS = 100;

    private static final Logger log = LoggerFactory.getLogger(Loops.class);

    private final Sockets sockets;
    private final EventLoopGroup group;
    private final List<Loop> loops;
    private final Names names = new Names();
    private final EventLoopGroup asideGroup;
    private final Loop aside;
    private final AtomicInteger bindings = new AtomicInteger();

    /**
     * @param threads 1 or more; 0: one for each processor
     * @throws IllegalArgumentException if the transport does not work here; the message says why
     */
    public Loops(GatewayConfig.Transport transport, int threads) {
        this(Sockets.of(transport), threads);
    }

    Loops(Sockets sockets, int threads) {
        this.sockets = sockets;
        int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        group = new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("loop"), sockets.ioHandlers());
        List<Loop> made = new ArrayList<>(count);
        for (EventExecutor executor : group) {
            made.add(new Loop((io.netty.channel.EventLoop) executor, made.size()));
        }
        loops = List.copyOf(made);
        asideGroup = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("aside"), sockets.ioHandlers());
        aside = new Loop(asideGroup.next(), count);
    }

    /** The name of the transport in use: epoll, io_uring, kqueue or nio. */
    public String transport() {
        return sockets.name();
    }

    /** Whether {@link Wire#move} works with this transport: epoll and kqueue. */
    public boolean movesWires() {
        return sockets.closesAtOnce();
    }

    /** What an idle cleartext wire weighs in the heap, its registration included, by accounting; in bytes. */
    public int idleWireBytes() {
        return sockets.idleWireBytes();
    }

    /** Lets so many bytes wait for slow clients, in even parts for the loops; none before it is called. Any thread. */
    public void responseMemory(long bytes) {
        loops.forEach(loop -> loop.backlogs().budget(bytes / loops.size()));
    }

    /** What waits for slow clients now; any thread. */
    public ResponseMemory responseMemory() {
        return loops.stream().map(loop -> loop.backlogs().figures()).reduce(ResponseMemory.NONE, ResponseMemory::plus);
    }

    public int size() {
        return loops.size();
    }

    public List<Loop> all() {
        return loops;
    }

    /** The names of endpoints, on a loop that is none of these. */
    public Names names() {
        return names;
    }

    /** One more, for what must not hold up an exchange, such as health checks. It is not among {@link #all}; its thread starts when it is first used. */
    public Loop aside() {
        return aside;
    }

    /** A bound address. Any thread. */
    public interface Binding {
        /** With the port that the system chose; of a Unix socket a {@link UnixDomainSocketAddress}. */
        SocketAddress address();

        /** {@link Acceptor#accepts} may have become true, or false: it is asked again on each loop that accepts. */
        void recheck();

        /** Accepts no more; what was accepted stays. Returns when the address is free again: not on a loop. */
        void unbind();
    }

    /**
     * Binds and accepts. Must not be called on a loop, since it waits.
     *
     * @throws IOException if the address cannot be bound
     */
    public Binding bind(BindAddress address, ListenerConfig.Accept options, Acceptor acceptor) throws IOException {
        boolean unix = address instanceof UnixPath;
        for (String key : unix ? AcceptOptions.ofTcp(options) : sockets.accept().unknown(options)) {
            log.warn(
                    "listener on {}: accept.{} is not used: {} does not have it",
                    address,
                    key,
                    unix ? "a Unix socket" : "transport " + sockets.name());
        }
        return switch (address) {
            case HostPort(String host, int port) ->
                bind(
                        host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port),
                        null,
                        options,
                        acceptor);
            case UnixPath(String path) ->
                bind(UnixDomainSocketAddress.of(path), new UnixFile(Path.of(path)), options, acceptor);
        };
    }

    private Binding bind(SocketAddress bind, @Nullable UnixFile file, ListenerConfig.Accept options, Acceptor acceptor)
            throws IOException {
        Loop first = loops.get(Math.floorMod(bindings.getAndIncrement(), loops.size()));
        if (sockets.direct()) {
            return new EpollBinding(bind, file, options, acceptor, loops, first);
        }
        ChannelBinding binding =
                new ChannelBinding(sockets, loops, options, acceptor, initializer(acceptor::connected));
        if (file == null) {
            binding.open((InetSocketAddress) bind, first);
        } else {
            binding.open((UnixDomainSocketAddress) bind, file, first);
        }
        return binding;
    }

    /** How an attempt to connect ends; called on the loop that it was made on. */
    public interface Connect {
        /** Returns the connection that the wire belongs to. */
        WireEvents connected(Wire wire);

        void failed(Throwable cause);
    }

    /** Connects from a loop, which the wire is then on. Call on that loop; the result comes later, never from within the call. */
    public void connect(Loop loop, SocketAddress address, long timeoutNanos, Connect result) {
        connect(loop, address, null, timeoutNanos, result);
    }

    /**
     * As the other one. With TLS the wire is there when the handshake is done; a {@link io.sluice.tls.HandshakeException} says why it was not.
     *
     * @param tls null: cleartext
     * @param timeoutNanos for connect and handshake together
     */
    public void connect(Loop loop, SocketAddress address, @Nullable TlsPeer tls, long timeoutNanos, Connect result) {
        if (sockets.direct() && tls == null) {
            EpollConnect.start(loop, address, timeoutNanos, result);
            return;
        }
        if (tls == null) {
            open(loop, address, initializer(result::connected), timeoutNanos, result::failed);
        } else {
            ClientHandshake handshake = new ClientHandshake(
                    loop, tls, result, channel -> wire(channel, result::connected), sockets.closesAtOnce());
            handshake.begin(timeoutNanos);
            open(loop, address, handshake, timeoutNanos, handshake::notConnected);
        }
    }

    private void open(
            Loop loop, SocketAddress address, ChannelHandler handler, long timeoutNanos, Consumer<Throwable> failed) {
        int millis = Math.clamp(TimeUnit.NANOSECONDS.toMillis(timeoutNanos), 1, Integer.MAX_VALUE);
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.eventLoop())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis)
                // a write that fails leaves the answer readable that the peer sent before it closed
                .option(ChannelOption.AUTO_CLOSE, false)
                .handler(handler);
        SocketAddress remote = address;
        if (address instanceof UnixDomainSocketAddress unix) {
            bootstrap.channelFactory(sockets.unix().clientChannels());
            remote = sockets.unix().address().apply(unix.getPath());
        } else {
            bootstrap.channelFactory(sockets.clientChannels()).option(ChannelOption.TCP_NODELAY, true);
        }
        bootstrap.connect(remote).addListener(done -> {
            if (!done.isSuccess()) {
                loop.execute(() -> failed.accept(done.cause()));
            }
        });
    }

    private ChannelInitializer<Channel> initializer(Function<Wire, WireEvents> connection) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                // not among the options of a bootstrap: channels that have it not would say so each time
                channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
                channel.pipeline().addLast(wire(channel, connection));
            }
        };
    }

    private ChannelWire wire(Channel channel, Function<Wire, WireEvents> connection) {
        ChannelWire wire = new ChannelWire(loopOf(channel), channel, connection, sockets.closesAtOnce());
        if (sockets.readsWhenReady()) {
            channel.config().setRecvByteBufAllocator(new ReceiveHandle(wire));
        }
        return wire;
    }

    private Loop loopOf(Channel channel) {
        for (Loop loop : loops) {
            if (loop.eventLoop().equals(channel.eventLoop())) {
                return loop;
            }
        }
        if (aside.eventLoop().equals(channel.eventLoop())) {
            return aside;
        }
        throw new IllegalStateException("channel on a foreign event loop");
    }

    /** Ends the loops; sockets still open are closed. Waits up to five seconds; not on a loop. */
    @Override
    public void close() {
        names.close();
        // io_uring gives the buffers of its reads back in rounds of the loop that come after the close
        int quietMillis = sockets.readsWhenReady() ? 0 : 100;
        asideGroup.shutdownGracefully(quietMillis, 5000, TimeUnit.MILLISECONDS);
        group.shutdownGracefully(quietMillis, 5000, TimeUnit.MILLISECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        asideGroup.terminationFuture().awaitUninterruptibly(5, TimeUnit.SECONDS);
        releaseAfter(group, loops);
        releaseAfter(asideGroup, List.of(aside));
    }

    /** Not before they have ended: a socket may be read until the last moment. With io_uring that can be when a peer closes its side. */
    private static void releaseAfter(EventExecutorGroup group, List<Loop> ending) {
        if (group.isTerminated()) {
            ending.forEach(Loop::release);
        } else {
            group.terminationFuture().addListener(ended -> ending.forEach(Loop::release));
        }
    }
}
