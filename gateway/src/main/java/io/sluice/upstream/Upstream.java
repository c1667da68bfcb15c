package io.sluice.upstream;

import io.sluice.config.HealthConfig;
import io.sluice.config.UpstreamConfig;
import io.sluice.h2.H2Room;
import io.sluice.http.Failure;
import io.sluice.http.Heads;
import io.sluice.tls.ClientTls;
import io.sluice.wire.Loops;
import io.sluice.wire.PerLoop;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
 * <p>Which endpoints there are changes as names get other addresses: the list is replaced as a whole, and {@link Watch} adopts it. An endpoint whose
 * address stays is the same object, with its pool and all that is known of it. One that is gone is picked no more; its
 * idle connections close, and those in use when they are free. If its address comes back before all of them are, so does it,
 * so that its cap holds throughout.
 */
public final class Upstream {
    private static final Logger log = LoggerFactory.getLogger(Upstream.class);

    private final UpstreamConfig config;
    private final Loops loops;
    private final PerLoop<ResponseReader.Spare> readers;
    /** Null where HTTP/2 is not spoken. */
    private final @Nullable PerLoop<H2Room> rooms;

    private final @Nullable ClientTls tls;
    private final List<Source> sources;
    private final Balancer balancer;
    private final RetryBudget retries;
    private final Watch watch;
    private final CountDownLatch settled = new CountDownLatch(1);
    private final ReentrantLock changing = new ReentrantLock();
    private volatile List<Endpoint> endpoints;
    /** Gone, but with connections, or with something set by hand. */
    private volatile List<Endpoint> leaving = List.of();
    /** Of the upstream that this takes the place of, until all names are known. */
    private volatile List<Endpoint> inherited;

    private volatile Runnable onChange = () -> {};
    private volatile boolean retired;

    /** As the other one, of an upstream that was not there before. */
    public Upstream(UpstreamConfig config, Loops loops) {
        this(config, loops, null);
    }

    /**
     * Begins to look names up; {@link #awaitNames} waits for what comes of it.
     *
     * @param before the one that this will take the place of: what is set by hand, and what checks have found, stays with the
     *     addresses that both have
     * @throws IllegalArgumentException if a file of its TLS is not fit; the message names it
     */
    public Upstream(UpstreamConfig config, Loops loops, @Nullable Upstream before) {
        this.config = config;
        this.loops = loops;
        readers = new PerLoop<>(loops, loop -> new ResponseReader.Spare());
        rooms = config.protocol() == UpstreamConfig.Protocol.HTTP1
                ? null
                : new PerLoop<>(loops, loop -> new H2Room(new Heads()));
        tls = config.tls() == null
                ? null
                : new ClientTls(config.name(), config.tls(), Sharing.offered(config.protocol()));
        sources = config.endpoints().stream().map(Source::of).toList();
        balancer = new Balancer(config.balance());
        retries = new RetryBudget(config.health().retries());
        watch = new Watch(config, loops, this::endpoints, balancer, retries);
        inherited = before == null ? List.of() : before.known();
        endpoints = candidates().stream().map(this::made).toList();
        watch.start();
        sources.forEach(source -> source.start(loops.names(), this::refresh));
        settle();
    }

    private List<Endpoint> known() {
        // in this order: one that has left the endpoints is always among the leaving
        List<Endpoint> known = new ArrayList<>(endpoints);
        known.addAll(leaving());
        return known;
    }

