package io.sluice.names;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.sluice.config.ResolveConfig;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The names that the gateway keeps resolved, on a loop of their own that is started with the first of them. Who watches
 * one is told each answer and each failure on that loop. A name that several watch is asked for once; what is known of it
 * survives a reload, as the new config watches it before the old one lets go. Any thread.
 */
public final class Names implements AutoCloseable {
    private final Map<Key, Watched<?>> watched = new HashMap<>();
    private volatile ResolveConfig config = ResolveConfig.PLAIN;
    private @Nullable MultiThreadIoEventLoopGroup group;
    private volatile @Nullable Resolver resolver;
    private boolean closed;

    /** What is watched. */
    record Key(String name, boolean service) {}

    /** Resolves in another way from now on; what is watched is asked for again. */
    public synchronized void configure(ResolveConfig wanted) {
        if (wanted.equals(config)) {
            return;
        }
        config = wanted;
        if (group == null || closed) {
            return;
        }
        EventLoop loop = loop();
        Resolver before = resolver;
        resolver = new Resolver(loop, wanted);
        loop.execute(() -> {
            watched.values().forEach(Watched::ask);
            if (before != null) {
                before.close();
            }
        });
    }

    /**
     * Keeps the addresses of a host known.
     *
     * @param told of each answer and failure, on the loop of the names; at once if there was one before
     */
    public Tracked<InetAddress> addresses(String host, Consumer<Answer<InetAddress>> told) {
        return watch(new Key(host, false), new Addresses(host), told);
    }

    /** As {@link #addresses}, of the SRV records of a service. */
    public Tracked<Service> services(String name, Consumer<Answer<Service>> told) {
        return watch(new Key(name, true), new Services(name), told);
    }

    private <T> Tracked<T> watch(Key key, Question<T> question, Consumer<Answer<T>> told) {
        EventLoop loop = start();
        Joined<T> joined = new Joined<>(this, key, told);
        loop.execute(() -> joined.join(question));
        return joined;
    }

    private synchronized EventLoop start() {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        if (group == null) {
            group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("names"), NioIoHandler.newFactory());
            resolver = new Resolver(loop(), config);
        }
        return loop();
    }

    synchronized EventLoop loop() {
        MultiThreadIoEventLoopGroup present = group;
        if (present == null) {
            throw new IllegalStateException("not started");
        }
        return present.next();
    }

    Resolver resolver() {
        Resolver present = resolver;
        if (present == null) {
            throw new IllegalStateException("not started");
        }
        return present;
    }

    /** A TTL within the configured bounds. */
    long bounded(long nanos) {
        return Math.clamp(nanos, config.minTtl().toNanos(), config.maxTtl().toNanos());
    }

    /** Nothing is asked any more. Waits up to two seconds; not on a loop. */
    @Override
    public void close() {
        MultiThreadIoEventLoopGroup ending;
        synchronized (this) {
            closed = true;
            ending = group;
        }
        if (ending != null) {
            ending.next().execute(() -> resolver().close());
            ending.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        }
    }

    /** Somebody who watches a name. */
    private static final class Joined<T> implements Tracked<T> {
        private final Names names;
        private final Key key;
        private final Consumer<Answer<T>> told;
        private volatile @Nullable Watched<T> watched;
        private boolean left;

        Joined(Names names, Key key, Consumer<Answer<T>> told) {
            this.names = names;
            this.key = key;
            this.told = answer -> {
                if (!left) {
                    told.accept(answer);
                }
            };
        }

        void join(Question<T> question) {
            // one key has one kind of question
            @SuppressWarnings("unchecked")
            Watched<T> one =
                    (Watched<T>) names.watched.computeIfAbsent(key, absent -> new Watched<>(names, key, question));
            watched = one;
            one.join(told);
        }

        @Override
        public Answer<T> answer() {
            Watched<T> one = watched;
            return one == null ? Answer.none() : one.answer();
        }

        @Override
        public void close() {
            try {
                names.loop().execute(this::leave);
            } catch (RejectedExecutionException ended) {
                // nobody is told any more
            }
        }

        private void leave() {
            Watched<T> one = watched;
            if (!left && one != null) {
                left = true;
                if (one.leave(told)) {
                    names.watched.remove(key, one);
                }
            }
        }
    }
}
