package io.sluice.proxy;

import io.sluice.route.Route;
import io.sluice.upstream.Endpoint;
import io.sluice.upstream.Upstream;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that has not finished.
 *
 * @param route name; null: none was found yet
 * @param upstream name; null: none is asked
 * @param endpoint address, of the present attempt; null: none was chosen
 * @param attempts connections tried, the present one included
 * @param connected a connection is leased; else it waits for one, or for the request's body
 * @param nanos since its request's head was complete
 */
public record RunningExchange(
        @Nullable String route,
        @Nullable String upstream,
        @Nullable String endpoint,
        int attempts,
        boolean connected,
        long nanos) {

    /** On its loop. */
    static RunningExchange of(Exchange exchange) {
        Route matched = exchange.route;
        Attempts attempts = exchange.attempts;
        Upstream asked = attempts.upstream();
        Endpoint chosen = attempts.endpoint();
        return new RunningExchange(
                matched == null ? null : matched.name(),
                asked == null ? null : asked.name(),
                chosen == null ? null : chosen.address(),
                attempts.count(),
                attempts.connection() != null,
                exchange.loop.nanoTime() - exchange.started);
    }
}
