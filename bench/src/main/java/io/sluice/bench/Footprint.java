package io.sluice.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
    private static final int JUDGED = 48;
    private static final long TOLERANCE = 32 * 1024;

    /**
     * The last of 24 looks in a row that are about the same. If there are none among eighty, the median of the last 48: a compiler that
     * takes a MiB for two seconds now and then is in some of the looks, not in most.
     */
    double settled() throws InterruptedException {
        List<Long> looks = new ArrayList<>();
        while (looks.size() < MOST_LOOKS) {
            looks.add(memory.getAsLong());
            if (looks.size() >= ALIKE && isStill(last(looks, ALIKE))) {
                return looks.getLast();
            }
            Thread.sleep(pause);
        }
        return Median.of(last(looks, JUDGED).stream().mapToDouble(Long::doubleValue));
    }

    private static boolean isStill(List<Long> looks) {
        return Collections.max(looks) - Collections.min(looks) <= TOLERANCE;
    }

    private static List<Long> last(List<Long> looks, int count) {
        return looks.subList(looks.size() - count, looks.size());
    }
}
