package io.sluice.upstream;

import io.sluice.config.UpstreamConfig;
import io.sluice.wire.Loops;
import io.sluice.wire.PerLoop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named set of interchangeable endpoints. Lives as long as its config record stays equal over reloads; then, or when the
 * gateway stops, it is retired by who built it. Any thread.
 */
public final class Upstream {
    private final UpstreamConfig config;
    private final List<Endpoint> endpoints;
    private final Balancer balancer;
    private volatile boolean retired;

    /** Resolves the endpoints' names, so it may wait: not on a loop. */
    public Upstream(UpstreamConfig config, Loops loops) {
        this.config = config;
        PerLoop<ResponseReader.Spare> readers = new PerLoop<>(loops, loop -> new ResponseReader.Spare());
        endpoints = config.endpoints().stream()
                .map(endpoint -> new Endpoint(config, endpoint, loops, readers))
                .toList();
        balancer = new Balancer(config.balance(), endpoints);
        resolve();
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

    /**
     * Chooses an endpoint for an attempt; to be followed by a lease from its pool, which counts what is in flight.
     *
     * @param avoid the one that just failed, taken only if there is no other
     */
    public Endpoint pick(@Nullable Endpoint avoid) {
        return balancer.pick(avoid);
    }

    /** Not in the config any more: idle connections are closed now, leased ones when they are released; waiters are still served. */
    public void retire() {
        retired = true;
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
