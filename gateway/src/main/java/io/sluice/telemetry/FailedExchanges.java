package io.sluice.telemetry;

import io.sluice.http.Failure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The last failed exchanges, {@value #KEPT} of each cause: many of one cause never hide the few of another. Any thread, without
 * a lock.
 *
 * <p>When there are very many, the first {@value #KEPT} of each tenth of a second are kept and the others cost nothing.
 */
public final class FailedExchanges {
    /** Of each cause; a power of two. */
    public static final int KEPT = 32;

    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Failure[] CAUSES = Failure.values();

    private final AtomicReferenceArray<@Nullable Kept> ring = new AtomicReferenceArray<>(CAUSES.length * KEPT);
    private final AtomicIntegerArray next = new AtomicIntegerArray(CAUSES.length);
    private final AtomicLong numbers = new AtomicLong();

    private record Kept(FailedExchange exchange, long atNanos) {}

    /** On the loop of the exchange. */
    @SuppressWarnings("EnumOrdinal") // never stored
    void add(Failure failure, ExchangeSummary exchange) {
        int cause = failure.ordinal();
        long now = System.nanoTime();
        Kept oldest = ring.get(slot(cause, next.get(cause)));
        if (oldest != null && now - oldest.atNanos < FRESH_NANOS) {
            return;
        }
        FailedExchange made = FailedExchange.of(numbers.incrementAndGet(), failure, exchange);
        ring.set(slot(cause, next.getAndIncrement(cause)), new Kept(made, now));
    }

    private static int slot(int cause, int turn) {
        return cause * KEPT + (turn & (KEPT - 1));
    }

    /** The kept ones, the last one first. */
    public List<FailedExchange> last() {
        List<FailedExchange> kept = new ArrayList<>();
        for (int i = 0; i < ring.length(); i++) {
            Kept one = ring.get(i);
            if (one != null) {
                kept.add(one.exchange);
            }
        }
        kept.sort(Comparator.comparingLong(FailedExchange::number).reversed());
        return kept;
    }
}
