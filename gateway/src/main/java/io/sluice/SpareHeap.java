package io.sluice;

import io.sluice.telemetry.ConnectionMetrics;
import io.sluice.telemetry.Telemetry;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back the heap that a burst leaves behind. SerialGC, which the launcher chooses, collects the old generation only
 * when it is as large as it may ever be, and until then keeps all that ever got there: the heads of a thousand requests that waited,
 * or connections that closed hours ago. So a thread looks every three seconds, and has the whole heap collected when
 * {@link FullCollection} says so; the JVM then shrinks the heap to what is alive and a quarter of that (the launcher's flags).
 * Loops and exchanges know nothing of it.
 *
 * <p>One for each process, since there is one heap. From the factory method to {@link #close}.
 */
final class SpareHeap implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SpareHeap.class);
    private static final Duration LOOK = Duration.ofSeconds(3);
    private static final double MIB = 1 << 20;
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
            connections += row.heldBytes();
        }
        long heap = Runtime.getRuntime().totalMemory();
        return new HeapLook(
                System.nanoTime(), heap - connections, telemetry.served().exchanges());
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
                "heap: {} MiB given back by a collection of {} ms",
                Math.round((now.bytes() - end.bytes()) / MIB),
                Math.round(pause / NANOS_PER_MILLI));
        return FullCollection.ended(end, pause);
    }

    /** Watches no more; does not wait for a collection that is under way. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
