package io.sluice.upstream;

import io.sluice.config.UpstreamConfig;
import io.sluice.wire.Loops;
import io.sluice.wire.PerLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A named set of interchangeable endpoints. Lives as long as its config record stays equal over reloads; then, or when the
 * gateway stops, it is retired by who built it. Any thread.
 */
public final class Upstream {
    private final UpstreamConfig config;
    private final List<Endpoint> endpoints;
    private final Balancer balancer;
    private final RetryBudget retries;
    private final Watch watch;
    private volatile boolean retired;

    /** As the other one, of an upstream that was not there before. */
    public Upstream(UpstreamConfig config, Loops loops) {
        this(config, loops, null);
    }

    /**
     * Resolves the endpoints' names, so it may wait: not on a loop.
     *
     * @param before the one that this will take the place of: what is set by hand, and what checks have found, stays with the
     *     addresses that both have
     */
    public Upstream(UpstreamConfig config, Loops loops, @Nullable Upstream before) {
        this.config = config;
        balancer = new Balancer(config.balance());
        retries = new RetryBudget(config.health().retries());
        watch = new Watch(config, loops, this::endpoints, balancer, retries);
        PerLoop<ResponseReader.Spare> readers = new PerLoop<>(loops, loop -> new ResponseReader.Spare());
        endpoints = config.endpoints().stream()
                .map(endpoint -> new Endpoint(config, endpoint, loops, readers, watch))
                .toList();
        if (before != null) {
            inherit(before);
        }
        resolve();
        watch.start();
    }

    private void inherit(Upstream before) {
        for (Endpoint endpoint : endpoints) {
            Endpoint known = before.endpoint(endpoint.address());
            if (known != null) {
                endpoint.health().inherit(known.health());
            }
        }
    }

    private void resolve() {
        List<Thread> lookUps = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            if (!endpoint.resolveLiteral()) {
                lookUps.add(
                        Thread.ofVirtual().name("resolve " + endpoint.address()).start(endpoint::resolve));
            }
        }
        try {
            for (Thread lookUp : lookUps) {
                lookUp.join();
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

    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /** Null if there is none with this {@link Endpoint#address}. */
    public @Nullable Endpoint endpoint(String address) {
        for (Endpoint endpoint : endpoints()) {
            if (endpoint.address().equals(address)) {
                return endpoint;
            }
        }
        return null;
    }

    /**
     * Chooses an endpoint for the first attempt of an exchange; to be followed by a lease from its pool, which counts what is
     * in flight. Null if there is none that may be used.
     */
    public @Nullable Endpoint pick() {
        return balancer.pick();
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
        retired = true;
        watch.stop();
        for (Endpoint endpoint : endpoints) {
            endpoint.pool().retire();
        }
    }

    public boolean isRetired() {
        return retired;
    }

    /** Retired, and nothing of it is left: no connection, no exchange. */
    public boolean isDrained() {
        return retired
                && endpoints.stream().allMatch(endpoint -> endpoint.pool().isEmpty());
    }
}
