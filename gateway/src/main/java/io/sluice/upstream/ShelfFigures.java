package io.sluice.upstream;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one loop counts of a pool. Written by that loop, read by any: plain stores of one writer, in an order that others
 * see, which cost next to nothing where an atomic increment shared by all loops would cost each exchange.
 */
final class ShelfFigures {
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger leased = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicLong leases = new AtomicLong();
    private final AtomicLong reused = new AtomicLong();
    private final AtomicLong takenOver = new AtomicLong();
    private final AtomicLong waits = new AtomicLong();
    private final AtomicLong waitNanos = new AtomicLong();
    private final AtomicLong maxWaitNanos = new AtomicLong();

    // ---- written by the loop

    void exchangeBegins() {
        inFlight.setRelease(inFlight.getPlain() + 1);
    }

    void exchangeEnds() {
        inFlight.setRelease(inFlight.getPlain() - 1);
    }

    void leased(boolean again) {
        leased.setRelease(leased.getPlain() + 1);
        add(leases, 1);
        if (again) {
            add(reused, 1);
        }
    }

    /** A connection carries streams from now on. */
    void busy() {
        leased.setRelease(leased.getPlain() + 1);
    }

    /** One more stream. */
    void streamLeased(boolean again) {
        streams.setRelease(streams.getPlain() + 1);
        add(leases, 1);
        if (again) {
            add(reused, 1);
        }
    }

    void streamEnded() {
        streams.setRelease(streams.getPlain() - 1);
    }

    void returned() {
        leased.setRelease(leased.getPlain() - 1);
    }

    void takenOver() {
        add(takenOver, 1);
    }

    void waited(long nanos) {
        add(waits, 1);
        add(waitNanos, nanos);
        if (nanos > maxWaitNanos.getPlain()) {
            maxWaitNanos.setRelease(nanos);
        }
    }

    private static void add(AtomicLong counter, long more) {
        counter.setRelease(counter.getPlain() + more);
    }

    // ---- read by any

    int inFlight() {
        return inFlight.getAcquire();
    }

    int streams() {
        return streams.getAcquire();
    }

    int leased() {
        return leased.getAcquire();
    }

    long leases() {
        return leases.getAcquire();
    }

    long reused() {
        return reused.getAcquire();
    }

    long movedAway() {
        return takenOver.getAcquire();
    }

    long waits() {
        return waits.getAcquire();
    }

    long waitNanos() {
        return waitNanos.getAcquire();
    }

    long maxWaitNanos() {
        return maxWaitNanos.getAcquire();
    }
}
