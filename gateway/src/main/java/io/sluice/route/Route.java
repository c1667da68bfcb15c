package io.sluice.route;

import io.sluice.config.RouteConfig;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.policy.RouteGuard;
import io.sluice.telemetry.RouteMetrics;
import io.sluice.upstream.Upstream;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One row of the routing table, compiled. Immutable but for what {@link #metrics} counts; shared by all loops. */
public final class Route {
    private final RouteConfig config;
    private final int place;
    private final PathMatch path;
    private final List<Predicate> predicates;
    private final Action action;
    private final @Nullable PathRewrite rewrite;
    private final FieldEdits requestEdits;
    private final FieldEdits responseEdits;
    private final long responseHeadNanos;
    private final long bodyIdleNanos;
    private final long bodyGraceNanos;
    private final long exchangeNanos;
    private final long tunnelIdleNanos;
    private final RouteMetrics metrics;
    private final @Nullable RouteGuard guard;

    /** @param place in the file, from 0 */
    Route(
            RouteConfig config,
            int place,
            Function<String, Upstream> upstreams,
            RouteMetrics metrics,
            @Nullable RouteGuard guard) {
        this.guard = guard;
        this.config = config;
        this.place = place;
        this.metrics = metrics;
        path = PathMatch.of(config.match().path());
        predicates = Predicate.of(config.match());
        action = Action.of(config.action(), path, upstreams);
        rewrite = PathRewrite.of(config.rewrite(), path);
        requestEdits = FieldEdits.of(config.requestHeaders(), path, config.name());
        responseEdits = FieldEdits.of(config.responseHeaders(), path, config.name());
        responseHeadNanos = config.timeouts().responseHead().toNanos();
        bodyIdleNanos = config.timeouts().bodyIdle().toNanos();
        bodyGraceNanos = config.timeouts().bodyGrace().toNanos();
        exchangeNanos = config.timeouts().exchange().toNanos();
        tunnelIdleNanos = config.timeouts().tunnelIdle().toNanos();
    }

    public String name() {
        return config.name();
    }

    /** What this was compiled from. */
    public RouteConfig config() {
        return config;
    }

    public Action action() {
        return action;
    }

    /** For the request that is forwarded. */
    public FieldEdits requestEdits() {
        return requestEdits;
    }

    /** For each final response, also those that the gateway makes for this route. */
    public FieldEdits responseEdits() {
        return responseEdits;
    }

    /**
     * Gives the head the path that is forwarded; the query stays, and so does {@code *}. Once an exchange: the head must
     * be as it was matched.
     *
     * @return null, or {@link Failure#REQUEST_PATH}: the template made no path that may be sent
     */
    public @Nullable Failure rewrite(Head head) {
        if (rewrite == null || head.isAsterisk()) {
            return null;
        }
        byte[] made = rewrite.path(head);
        if (made == null) {
            return Failure.REQUEST_PATH;
        }
        head.rewrite(made, 0, made.length);
        return null;
    }

    /** From the end of the request to the final response head; positive. */
    public long responseHeadNanos() {
        return responseHeadNanos;
    }

    /** The longest pause between two pieces of a body; positive. */
    public long bodyIdleNanos() {
        return bodyIdleNanos;
    }

    /** How long a request body may be slower than {@link #bodyRate}; positive. */
    public long bodyGraceNanos() {
        return bodyGraceNanos;
    }

    /** Bytes a second of a request body; 0: no limit. */
    public long bodyRate() {
        return config.limits().bodyRate();
    }

    /** Bytes of a request body that are awaited before a connection is leased. */
    public int requestBuffer() {
        return config.limits().requestBuffer();
    }

    /** Bytes of a response that may wait for a client that takes them slowly. */
    public int responseBuffer() {
        return config.limits().responseBuffer();
    }

    /** The whole exchange; 0: no limit. */
    public long exchangeNanos() {
        return exchangeNanos;
    }

    /** The longest silence of a tunnel; positive. */
    public long tunnelIdleNanos() {
        return tunnelIdleNanos;
    }

    /** Bytes of a request body; -1: no limit. */
    public long bodyLimit() {
        return config.limits().body();
    }

    /** What is refused of the requests that match; null: nothing. */
    public @Nullable RouteGuard guard() {
        return guard;
    }

    /** Whether its exchanges are refused before others when the process has too much to do. */
    public RouteConfig.Importance importance() {
        return config.guard().importance();
    }

    public RouteMetrics metrics() {
        return metrics;
    }

    /** Named parts of the path, as they stand in it; the head must be as it was matched. */
    public Map<String, String> captures(Head head) {
        return path.captures(head);
    }

    int place() {
        return place;
    }

    PathMatch path() {
        return path;
    }

    List<Predicate> predicates() {
        return predicates;
    }

    /** The path that is forwarded; null: none that may be sent. */
    byte @Nullable [] forwardedPath(Head head) {
        return rewrite == null || head.isAsterisk()
                ? Arrays.copyOfRange(head.block(), head.pathStart(), head.pathEnd())
                : rewrite.path(head);
    }

    /** Whether all but host and path hold. */
    boolean holds(Head head, InetAddress client) {
        for (int i = 0; i < predicates.size(); i++) {
            if (!predicates.get(i).holds(head, client)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return config.name();
    }
}
