package io.sluice.upstream;

import io.sluice.config.UpstreamConfig;
import io.sluice.wire.Loops;
import io.sluice.wire.PerLoop;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A named set of interchangeable endpoints. Lives as long as its config record stays equal over reloads; then, or when the
 * gateway stops, it is retired by who built it. Any thread.
 *
 * <p>Which endpoints there are changes as names get other addresses: the set is replaced as a whole. An endpoint whose
 * address stays is the same object, with its pool and all that is known of it. One that is gone is picked no more; its
 * idle connections close, and those in use when they are free. If its address comes back before all of them are, so does it,
 * so that its cap holds throughout.
 */
public final class Upstream {
    private static final Logger log = LoggerFactory.getLogger(Upstream.class);

    private final UpstreamConfig config;
    private final Loops loops;
    private final PerLoop<ResponseReader.Spare> readers;
    private final List<Source> sources;
    private final CountDownLatch settled = new CountDownLatch(1);
    private final ReentrantLock changing = new ReentrantLock();
    private volatile EndpointSet set;
    /** Gone, but with connections. */
    private volatile List<Endpoint> leaving = List.of();

    private volatile Runnable onChange = () -> {};
    private volatile boolean retired;

    /** Begins to look names up; {@link #awaitNames} waits for what comes of it. */
    public Upstream(UpstreamConfig config, Loops loops) {
        this.config = config;
        this.loops = loops;
        readers = new PerLoop<>(loops, loop -> new ResponseReader.Spare());
        sources = config.endpoints().stream().map(Source::of).toList();
        List<Endpoint> first = new ArrayList<>();
        candidates().forEach(candidate -> first.add(new Endpoint(config, candidate, loops, readers)));
        set = new EndpointSet(config.balance(), first);
        sources.forEach(source -> source.start(loops.names(), this::refresh));
        settle();
    }

    /**
     * Waits until each name was answered or has failed once. Not on a loop.
     *
     * @param until {@link System#nanoTime} of when it waits no longer
     */
    public void awaitNames(long until) {
        try {
            boolean all = settled.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (!all) {
                log.warn("upstream {}: not all names are resolved yet", name());
            }
        } catch (InterruptedException e) {
            // what is not known yet comes later
            Thread.currentThread().interrupt();
        }
    }

    public String name() {
        return config.name();
    }

    public UpstreamConfig config() {
        return config;
    }

    /** Those that there are now, in file order; never none: a name without an address is one that gets no exchanges. */
    public List<Endpoint> endpoints() {
        return set.endpoints();
    }

    /** Those whose address is gone and that still have connections. */
    public List<Endpoint> leaving() {
        return leaving.stream().filter(endpoint -> !endpoint.pool().isEmpty()).toList();
    }

    /**
     * Chooses an endpoint for an attempt; to be followed by a lease from its pool, which counts what is in flight.
     *
     * @param avoid the one that just failed, taken only if there is no other
     */
    public Endpoint pick(@Nullable Endpoint avoid) {
        return set.pick(avoid);
    }

    /** @param told after the set of endpoints has changed; not on a loop, and must not wait */
    public void onChange(Runnable told) {
        onChange = told;
    }

    /** Not in the config any more: idle connections are closed now, leased ones when they are released; waiters are still served. */
    public void retire() {
        changing.lock();
        try {
            retired = true;
        } finally {
            changing.unlock();
        }
        sources.forEach(Source::stop);
        for (Endpoint endpoint : endpoints()) {
            endpoint.pool().retire();
        }
    }

    public boolean isRetired() {
        return retired;
    }

    /** Retired, and nothing of it is left: no connection, no exchange. */
    public boolean isDrained() {
        return retired
                && leaving().isEmpty()
                && endpoints().stream().allMatch(endpoint -> endpoint.pool().isEmpty());
    }

    // ---- change

    /** Each address once: two names that lead to the same one must not double its cap. */
    private List<Candidate> candidates() {
        List<Candidate> all = new ArrayList<>();
        sources.forEach(source -> source.collect(all));
        Set<SocketAddress> addresses = new HashSet<>();
        Set<String> names = new HashSet<>();
        all.removeIf(candidate ->
                !names.add(candidate.name()) || (candidate.address() != null && !addresses.add(candidate.address())));
        return all;
    }

    /** A name has an answer, or has failed. On the loop of the names. */
    private void refresh() {
        changing.lock();
        try {
            if (!retired) {
                replace(candidates());
            }
        } finally {
            changing.unlock();
        }
        settle();
    }

    private void settle() {
        if (sources.stream().allMatch(Source::isSettled)) {
            settled.countDown();
        }
    }

    private void replace(List<Candidate> candidates) {
        List<Endpoint> before = set.endpoints();
        List<Endpoint> left = new ArrayList<>(before);
        List<Endpoint> returning = new ArrayList<>(leaving());
        List<Endpoint> next = new ArrayList<>();
        boolean ranked = false;
        for (Candidate candidate : candidates) {
            Endpoint endpoint = take(left, candidate);
            if (endpoint == null) {
                endpoint = take(returning, candidate);
                if (endpoint == null) {
                    endpoint = new Endpoint(config, candidate, loops, readers);
                } else {
                    endpoint.pool().revive();
                }
            }
            ranked |= endpoint.become(candidate);
            next.add(endpoint);
        }
        if (!ranked && next.equals(before)) {
            return;
        }
        returning.addAll(left);
        // first: one that has left the set is always among the leaving
        leaving = List.copyOf(returning);
        set = new EndpointSet(config.balance(), next);
        left.forEach(endpoint -> endpoint.pool().retire());
        log.info("upstream {}: its endpoints are now {}", name(), shown(next));
        onChange.run();
    }

    private static @Nullable Endpoint take(List<Endpoint> from, Candidate candidate) {
        for (Endpoint endpoint : from) {
            if (candidate.isFor(endpoint)) {
                from.remove(endpoint);
                return endpoint;
            }
        }
        return null;
    }

    private static String shown(List<Endpoint> endpoints) {
        int most = 10;
        List<String> names =
                endpoints.stream().limit(most).map(Endpoint::address).toList();
        return String.join(", ", names)
                + (endpoints.size() > most ? " and " + (endpoints.size() - most) + " more" : "");
    }
}
