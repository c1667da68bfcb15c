package io.sluice.h2;

import io.sluice.wire.ObjectSize;

/**
 * The streams of a connection that were closed last: frames that were under way when one was reset from here are dropped in silence, and
 * others say that the other end is confused (RFC 9113 section 5.1). Holds no memory when {@link #forget}ten.
 */
final class Ended {
    private static final int KEPT = 32;
    private static final int[] NONE = {};

    /** Ids; negative if reset from here. */
    private int[] ids = NONE;

    private int next;

    void add(int id, boolean resetHere) {
        if (ids.length == 0) {
            ids = new int[KEPT];
        }
        ids[next] = resetHere ? -id : id;
        next = (next + 1) & (KEPT - 1);
    }

    boolean isResetHere(int id) {
        return has(-id);
    }

    /** It ended, or the other end has reset it. */
    boolean isEnded(int id) {
        return has(id);
    }

    private boolean has(int wanted) {
        for (int id : ids) {
            if (id == wanted) {
                return true;
            }
        }
        return false;
    }

    /** What they weigh in the heap, in bytes. */
    int heldBytes() {
        return ObjectSize.ofArray(ids.length, Integer.BYTES);
    }

    void forget() {
        ids = NONE;
        next = 0;
    }
}
