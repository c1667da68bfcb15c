package io.sluice;

import java.util.concurrent.TimeUnit;

/**
 * The last full collection of the heap, and when the next one is worth its pause. A rule over what was seen, and no more.
 *
 * <p>What may be gained is how much the heap has grown since, not counting what connections account for; those that closed
 * since are gained too. What it costs is requests that come during the pause and wait: each has to be outweighed. So a
 * gateway at rest collects after any burst worth the name, one with a thousand requests a second only after a large one, and one at
 * its limit only so that growth has an end. And a collection that found everything alive is not soon followed by another,
 * since what it left is what growth is measured from.
 *
 * @param end what was seen right after it, or at the start
 * @param pauseNanos how long nothing else ran, or a guess
 * @param gapNanos the next one comes this much later at the earliest
 */
record FullCollection(HeapLook end, long pauseNanos, long gapNanos) {
    /** Bytes: less is not worth even a pause in which nobody waits; nor is less than a part of what the heap holds, */
    static final long LEAST_GAIN = 8L << 20;

    static final int LEAST_PART = 4;
    /** and more than this, or than the heap holds, is worth it under any load: else it grows to the JVM's limit, a quarter of all memory. */
    static final long ENOUGH_GAIN = 256L << 20;

    static final long LEAST_GAP_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** Pauses take a thousandth of the time at most. */
    static final int GAP_IN_PAUSES = 1000;
    /** Of a few megabytes that are alive, on a slow machine. */
    static final long GUESSED_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** There has been none yet: the first need not wait. */
    static FullCollection none(HeapLook start) {
        return new FullCollection(start, GUESSED_PAUSE_NANOS, 0);
    }

    /** One that has just ended. */
    static FullCollection ended(HeapLook end, long pauseNanos) {
        return new FullCollection(end, Math.max(1, pauseNanos), Math.max(LEAST_GAP_NANOS, GAP_IN_PAUSES * pauseNanos));
    }

    /**
     * Whether the next one is due.
     *
     * @param before an earlier look: between the two the gateway had as much to do as it has now
     */
    boolean isFollowed(HeapLook before, HeapLook now) {
        return now.nanos() - end.nanos() >= gapNanos && gain(now) >= worth(before, now);
    }

    /** Bytes that may be garbage; a part of them may turn out not to be. */
    private long gain(HeapLook now) {
        return now.rest() - end.rest();
    }

    /** Bytes that must be gained. */
    private long worth(HeapLook before, HeapLook now) {
        long finished = Math.max(0, now.exchanges() - before.exchanges());
        double pauses = (double) Math.max(1, now.nanos() - before.nanos()) / pauseNanos;
        long least = Math.max(LEAST_GAIN, end.heap() / LEAST_PART);
        // a long takes whatever a double is too large for as its largest
        return Math.min((long) (least * Math.max(1, finished / pauses)), Math.max(ENOUGH_GAIN, end.heap()));
    }
}
