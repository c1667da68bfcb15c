package io.sluice.telemetry;

import io.sluice.http.Failure;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The finished exchanges of one route. Counted on any loop without waiting, read by any thread. A row that no exchange
 * has reached holds nothing but its name, so that thousands of unused routes cost nothing.
 */
public final class RouteMetrics {
    /** Upper bounds of the latency buckets, inclusive, in microseconds; one more bucket takes the rest. */
    private static final long[] BOUNDS_MICROS = {
        100,
        250,
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000
    };

    private static final long NANOS_PER_MICRO = 1000;

    /** The time of the last exchange is written down at most so often: loops would fight for the line that holds it. */
    private static final long LAST_STEP_NANOS = 1_000_000_000;

    /** Status classes 1..5; 0 where no status left. */
    private static final int CLASSES = 6;

    private final String route;
    private final AtomicReference<@Nullable Counts> counts = new AtomicReference<>();

    /** A row that no registry knows; those that one does come from {@link Telemetry#route}. */
    public RouteMetrics(String route) {
        this.route = route;
    }

    /** Name of the route; empty for what reached none. */
    public String route() {
        return route;
    }

    /**
     * @param opened it was the first on an upstream connection
     * @param at as {@link System#nanoTime}
     */
    void count(
            int status,
            @Nullable Failure failure,
            boolean opened,
            long nanos,
            long at,
            long requestBytes,
            long responseBytes) {
        Counts row = counts.get();
        if (row == null) {
            row = firstCounts(at);
        }
        row.seen(at);
        row.count(status, failure, nanos, requestBytes, responseBytes);
        if (opened) {
            row.onNewConnection.increment();
        }
    }

    private Counts firstCounts(long at) {
        Counts made = new Counts(at);
        Counts other = counts.compareAndExchange(null, made);
        return other == null ? made : other;
    }

    /** What was counted so far; null before the first exchange. */
    public @Nullable Figures figures() {
        Counts row = counts.get();
        return row == null ? null : row.figures();
    }

    /** Buckets of latency, the one for the rest included. */
    public static int buckets() {
        return BOUNDS_MICROS.length + 1;
    }

    /** Upper bound of a bucket in seconds; infinite for the last. */
    public static double bound(int bucket) {
        return bucket == BOUNDS_MICROS.length ? Double.POSITIVE_INFINITY : BOUNDS_MICROS[bucket] / 1e6;
    }

    /**
     * The figures of a row at one moment.
     *
     * @param requests by status class; the first is for exchanges without a status
     * @param onNewConnection those that were the first on an upstream connection
     * @param latency exchanges by bucket, not cumulated
     * @param last when the last one ended, at most a second too early; as {@link System#nanoTime}
     */
    @SuppressWarnings("ArrayRecordComponent") // made for one scrape, never compared
    public record Figures(
            long[] requests,
            long onNewConnection,
            long[] latency,
            long nanos,
            long requestBytes,
            long responseBytes,
            Map<Failure, Long> failures,
            long last) {

        public long exchanges() {
            return LongStream.of(requests).sum();
        }
    }

    private static final class Counts {
        private final LongAdder[] requests = adders(CLASSES);
        private final LongAdder onNewConnection = new LongAdder();
        private final LongAdder[] latency = adders(buckets());
        private final LongAdder nanos = new LongAdder();
        private final LongAdder requestBytes = new LongAdder();
        private final LongAdder responseBytes = new LongAdder();
        private final ConcurrentHashMap<Failure, LongAdder> failures = new ConcurrentHashMap<>(4);
        private final AtomicLong last;

        Counts(long at) {
            last = new AtomicLong(at);
        }

        void seen(long at) {
            if (at - last.getOpaque() >= LAST_STEP_NANOS) {
                last.setOpaque(at);
            }
        }

        void count(int status, @Nullable Failure failure, long took, long taken, long given) {
            requests[statusClass(status)].increment();
            latency[bucket(took)].increment();
            nanos.add(took);
            if (taken != 0) {
                requestBytes.add(taken);
            }
            if (given != 0) {
                responseBytes.add(given);
            }
            if (failure != null) {
                failures.computeIfAbsent(failure, cause -> new LongAdder()).increment();
            }
        }

        Figures figures() {
            Map<Failure, Long> causes = new EnumMap<>(Failure.class);
            failures.forEach((cause, count) -> causes.put(cause, count.sum()));
            // before the requests: never more than these
            long opening = onNewConnection.sum();
            return new Figures(
                    sums(requests),
                    opening,
                    sums(latency),
                    nanos.sum(),
                    requestBytes.sum(),
                    responseBytes.sum(),
                    causes,
                    last.getOpaque());
        }

        private static int statusClass(int status) {
            int hundreds = status / 100;
            return hundreds < CLASSES ? hundreds : 0;
        }

        private static int bucket(long nanos) {
            int bucket = 0;
            while (bucket < BOUNDS_MICROS.length && nanos > BOUNDS_MICROS[bucket] * NANOS_PER_MICRO) {
                bucket++;
            }
            return bucket;
        }

        private static LongAdder[] adders(int length) {
            LongAdder[] made = new LongAdder[length];
            for (int i = 0; i < length; i++) {
                made[i] = new LongAdder();
            }
            return made;
        }

        private static long[] sums(LongAdder[] adders) {
            long[] sums = new long[adders.length];
            for (int i = 0; i < sums.length; i++) {
                sums[i] = adders[i].sum();
            }
            return sums;
        }
    }
}
