package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is learned of an endpoint, and when it is forgotten. Times are seconds. */
final class IdleLessonsTest {
    private final IdleLessons lessons = new IdleLessons();
    private double now = 1000;

    private static long nanos(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    private void pass(double seconds) {
        now += seconds;
        lessons.settle(nanos(now));
    }

    private void closes(double... ages) {
        burst(100, ages);
    }

    /** Closes at one moment, after which so many connections are idle. */
    private void burst(int idle, double... ages) {
        for (double age : ages) {
            lessons.closes(nanos(age), false);
        }
        now += 0.1;
        lessons.burstEnds(idle, nanos(now));
    }

    private void loses(double age) {
        lessons.closes(nanos(age), true);
        now += 0.1;
        lessons.burstEnds(100, nanos(now));
    }

    private void says(double seconds) {
        lessons.says(nanos(seconds), nanos(now));
    }

    private void assertLimit(double seconds) {
        assertThat(lessons.limit()).isEqualTo(nanos(seconds));
    }

    private void assertNoLimit() {
        assertThat(lessons.limit()).isEqualTo(IdleLessons.NONE);
    }

    // ---- what is learned

    @Test
    void knowsNothingAtFirst() {
        assertNoLimit();
        assertThat(lessons.proven()).isEqualTo(IdleLessons.PROVEN_NANOS);
        assertThat(lessons.isSure()).isFalse();
        assertThat(lessons.forgets()).isFalse();
    }

    @Test
    void staysBelowWhatWasSaid() {
        says(5);
        assertLimit(4);
        assertThat(lessons.isSure()).isTrue();
    }

    @Test
    void takesTwoSecondsOffAtMost() {
        says(60);
        assertLimit(58);
    }

    @Test
    void staysBelowTheLeastAgeSeen() {
        closes(5.0);
        closes(4.0);
        closes(6.0);
        assertLimit(3.2);
        assertThat(lessons.seen()).isEqualTo(nanos(4));
        assertThat(lessons.isSure()).isTrue();
    }

    @Test
    void takesTheLessOfBoth() {
        says(5);
        closes(2.0);
        assertLimit(1.6);
        closes(1.0);
        says(20);
        assertLimit(0.8);
    }

    @Test
    void aConnectionIsProvenForHalfOfTheLimitAndASecondAtMost() {
        says(5);
        assertThat(lessons.proven()).isEqualTo(nanos(1));
        closes(0.5);
        assertThat(lessons.proven()).isEqualTo(nanos(0.2));
    }

    // ---- what is forgotten

    @Test
    void forgetsAgesAfterTwoMinutes() {
        closes(5.0);
        closes(5.0);
        pass(100);
        assertLimit(4);
        pass(30);
        assertNoLimit();
        assertThat(lessons.forgets()).isFalse();
    }

    @Test
    void forgetsAgesForThoseSeenLater() {
        closes(2.0);
        closes(2.0);
        for (int i = 0; i < 32; i++) {
            closes(5.0);
        }
        assertLimit(4);
    }

    @Test
    void believesALongerTimeoutOnceTheShorterOneIsNotSaidAnyMore() {
        says(5);
        says(20);
        assertLimit(4);
        pass(20);
        says(5);
        says(20);
        pass(20);
        assertLimit(4);
        pass(20);
        assertLimit(18);
    }

    @Test
    void believesAShorterTimeoutAtOnce() {
        says(20);
        says(5);
        assertLimit(4);
    }

    @Test
    void forgetsTheTimeoutOfOneThatSaysNoneAnyMore() {
        says(5);
        lessons.says(0, nanos(now));
        assertLimit(4);
        pass(31);
        assertNoLimit();
    }

    @Test
    void relearnsAnEndpointThatCameBackWithAnotherTimeout() {
        says(5);
        closes(5.0);
        closes(5.0);
        burst(0, 0.1, 2.0, 4.0);
        assertNoLimit();
        says(60);
        assertLimit(58);
    }

    // ---- what is no lesson

    @Test
    void aRestartTeachesNothing() {
        burst(1, 0.06, 0.3, 7.0);
        assertNoLimit();
        assertThat(lessons.proven()).isEqualTo(IdleLessons.PROVEN_NANOS);
    }

    @Test
    void aFewClosesOfManyAreNoRestart() {
        burst(50, 1.0, 4.0);
        assertLimit(0.8);
    }

    @Test
    void aSweepThatClosesAllOfAboutTheSameAgeIsNoRestart() {
        burst(0, 5.0, 5.4, 6.0);
        assertLimit(4);
    }

    @Test
    void anOddCloseCountsForSecondsOnly() {
        closes(5.0);
        closes(5.0);
        closes(0.3);
        assertLimit(0.24);
        pass(11);
        assertLimit(4);
    }

    @Test
    void theOnlyCloseCountsForSecondsOnly() {
        closes(0.3);
        pass(11);
        assertNoLimit();
    }

    @Test
    void theLimitIsNeverNearZero() {
        for (int i = 0; i < 10; i++) {
            closes(0.051);
        }
        assertLimit(0.05);
        says(0.000_000_001);
        assertLimit(0.05);
    }

    // ---- trust

    @Test
    void oneEarlyCloseCostsNoTrust() {
        closes(0.001);
        assertThat(lessons.proven()).isPositive();
        assertNoLimit();
        pass(61);
        closes(0.001);
        assertThat(lessons.proven()).isPositive();
    }

    @Test
    void aSecondEarlyCloseCostsTheTrustOfAMinute() {
        closes(0.001);
        closes(0.001);
        assertThat(lessons.proven()).isNegative();
        assertNoLimit();
        pass(50);
        assertThat(lessons.proven()).isNegative();
        pass(11);
        assertThat(lessons.proven()).isPositive();
    }

    @Test
    void oneLostRequestCostsTrust() {
        loses(0.9);
        assertThat(lessons.proven()).isNegative();
        pass(61);
        assertThat(lessons.proven()).isPositive();
    }

    @Test
    void aRequestLostOnAConnectionThatWasIdleForLongTeachesItsAgeOnly() {
        loses(5);
        assertLimit(4);
        assertThat(lessons.proven()).isPositive();
    }
}
