package io.sluice.proxy;

import io.sluice.http.Failure;
import io.sluice.route.Route;
import io.sluice.upstream.UpstreamSide;
import io.sluice.wire.Deadline;
import io.sluice.wire.Timed;
import org.jspecify.annotations.Nullable;

/**
 * How long an {@link Exchange} may pause, and how long it may take in all. When time is up it fails or tries another
 * endpoint; after a pause that was too long, whoever made the others wait is named by the {@link Failure}. On the loop of
 * the exchange.
 */
final class TimeLimits extends Timed {
    private final Exchange exchange;
    private @Nullable Deadline whole;

    TimeLimits(Exchange exchange) {
        this.exchange = exchange;
    }

    /** From now on the whole exchange may take so long; 0: no limit. */
    void limit(long nanos) {
        if (nanos > 0) {
            whole = new Deadline(due -> exchange.fail(Failure.EXCHANGE_TIMEOUT));
            whole.arm(exchange.loop, nanos);
        }
    }

    /** The exchange had a limit as a whole. */
    boolean hasLimit() {
        return whole != null;
    }

    /** It is over. */
    void stop() {
        disarm();
        if (whole != null) {
            whole.disarm();
        }
    }

    /** Something moved: the allowed pause starts anew. */
    void watch() {
        Route matched = exchange.route;
        if (matched == null) {
            return;
        }
        long nanos = matched.bodyIdleNanos();
        if (exchange.tunnel) {
            nanos = matched.tunnelIdleNanos();
        } else if (!exchange.reply.isStarted() && exchange.request.isComplete()) {
            nanos = matched.responseHeadNanos();
        }
        arm(exchange.loop, nanos);
    }

    @Override
    protected void expired() {
        Failure why = failure();
        Route matched = exchange.route;
        if (why == Failure.CLIENT_STALLED
                && matched != null
                && exchange.client.stalledNanos() < matched.bodyIdleNanos()) {
            // it takes some, but not yet so much that it was told
            watch();
        } else {
            exchange.late(why);
        }
    }

    /** Who made the others wait. */
    private Failure failure() {
        if (exchange.tunnel) {
            return Failure.TUNNEL_IDLE;
        }
        if (exchange.reply.isStarted()) {
            return exchange.clientTakes() ? Failure.RESPONSE_BODY_TIMEOUT : Failure.CLIENT_STALLED;
        }
        if (exchange.request.isComplete() || exchange.request.isAskedFor()) {
            return Failure.RESPONSE_HEAD_TIMEOUT;
        }
        UpstreamSide to = exchange.attempts.connection();
        return to != null && !to.isWritable() ? Failure.UPSTREAM_STALLED : Failure.REQUEST_BODY_TIMEOUT;
    }
}
