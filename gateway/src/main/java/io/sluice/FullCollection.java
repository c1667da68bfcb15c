package io.sluice;

import java.util.concurrent.TimeUnit;

/**
 * The last full collection of the heap, and when the next one is due: when the gateway is at rest, when there is
 * something to win, and not soon after the last. A rule over what was seen, and no more.
 *
 * <p>A collection stops all threads: for some 20 ms with a few megabytes alive, for 170 ms with a million parked connections.
 * So none comes while there is more than a trickle of requests, however large the heap is; and even of a trickle, one
 * request in a thousand meets one at most. One that found everything alive is not soon followed by another, since
 * what it left is what growth is measured from.
 *
 * @param end what was seen right after it, or at the start
 * @param gapNanos the next one comes this much later at the earliest
 */
record FullCollection(HeapLook end, long gapNanos) {
    /** Requests a second with which the gateway is still at rest. */
    static final int TRICKLE = 10;
    /** Bytes by which the heap has grown since the last one: less is not worth even a pause in which nobody waits. */
    static final long LEAST_GAIN = 8L << 20;
    /** Pauses take a thousandth of the time at most. */
    static final int GAP_IN_PAUSES = 1000;

    /** There has been none yet: the first need not wait. */
    static FullCollection none(HeapLook start) {
        return new FullCollection(start, 0);
    }

    /** One that has just ended. */
    static FullCollection ended(HeapLook end, long pauseNanos) {
        return new FullCollection(end, GAP_IN_PAUSES * pauseNanos);
    }

    /**
     * Whether the next one is due.
     *
     * @param before an earlier look: from it to now the gateway must have been at rest
     */
    boolean isFollowed(HeapLook before, HeapLook now) {
        return isRest(before, now) && now.bytes() - end.bytes() >= LEAST_GAIN && now.nanos() - end.nanos() >= gapNanos;
    }

    /** Not known when exchanges were forgotten: then the next look will tell. */
    private static boolean isRest(HeapLook before, HeapLook now) {
        long finished = now.exchanges() - before.exchanges();
        double seconds = (double) (now.nanos() - before.nanos()) / TimeUnit.SECONDS.toNanos(1);
        return finished >= 0 && finished <= TRICKLE * seconds;
    }
}
