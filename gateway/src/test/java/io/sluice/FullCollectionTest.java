package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FullCollectionTest {
    private static final long MIB = 1 << 20;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long GROWN = 16 * MIB + FullCollection.LEAST_GAIN;

    private static final FullCollection NONE = FullCollection.none(new HeapLook(0, 16 * MIB, 0));

    /** Due when in three seconds so many exchanges finished, and the heap is this large at their end. */
    private static boolean isDue(FullCollection last, long exchanges, long bytes, long at) {
        HeapLook before = new HeapLook(at - 3 * SECOND, bytes, 1000);
        return last.isFollowed(before, new HeapLook(at, bytes, 1000 + exchanges));
    }

    @Test
    void isDueWhenTheHeapHasGrownBySomeMegabytes() {
        assertThat(isDue(NONE, 0, GROWN, 3 * SECOND)).isTrue();
        assertThat(isDue(NONE, 0, GROWN - 1, 3 * SECOND)).isFalse();
    }

    @Test
    void isNeverDueWhileThereIsMoreThanATrickleOfRequests() {
        assertThat(isDue(NONE, 3 * FullCollection.TRICKLE, GROWN, 3 * SECOND)).isTrue();
        assertThat(isDue(NONE, 3 * FullCollection.TRICKLE + 1, GROWN, 3 * SECOND))
                .isFalse();
        assertThat(isDue(NONE, 3 * FullCollection.TRICKLE + 1, 1024 * GROWN, 1_000_000 * SECOND))
                .isFalse();
    }

    @Test
    void isNotDueWhileNobodyKnowsHowManyFinished() {
        assertThat(isDue(NONE, -1, GROWN, 3 * SECOND)).isFalse();
    }

    @Test
    void measuresGrowthFromWhatTheLastOneLeft() {
        FullCollection last = FullCollection.ended(new HeapLook(0, 100 * MIB, 0), 1);

        assertThat(isDue(last, 0, 107 * MIB, 3 * SECOND)).isFalse();
        assertThat(isDue(last, 0, 108 * MIB, 3 * SECOND)).isTrue();
    }

    @Test
    void takesAThousandthOfTheTimeAtMost() {
        FullCollection last = FullCollection.ended(new HeapLook(0, 16 * MIB, 0), SECOND / 50);

        assertThat(isDue(last, 0, GROWN, 20 * SECOND - 1)).isFalse();
        assertThat(isDue(last, 0, GROWN, 20 * SECOND)).isTrue();
    }
}
