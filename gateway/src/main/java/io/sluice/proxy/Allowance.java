package io.sluice.proxy;

import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.policy.RateKey;
import io.sluice.policy.RateLimit;
import io.sluice.policy.RouteGuard;
import io.sluice.route.Route;
import io.sluice.wire.Loop;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the limits say to one exchange, and what it takes up of them until it is over. In this order: is the process short of
 * something, is the route there for this client, may another request come now, may another exchange be under way. On the loop of the
 * exchange, and used again with it.
 */
final class Allowance {
    private final Pressure pressure;
    private final UnderWay.Share share;
    private final RateKey key = new RateKey();
    private @Nullable RateLimit rate;
    private long taken;
    private @Nullable RouteGuard entered;
    private boolean counted;

    Allowance(Proxy proxy, Loop loop) {
        pressure = proxy.overload().on(loop);
        share = proxy.underWay().on(loop);
    }

    /**
     * Asks for one exchange, once; {@link #leave} follows in any case.
     *
     * @param request as the client sent it
     * @param client where the request really comes from
     * @return null: it may go on
     */
    @Nullable
    Failure enter(Route route, Head request, InetAddress client, long now) {
        Failure refused = pressure.refuses(route.importance());
        RouteGuard guard = route.guard();
        if (refused == null && guard != null) {
            refused = ask(guard, request, client, now);
        }
        if (refused != null || share.isOff()) {
            return refused;
        }
        counted = share.enter();
        return counted ? null : Failure.GATEWAY_BUSY;
    }

    private @Nullable Failure ask(RouteGuard guard, Head request, InetAddress client, long now) {
        if (!guard.serves(client)) {
            return Failure.CLIENT_DENIED;
        }
        RateLimit limit = guard.rate();
        if (limit != null) {
            rate = limit;
            taken = limit.take(key, request, client, now);
            if (taken < 0) {
                return Failure.RATE_LIMITED;
            }
        }
        if (guard.isBounded()) {
            if (!guard.enter()) {
                return Failure.ROUTE_BUSY;
            }
            entered = guard;
        }
        return null;
    }

    /** Whether {@link #tell} says anything. */
    boolean isTold() {
        return rate != null;
    }

    /** Tells the client how many requests it may make yet. */
    void tell(Head response) {
        if (rate != null) {
            rate.tell(response, taken);
        }
    }

    /** The exchange is over. */
    void leave() {
        rate = null;
        if (entered != null) {
            entered.leave();
            entered = null;
        }
        if (counted) {
            counted = false;
            share.leave();
        }
    }
}
