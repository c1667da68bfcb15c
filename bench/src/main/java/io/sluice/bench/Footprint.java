package io.sluice.bench;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Memory of a program, looked at until it stands still: what was begun (a compilation, a collection) has its effect.
 *
 * @param memory in bytes
 * @param pause between two looks
 */
record Footprint(LongSupplier memory, Duration pause) {
    private static final int ALIKE = 24;
    private static final int MOST_LOOKS = 80;
    private static final long TOLERANCE = 32 * 1024;

    /** The last of 24 looks in a row that are about the same; the last of eighty anyway. */
    long settled() throws InterruptedException {
        Deque<Long> looks = new ArrayDeque<>();
        for (int i = 0; i < MOST_LOOKS; i++) {
            looks.addLast(memory.getAsLong());
            if (looks.size() > ALIKE) {
                looks.removeFirst();
            }
            if (looks.size() == ALIKE && Collections.max(looks) - Collections.min(looks) <= TOLERANCE) {
                break;
            }
            Thread.sleep(pause);
        }
        return looks.getLast();
    }
}
