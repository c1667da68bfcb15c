package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Await;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The thread that follows {@link FullCollection}. */
class SpareHeapTest {
    private static final long MIB = 1 << 20;
    private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();

    private final AtomicLong heap = new AtomicLong(16 * MIB);
    private final AtomicLong exchanges = new AtomicLong();
    private final AtomicLong busy = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger collections = new AtomicInteger();
    private final SpareHeap spare = SpareHeap.of(this::look, this::collect, Duration.ofMillis(1));

    @AfterEach
    void close() {
        spare.close();
    }

    /** From one to the next an hour goes by: no gap is longer. */
    private HeapLook look() {
        looks.incrementAndGet();
        return new HeapLook(nanos.addAndGet(HOUR_NANOS), heap.get(), exchanges.addAndGet(busy.get()));
    }

    private void collect() {
        heap.set(20 * MIB);
        collections.incrementAndGet();
    }

    private void awaitLooks() throws InterruptedException {
        int until = looks.get() + 10;
        Await.until("looks", () -> looks.get() >= until);
    }

    @Test
    void collectsOnceAfterABurst() throws Exception {
        awaitLooks();
        assertThat(collections).hasValue(0);
        heap.set(100 * MIB);
        Await.until("collection", () -> collections.get() == 1);
        awaitLooks();

        assertThat(collections).hasValue(1);
    }

    @Test
    void measuresGrowthFromWhatTheLastOneLeft() throws Exception {
        awaitLooks();
        heap.set(100 * MIB);
        Await.until("collection", () -> collections.get() == 1);
        awaitLooks();
        heap.set(20 * MIB + FullCollection.LEAST_GAIN - 1);
        awaitLooks();
        assertThat(collections).hasValue(1);
        heap.incrementAndGet();

        Await.until("collection", () -> collections.get() == 2);
    }

    @Test
    void waitsUntilTheGatewayIsAtRest() throws Exception {
        busy.set(HOUR_NANOS / 1000);
        awaitLooks();
        heap.set(100 * MIB);
        awaitLooks();
        assertThat(collections).hasValue(0);
        busy.set(0);

        Await.until("collection", () -> collections.get() == 1);
    }

    @Test
    void looksNoMoreOnceItIsClosed() throws Exception {
        awaitLooks();
        spare.close();
        Await.until(
                "end",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("spare-heap")));
        heap.set(100 * MIB);

        assertThat(collections).hasValue(0);
    }
}
