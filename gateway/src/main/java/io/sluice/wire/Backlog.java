package io.sluice.wire;

import org.jspecify.annotations.Nullable;

/**
 * How far the peer of one wire is behind: whether so much waits for it that no more is to be written, when it last took
 * something, and the place of the wire among the {@link Backlogs} of its loop. On the loop.
 */
final class Backlog {
    /** No more bytes than this make a wire writable again whose bound was the free part. */
    private static final int DRAINED = Backlogs.FREE / 2;

    // ---- the list's
    @Nullable
    Backlog previous;

    @Nullable
    Backlog next;

    /** Null: in none. */
    @Nullable
    Backlogs list;

    /** While it is in the list. */
    @Nullable
    Backlogged wire;

    /** Bytes that are taken out of the budget. */
    int over;
    /** Bytes for which it has asked for room in vain; 0: none. */
    int wanted;
    /** The room that it asked for is there. */
    boolean granted;
    /** {@link Loop#nanoTime} when the peer last took a byte; 0: it was never asked to wait. */
    long takenAt;

    // ---- the wire's
    private boolean full;
    private int resumeAt;

    /** Too much waits, and it was not told yet that this has ended. */
    boolean isFull() {
        return full;
    }

    /**
     * Whether too much waits: more than the bound, or so much more than the free part that the budget has no room for it. Who
     * is told yes is to be told when it ends, which {@link #hasDrained} says.
     *
     * @param heldUp whatever waits, nothing is taken in now
     */
    boolean isFull(int waiting, int bound, boolean heldUp, Backlogs all) {
        if (heldUp || waiting > bound) {
            full = true;
            resumeAt = Math.max(DRAINED, bound / 2);
        } else if (waiting > Backlogs.FREE && !all.hasRoom(waiting - Backlogs.FREE - over)) {
            full = true;
            resumeAt = DRAINED;
            all.want(this, ReceiveBuffer.SIZE);
        }
        return full;
    }

    /** True once after {@link #isFull} was true and little enough is left, or there is room for more. */
    boolean hasDrained(int waiting, boolean heldUp) {
        if (!full || heldUp || (waiting > resumeAt && !granted)) {
            return false;
        }
        full = false;
        granted = false;
        wanted = 0;
        return true;
    }

    /** How long the peer has taken nothing. */
    long stalledNanos(long now) {
        return takenAt == 0 ? 0 : now - takenAt;
    }

    /** Nothing waits any more. */
    void clear() {
        if (list != null) {
            list.remove(this);
        }
        full = false;
        wanted = 0;
        granted = false;
        takenAt = 0;
    }
}
