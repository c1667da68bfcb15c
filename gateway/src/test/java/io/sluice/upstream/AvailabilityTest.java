package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When an endpoint is left out, and for how long; with a clock of the test's own. */
final class AvailabilityTest {
    private static final Duration TRIAL = Duration.ofSeconds(2);

    private long now = Long.MAX_VALUE - 1_000_000; // wraps during the tests, as nanoTime may
    private final Availability availability = new Availability(TRIAL.toNanos(), () -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private void fail() {
        availability.missed(Failure.CONNECT_REFUSED);
    }

    /** Until the next trial. */
    private Duration leftOut() {
        return Duration.ofNanos(availability.nanosLeft());
    }

    @Test
    void isAvailableAtFirst() {
        assertThat(availability.isAvailable()).isTrue();
        assertThat(availability.admit()).isTrue();
        assertThat(availability.admit()).isTrue();
        assertThat(availability.failure()).isNull();
        assertThat(leftOut()).isZero();
    }

    @Test
    void isLeftOutForHalfASecondAfterAFailure() {
        fail();
        assertThat(availability.isAvailable()).isFalse();
        assertThat(availability.failure()).isEqualTo(Failure.CONNECT_REFUSED);
        assertThat(leftOut()).isBetween(Duration.ofMillis(400), Duration.ofMillis(600));
        pass(Duration.ofMillis(399));
        assertThat(availability.wouldAdmit()).isFalse();
        assertThat(availability.admit()).isFalse();
    }

    @Test
    void letsOneTrialThroughWhenTheTimeIsUp() {
        fail();
        pass(Duration.ofMillis(600));
        assertThat(availability.wouldAdmit()).isTrue();
        assertThat(availability.admit()).isTrue();
        assertThat(availability.admit()).isFalse();
        assertThat(availability.isAvailable()).isFalse();
    }

    @Test
    void isAvailableAgainAfterATrialThatSucceeded() {
        fail();
        pass(Duration.ofMillis(600));
        availability.admit();
        availability.reached();
        assertThat(availability.isAvailable()).isTrue();
        fail();
        assertThat(leftOut()).isLessThanOrEqualTo(Duration.ofMillis(600));
    }

    @Test
    void letsAnotherTrialThroughIfOneHasNoOutcome() {
        fail();
        pass(Duration.ofMillis(600));
        availability.admit();
        pass(TRIAL.minusMillis(1));
        assertThat(availability.admit()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(availability.admit()).isTrue();
    }

    @Test
    void isLeftOutTwiceAsLongEachTimeUpToHalfAMinute() {
        Duration expected = Duration.ofMillis(500);
        for (int step = 0; step < 12; step++) {
            fail();
            assertThat(leftOut())
                    .isBetween(
                            expected.multipliedBy(8).dividedBy(10),
                            expected.multipliedBy(12).dividedBy(10));
            pass(leftOut());
            assertThat(availability.admit()).isTrue();
            expected = expected.multipliedBy(2);
            if (expected.toSeconds() > 30) {
                expected = Duration.ofSeconds(30);
            }
        }
    }

    @Test
    void countsFailuresThatCameTogetherOnce() {
        fail();
        Duration left = leftOut();
        fail();
        fail();
        assertThat(leftOut()).isEqualTo(left);
    }
}
