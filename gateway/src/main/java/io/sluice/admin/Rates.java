package io.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.http.Failure;
import io.sluice.telemetry.LatencyCounts;
import io.sluice.telemetry.RouteMetrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What finished on a route, or on all of them, between two looks; a counter that has gone back has begun anew.
 *
 * @param status by class, as {@link RouteMetrics.Figures#requests}
 * @param latency by bucket
 */
@SuppressWarnings("ArrayRecordComponent") // made for one event, never compared
record Rates(long[] status, long[] latency, long requestBytes, long responseBytes, Map<Failure, Long> failures) {
    private static final int CLASSES = 6;
    private static final String[] CLASS_NAMES = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
    private static final double DIGITS = 10;
    private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final double MILLIS_PER_SECOND = 1000;
    private static final double MICROS_PER_MILLI = 1000;

    static Rates none() {
        return new Rates(new long[CLASSES], new long[LatencyCounts.buckets()], 0, 0, Map.of());
    }

    static Rates between(RouteMetrics.@Nullable Figures before, RouteMetrics.Figures now) {
        if (before == null || before.exchanges() > now.exchanges()) {
            return new Rates(now.requests(), now.latency(), now.requestBytes(), now.responseBytes(), now.failures());
        }
        Map<Failure, Long> failed = new EnumMap<>(Failure.class);
        now.failures().forEach((cause, count) -> {
            long more = count - before.failures().getOrDefault(cause, 0L);
            if (more > 0) {
                failed.put(cause, more);
            }
        });
        return new Rates(
                minus(now.requests(), before.requests()),
                minus(now.latency(), before.latency()),
                now.requestBytes() - before.requestBytes(),
                now.responseBytes() - before.responseBytes(),
                failed);
    }

    private static long[] minus(long[] now, long[] before) {
        long[] differences = new long[now.length];
        for (int i = 0; i < now.length; i++) {
            // adders are summed one after the other
            differences[i] = Math.max(now[i] - before[i], 0);
        }
        return differences;
    }

    Rates plus(Rates other) {
        Map<Failure, Long> both = new EnumMap<>(Failure.class);
        both.putAll(failures);
        other.failures.forEach((cause, count) -> both.merge(cause, count, Long::sum));
        return new Rates(
                sum(status, other.status),
                sum(latency, other.latency),
                requestBytes + other.requestBytes,
                responseBytes + other.responseBytes,
                both);
    }

    private static long[] sum(long[] a, long[] b) {
        long[] sums = new long[a.length];
        for (int i = 0; i < a.length; i++) {
            sums[i] = a[i] + b[i];
        }
        return sums;
    }

    long exchanges() {
        return LongStream.of(status).sum();
    }

    /** @param nanos what passed between the two looks; more than 0 */
    void addTo(ObjectNode node, long nanos) {
        node.put("requestsPerSecond", perSecond(exchanges(), nanos));
        ObjectNode byStatus = node.putObject("status");
        for (int i = 0; i < CLASSES; i++) {
            if (status[i] > 0) {
                byStatus.put(CLASS_NAMES[i], perSecond(status[i], nanos));
            }
        }
        ObjectNode byCause = node.putObject("failures");
        failures.forEach((cause, count) -> byCause.put(cause.cause(), perSecond(count, nanos)));
        node.put("requestBytesPerSecond", perSecond(requestBytes, nanos));
        node.put("responseBytesPerSecond", perSecond(responseBytes, nanos));
        node.set("latencyMs", quantiles());
    }

    static double perSecond(long count, long nanos) {
        return Math.round(count * NANOS / nanos * DIGITS) / DIGITS;
    }

    /** Null where nothing finished. */
    private JsonNode quantiles() {
        long all = LongStream.of(latency).sum();
        if (all == 0) {
            return JsonNodeFactory.instance.nullNode();
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("p50", quantile(0.5, all))
                .put("p90", quantile(0.9, all))
                .put("p99", quantile(0.99, all));
    }

    /** In milliseconds, as if a bucket's exchanges lay evenly in it; of the last bucket its lower bound. */
    private double quantile(double part, long all) {
        double rank = part * all;
        double below = 0;
        double lower = 0;
        for (int i = 0; i < latency.length; i++) {
            double upper = LatencyCounts.bound(i);
            if (below + latency[i] >= rank && latency[i] > 0) {
                double within = Double.isInfinite(upper) ? 0 : (upper - lower) * (rank - below) / latency[i];
                return Math.round((lower + within) * MILLIS_PER_SECOND * MICROS_PER_MILLI) / MICROS_PER_MILLI;
            }
            below += latency[i];
            lower = upper;
        }
        return lower * MILLIS_PER_SECOND;
    }
}
