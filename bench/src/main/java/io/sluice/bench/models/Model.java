package io.sluice.bench.models;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;

/** How a server waits for the next request of each of its connections. */
public enum Model {
    /** A platform thread for each connection, which blocks. */
    THREADS,
    /** Five platform threads that block; a connection keeps its thread until it is closed, the others wait in a queue. */
    POOL,
    /** One thread that tries a read on each connection in turn. */
    POLLING,
    /** One thread and the JDK's selector over poll. */
    POLL,
    /** One thread and the JDK's selector over epoll. */
    EPOLL,
    /** One event loop of Netty over epoll. */
    NETTY_EPOLL,
    /** One event loop of Netty over io_uring. */
    IO_URING,
    /** A virtual thread for each connection, which blocks. */
    VIRTUAL;

    /** Threads of {@link #POOL}. */
    public static final int POOL_THREADS = 5;

    /** Length of the body of every answer. */
    public static final int BODY_BYTES = Requests.BODY_BYTES;

    private static final String POLL_PROVIDER = "sun.nio.ch.PollSelectorProvider";
    private static final String EPOLL_PROVIDER = "sun.nio.ch.EPollSelectorProvider";

    /** The name as options and {@link ModelServer}'s argument write it, such as {@code netty-epoll}. */
    @Override
    public String toString() {
        return this == IO_URING ? "io_uring" : name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The model of that name. */
    static Model of(String name) {
        for (Model model : values()) {
            if (model.toString().equals(name)) {
                return model;
            }
        }
        throw new IllegalArgumentException("model: " + name + " (expected: one of " + List.of(values()) + ")");
    }

    /** What its JVM needs to be started with. */
    public List<String> flags() {
        return switch (this) {
            case POLL -> List.of("-D" + SelectorServer.PROVIDER + "=" + POLL_PROVIDER);
            case EPOLL -> List.of("-D" + SelectorServer.PROVIDER + "=" + EPOLL_PROVIDER);
            case THREADS, POOL, POLLING, NETTY_EPOLL, IO_URING, VIRTUAL -> List.of();
        };
    }

    /**
     * Serves on that port of 127.0.0.1, 0 for any.
     *
     * @throws IOException if the port is taken, or if the machine does not have what the model needs
     */
    Server serve(int port) throws IOException {
        return switch (this) {
            case THREADS -> new BlockingServer(port, Thread.ofPlatform().daemon()::start);
            case POOL ->
                new BlockingServer(
                        port,
                        Executors.newFixedThreadPool(
                                POOL_THREADS, Thread.ofPlatform().daemon().factory()));
            case POLLING -> new PollingServer(port);
            case POLL -> new SelectorServer(port, POLL_PROVIDER);
            case EPOLL -> new SelectorServer(port, EPOLL_PROVIDER);
            case NETTY_EPOLL -> NettyServer.epoll(port);
            case IO_URING -> NettyServer.ioUring(port);
            case VIRTUAL -> new BlockingServer(port, Thread.ofVirtual()::start);
        };
    }
}
