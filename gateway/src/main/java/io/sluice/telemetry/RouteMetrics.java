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

    /**
     * The figures of a row at one moment.
     *
     * @param requests by status class; the first is for exchanges without a status
     * @param onNewConnection those that were the first on an upstream connection
     * @param latency exchanges by bucket of {@link LatencyCounts}, not cumulated
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
        private final LongAdder[] requests = LatencyCounts.adders(CLASSES);
        private final LongAdder onNewConnection = new LongAdder();
        private final LatencyCounts latency = new LatencyCounts();
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
            latency.count(took);
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
                    LatencyCounts.sums(requests),
                    opening,
                    latency.counts(),
                    latency.nanos(),
                    requestBytes.sum(),
                    responseBytes.sum(),
                    causes,
                    last.getOpaque());
        }

        private static int statusClass(int status) {
            int hundreds = status / 100;
            return hundreds < CLASSES ? hundreds : 0;
        }
    }
}
