package io.sluice.policy;

import io.sluice.config.RouteConfig;
import java.net.InetAddress;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a route takes on of the requests that match it. Buckets stay over a reload that leaves the rate as it is, and the count of exchanges
 * under way over any. Any thread.
 */
public final class RouteGuard {
    private final @Nullable AddressRules clients;
    private final @Nullable RateLimit rate;
    private final int most;
    private final AtomicInteger underWay;

    private RouteGuard(RouteConfig.Guard config, @Nullable RouteGuard previous) {
        clients = AddressRules.of(config.clients());
        rate = rate(config, previous);
        most = config.exchanges();
        underWay = previous == null ? new AtomicInteger() : previous.underWay;
    }

    private static @Nullable RateLimit rate(RouteConfig.Guard config, @Nullable RouteGuard previous) {
        if (config.rate() == null) {
            return null;
        }
        RateLimit running = previous == null ? null : previous.rate;
        return running != null && Objects.equals(running.config(), config.rate())
                ? running
                : new RateLimit(config.rate());
    }

    /**
     * @param previous of the route of the same name in the config before
     * @return null: the route takes on all of them
     */
    public static @Nullable RouteGuard of(RouteConfig.Guard config, @Nullable RouteGuard previous) {
        RouteGuard guard = new RouteGuard(config, previous);
        return guard.clients == null && guard.rate == null && guard.most == 0 ? null : guard;
    }

    /** Whether the route is there for clients with this address. */
    public boolean serves(InetAddress client) {
        return clients == null || clients.serves(client);
    }

    /** Null: there is no limit. */
    public @Nullable RateLimit rate() {
        return rate;
    }

    /** Whether exchanges are to be counted. */
    public boolean isBounded() {
        return most > 0;
    }

    /** Counts one more exchange, unless there are as many as there may be. */
    public boolean enter() {
        while (true) {
            int count = underWay.get();
            if (count >= most) {
                return false;
            }
            if (underWay.compareAndSet(count, count + 1)) {
                return true;
            }
        }
    }

    /** One that had entered is over. */
    public void leave() {
        underWay.decrementAndGet();
    }
}
