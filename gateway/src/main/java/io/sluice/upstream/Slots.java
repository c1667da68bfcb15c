package io.sluice.upstream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many connections a pool has open and how many of them are still being opened: both bounds in one word, so that
 * they are taken together or not at all. A bound that was taken and given back because the other one was reached would
 * have to wake who found it taken meanwhile, and he the next one, for ever.
 *
 * <p>Any thread. Open ones are in the lower half, those being opened are counted in the upper half too.
 */
final class Slots {
    private static final long OPEN = 1;
    private static final long CONNECTING = 1L << 32;

    private final int maxOpen;
    private final int maxConnecting;
    private final AtomicLong taken = new AtomicLong();

    Slots(int maxOpen, int maxConnecting) {
        this.maxOpen = maxOpen;
        this.maxConnecting = maxConnecting;
    }

    /** Takes what one connection needs to be opened; false if a bound is reached. */
    boolean take() {
        for (; ; ) {
            long now = taken.get();
            if (!allows(now)) {
                return false;
            }
            if (taken.compareAndSet(now, now + OPEN + CONNECTING)) {
                return true;
            }
        }
    }

    /** Whether {@link #take} would have succeeded now. */
    boolean available() {
        return allows(taken.get());
    }

    private boolean allows(long now) {
        return open(now) < maxOpen && connecting(now) < maxConnecting;
    }

    /** The slot of a connection that was closed is used to open another one. The bound of those being opened does not hold here. */
    void reuse() {
        taken.addAndGet(CONNECTING);
    }

    /** Opening has succeeded. */
    void connected() {
        taken.addAndGet(-CONNECTING);
    }

    /** Opening has failed. */
    void failed() {
        taken.addAndGet(-CONNECTING - OPEN);
    }

    /** The socket is closed. */
    void closed() {
        taken.addAndGet(-OPEN);
    }

    /** Connections open or being opened. */
    int open() {
        return open(taken.get());
    }

    int connecting() {
        return connecting(taken.get());
    }

    private static int open(long taken) {
        return (int) taken;
    }

    private static int connecting(long taken) {
        return (int) (taken >>> 32);
    }
}