    private Endpoint made(Candidate candidate) {
        Endpoint made = new Endpoint(config, candidate, loops, readers, rooms, watch, tls);
        for (Endpoint before : inherited) {
            if (before.address().equals(made.address())) {
                made.health().inherit(before.health());
            }
        }
        return made;
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

    /** How TLS is spoken to its endpoints; null: in cleartext. */
    public @Nullable ClientTls tls() {
        return tls;
    }

    /** Those that there are now, in file order; never none: a name without an address is one that gets no exchanges. */
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /** Those whose address is gone and that still have connections, or something set by hand. */
    public List<Endpoint> leaving() {
        return leaving.stream().filter(Upstream::isLeaving).toList();
    }

    private static boolean isLeaving(Endpoint endpoint) {
        Pool pool = endpoint.pool();
        return !pool.isRetired() || !pool.isEmpty() || endpoint.health().manual() != null;
    }

    /** Null if there is none with this {@link Endpoint#address}, not even among the leaving. */
    public @Nullable Endpoint endpoint(String address) {
        for (Endpoint endpoint : known()) {
            if (endpoint.address().equals(address)) {
                return endpoint;
            }
        }
        return null;
    }

    /** @param told after the set of endpoints has changed; not on a loop, and must not wait */
    public void onChange(Runnable told) {
        onChange = told;
    }

    /**
     * Chooses an endpoint for the first attempt of an exchange; to be followed by a lease from its pool, which counts what is
     * in flight. Null if there is none that may be used, as {@link #whyNone} says.
     */
    public @Nullable Endpoint pick() {
        return balancer.pick();
    }

    /** Which endpoint {@link #pick} would give, without giving it. */
    public Outlook outlook() {
        return balancer.outlook();
    }

    /** Why none may be used. */
    public Failure whyNone() {
        boolean unresolved =
                endpoints.stream().anyMatch(endpoint -> endpoint.health().state() == HealthState.UNRESOLVED);
        return unresolved ? Failure.NAME_UNRESOLVED : Failure.NO_ENDPOINT;
    }

    /**
     * Chooses an endpoint for a further attempt, another one than was tried: one that is available, if there is one. Null if
     * there is no other.
     */
    public @Nullable Endpoint pickOther(List<Endpoint> tried) {
        return balancer.pickOther(tried);
    }

    /** Whether one more request may be sent again; false if too many are. */
    public boolean mayRetry() {
        return retries.take();
    }

    /** One more goes to another endpoint, of which nothing was sent: it costs nothing of the budget. */
    public void moved() {
        retries.moved();
    }

    /** It has to have a healthy endpoint for the gateway to be ready, and has none. */
    public boolean isMissed() {
        HealthConfig.Check check = config.health().check();
        return check != null
                && check.required()
                && endpoints().stream().noneMatch(endpoint -> endpoint.health().isShown());
    }

    /** Fewer endpoints are available than {@code panic} allows, so that checks and ejections are ignored. */
    public boolean panics() {
        return balancer.roster().panic;
    }

    /** Requests that were tried again, on another endpoint, since the start. */
    public long retries() {
        return retries.taken();
    }

    /** Requests that were not tried again since too many are, since the start. */
    public long retriesDenied() {
        return retries.denied();
    }

    /**
     * Sets by hand how an endpoint is to be, until this is taken back. The result is complete when no exchange is sent to the
     * endpoint any more that should not be; it never is if the gateway ends meanwhile.
     *
     * @param set null takes back what was set
     */
    public CompletableFuture<Void> set(Endpoint endpoint, @Nullable Manual set) {
        endpoint.health().manual(set);
        return watch.seen();
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
        watch.stop();
        inherited = List.of();
        for (Endpoint endpoint : endpoints()) {
            endpoint.pool().retire();
        }
    }

    public boolean isRetired() {
        return retired;
    }

    /** Retired, and nothing of it is left: no connection, no exchange. */
    public boolean isDrained() {
        return retired && known().stream().allMatch(endpoint -> endpoint.pool().isEmpty());
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
        if (settled.getCount() > 0) {
            // not before what has changed can be picked
            watch.seen().thenRun(this::settle);
        }
    }

    private void settle() {
        if (sources.stream().allMatch(Source::isSettled)) {
            settled.countDown();
        }
    }

    private void replace(List<Candidate> candidates) {
        List<Endpoint> before = endpoints;
        List<Endpoint> left = new ArrayList<>(before);
        List<Endpoint> returning = new ArrayList<>(leaving());
        List<Endpoint> next = new ArrayList<>();
        boolean ranked = false;
        for (Candidate candidate : candidates) {
            Endpoint endpoint = take(left, candidate);
            if (endpoint == null) {
                endpoint = take(returning, candidate);
                if (endpoint == null) {
                    endpoint = made(candidate);
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
        // first: one that has left the endpoints is always among the leaving
        leaving = List.copyOf(returning);
        endpoints = List.copyOf(next);
        if (next.stream().noneMatch(Endpoint::isUnresolved)) {
            inherited = List.of();
        }
        // not before nobody picks them any more
        watch.seen().thenRun(() -> retire(left));
        log.info("upstream {}: its endpoints are now {}", name(), shown(next));
        onChange.run();
    }

    /** Those that are not back meanwhile. */
    private void retire(List<Endpoint> left) {
        changing.lock();
        try {
            for (Endpoint endpoint : left) {
                if (!endpoints.contains(endpoint)) {
                    endpoint.pool().retire();
                }
            }
        } finally {
            changing.unlock();
        }
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
