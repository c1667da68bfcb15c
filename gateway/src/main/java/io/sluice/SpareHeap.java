package io.sluice;

import io.sluice.telemetry.ConnectionMetrics;
import io.sluice.telemetry.Telemetry;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the heap that a burst leaves behind. SerialGC, which the launcher chooses, collects the old generation only
 * when it is as large as it may ever be, and until then keeps all that ever got there: the heads of a thousand requests that waited, or
 * connections that closed hours ago. So a thread looks every other second, and has the whole heap collected when
 * {@link FullCollection} says that it is worth it; the JVM then shrinks the heap to what is alive and a quarter of that (the
 * launcher's flags). Loops and exchanges know nothing of it.
 *
 * <p>One for each process, since there is one heap. From the constructor to {@link #close}.
 */
final class SpareHeap implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SpareHeap.class);
    static final Duration LOOK = Duration.ofSeconds(2);
    private static final int MIB = 1 << 20;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Supplier<HeapLook> looks;
    private final Runnable collector;
    private final Thread thread;

    private SpareHeap(Supplier<HeapLook> looks, Runnable collector, Duration pause) {
        this.looks = looks;
        this.collector = collector;
        this.thread = Thread.ofPlatform().daemon().name("spare-heap").unstarted(() -> watch(pause));
    }

    /** Watches this JVM's heap for a gateway. */
    static SpareHeap of(Gateway gateway) {
        return of(() -> look(gateway.telemetry()), Runtime.getRuntime()::gc, LOOK);
    }

    /**
     * Watches what it is shown.
     *
     * @param looks called on the watching thread
     * @param collector called there too; returns when the heap has been collected
     * @param pause between two looks
     */
    static SpareHeap of(Supplier<HeapLook> looks, Runnable collector, Duration pause) {
        SpareHeap heap = new SpareHeap(looks, collector, pause);
        heap.thread.start();
        return heap;
    }

    private static HeapLook look(Telemetry telemetry) {
        long connections = 0;
        for (ConnectionMetrics row : telemetry.listeners()) {
            connections += (long) row.counts().total() * row.parkedBytes();
        }
        return new HeapLook(System.nanoTime(), Runtime.getRuntime().totalMemory(), connections, telemetry.exchanges());
    }

    private void watch(Duration pause) {
        HeapLook before = looks.get();
        FullCollection last = FullCollection.none(before);
        try {
            while (true) {
                Thread.sleep(pause);
                HeapLook now = looks.get();
                if (last.isFollowed(before, now)) {
                    last = collect(now);
                    now = last.end();
                }
                before = now;
            }
        } catch (InterruptedException closed) {
            log.debug("the heap is no longer watched");
        }
    }

    private FullCollection collect(HeapLook now) {
        long begun = System.nanoTime();
        collector.run();
        long pause = System.nanoTime() - begun;
        HeapLook end = looks.get();
        log.info(
                "heap: {} MiB, {} MiB after a collection of {} ms",
                now.heap() / MIB,
                end.heap() / MIB,
                Math.round(pause / NANOS_PER_MILLI));
        return FullCollection.ended(end, pause);
    }

    /** Watches no more; does not wait for a collection that is under way. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
