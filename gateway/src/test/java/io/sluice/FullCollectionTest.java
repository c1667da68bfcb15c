package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FullCollectionTest {
    private static final long MIB = 1 << 20;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private static final FullCollection NONE = FullCollection.none(new HeapLook(0, 16 * MIB, 0, 0));

    /** Due after two seconds with so many exchanges in each, and this heap at their end. */
    private static boolean isDue(FullCollection last, long perSecond, long heap, long connections, long at) {
        HeapLook before = new HeapLook(at - 2 * SECOND, heap, connections, 1000);
        return last.isFollowed(before, new HeapLook(at, heap, connections, 1000 + 2 * perSecond));
    }

    private static boolean isDue(FullCollection last, long perSecond, long heap) {
        return isDue(last, perSecond, heap, 0, 1_000_000 * SECOND);
    }

    private static FullCollection ended(long heap, long connections, long pause) {
        return FullCollection.ended(new HeapLook(0, heap, connections, 0), pause);
    }

    @Test
    void comesAtRestWhenTheHeapHasGrownBySomeMegabytes() {
        assertThat(isDue(NONE, 0, 16 * MIB + FullCollection.LEAST_GAIN)).isTrue();
        assertThat(isDue(NONE, 0, 16 * MIB + FullCollection.LEAST_GAIN - 1)).isFalse();
    }

    @Test
    void comesOnlyForAPartOfALargeHeap() {
        FullCollection last = ended(400 * MIB, 0, PAUSE);

        assertThat(isDue(last, 0, 499 * MIB)).isFalse();
        assertThat(isDue(last, 0, 500 * MIB)).isTrue();
    }

    @Test
    void weighsTheRequestsThatWouldWait() {
        FullCollection last = ended(16 * MIB, 0, PAUSE);

        // ten requests in a pause: ten times as much
        assertThat(isDue(last, 500, (16 + 79) * MIB)).isFalse();
        assertThat(isDue(last, 500, (16 + 80) * MIB)).isTrue();
        // one every other pause is as good as none
        assertThat(isDue(last, 25, (16 + 8) * MIB)).isTrue();
    }

    @Test
    void putsAnEndToGrowthUnderAnyLoad() {
        FullCollection last = ended(16 * MIB, 0, PAUSE);

        assertThat(isDue(last, 100_000, 16 * MIB + FullCollection.ENOUGH_GAIN - 1))
                .isFalse();
        assertThat(isDue(last, 100_000, 16 * MIB + FullCollection.ENOUGH_GAIN)).isTrue();
        assertThat(isDue(ended(1024 * MIB, 0, PAUSE), 100_000, 2047 * MIB)).isFalse();
        assertThat(isDue(ended(1024 * MIB, 0, PAUSE), 100_000, 2048 * MIB)).isTrue();
    }

    @Test
    void doesNotComeForConnectionsThatAreThere() {
        assertThat(isDue(NONE, 0, 176 * MIB, 160 * MIB, SECOND)).isFalse();
    }

    @Test
    void comesForConnectionsThatClosed() {
        FullCollection last = ended(176 * MIB, 160 * MIB, PAUSE);

        assertThat(isDue(last, 0, 176 * MIB, 120 * MIB, 100 * SECOND)).isFalse();
        assertThat(isDue(last, 0, 176 * MIB, 0, 100 * SECOND)).isTrue();
    }

    @Test
    void comesOnceAMinuteAtMost() {
        FullCollection last = ended(16 * MIB, 0, PAUSE);

        assertThat(isDue(last, 0, 100 * MIB, 0, 60 * SECOND - 1)).isFalse();
        assertThat(isDue(last, 0, 100 * MIB, 0, 60 * SECOND)).isTrue();
    }

    @Test
    void takesAThousandthOfTheTimeAtMost() {
        FullCollection last = ended(16 * MIB, 0, 170 * PAUSE / 20);

        assertThat(isDue(last, 0, 1000 * MIB, 0, 170 * SECOND - 1)).isFalse();
        assertThat(isDue(last, 0, 1000 * MIB, 0, 170 * SECOND)).isTrue();
    }

    @Test
    void needNotWaitForTheFirst() {
        assertThat(isDue(NONE, 0, 100 * MIB, 0, 3 * SECOND)).isTrue();
    }

    @Test
    void takesForgottenRowsForNoRequests() {
        HeapLook before = new HeapLook(0, 100 * MIB, 0, 1_000_000);

        assertThat(NONE.isFollowed(before, new HeapLook(2 * SECOND, 100 * MIB, 0, 10)))
                .isTrue();
    }
}
