package io.sluice.telemetry;

import io.sluice.http.Failure;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One who watches finished exchanges: a filter, and the copies of those that passed it and were not taken yet. The loops
 * offer without waiting; with {@value #ROOM} copies waiting, the next ones are dropped and counted. One thread takes.
 */
public final class Tap {
    static final int ROOM = 256;

    private final Filter filter;
    private final Queue<TappedExchange> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();

    public Tap(Filter filter) {
        this.filter = filter;
    }

    /**
     * Which exchanges are of interest: all that is given must hold.
     *
     * @param route name; empty: those that reached none; null: any
     * @param leastStatus of the final status, which is 0 where none left
     * @param mostStatus the same
     * @param failed only those that failed
     * @param cause only those that failed for that reason; null: any
     * @param slowerThanNanos only those that took longer
     * @param share of them that is taken by chance, more than 0, up to 1
     */
    public record Filter(
            @Nullable String route,
            int leastStatus,
            int mostStatus,
            boolean failed,
            @Nullable Failure cause,
            long slowerThanNanos,
            double share) {

        boolean passes(ExchangeSummary exchange) {
            return exchange.nanos() > slowerThanNanos
                    && exchange.status() >= leastStatus
                    && exchange.status() <= mostStatus
                    && (!failed || exchange.failure() != null)
                    && (cause == null || exchange.failure() == cause)
                    && (route == null || route.equals(exchange.route().route()))
                    && (share >= 1 || ThreadLocalRandom.current().nextDouble() < share);
        }
    }

    /** On the exchange's loop. */
    void offer(ExchangeSummary exchange) {
        if (!filter.passes(exchange)) {
            return;
        }
        if (count.incrementAndGet() > ROOM) {
            count.decrementAndGet();
            dropped.increment();
        } else {
            waiting.add(TappedExchange.of(exchange));
        }
    }

    /** The next one; null while there is none. */
    public @Nullable TappedExchange poll() {
        TappedExchange next = waiting.poll();
        if (next != null) {
            count.decrementAndGet();
        }
        return next;
    }

    /** How many were dropped so far. */
    public long dropped() {
        return dropped.sum();
    }
}
