package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HealthConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How failures are counted, in a row and by their share. */
final class OutcomesTest {
    private final Outcomes outcomes = new Outcomes(new HealthConfig.Ejection(
            3, false, 50, Duration.ofSeconds(5), 10, Duration.ofSeconds(1), Duration.ofSeconds(9), 50));
    private long leases;

    private void second(int requests, int failed) {
        leases += requests;
        for (int i = 0; i < failed; i++) {
            outcomes.bad();
        }
        outcomes.sample(leases);
    }

    @Test
    void tellsOnceThatTooManyHaveFailedInARow() {
        assertThat(outcomes.bad()).isFalse();
        assertThat(outcomes.bad()).isFalse();
        assertThat(outcomes.bad()).isTrue();
        assertThat(outcomes.bad()).isFalse();
        assertThat(outcomes.failures()).isEqualTo(4);
    }

    @Test
    void countsAnewAfterAResponse() {
        outcomes.bad();
        outcomes.bad();
        outcomes.good();
        assertThat(outcomes.bad()).isFalse();
        assertThat(outcomes.inARow()).isEqualTo(1);
    }

    @Test
    void judgesTheRateOfEnoughRequestsOnly() {
        second(9, 9);
        assertThat(outcomes.isRateExceeded()).isFalse();
        second(1, 0);
        assertThat(outcomes.isRateExceeded()).isTrue();
    }

    @Test
    void judgesTheWindowOnly() {
        second(20, 20);
        for (int i = 0; i < 4; i++) {
            second(4, 0);
            assertThat(outcomes.isRateExceeded()).isTrue();
        }
        second(4, 0);
        assertThat(outcomes.isRateExceeded()).isFalse();
        assertThat(outcomes.requestsInWindow()).isEqualTo(20);
        assertThat(outcomes.failuresInWindow()).isZero();
    }

    @Test
    void forgetsTheWindow() {
        second(20, 20);
        outcomes.clear();
        assertThat(outcomes.isRateExceeded()).isFalse();
        second(10, 5);
        assertThat(outcomes.requestsInWindow()).isEqualTo(10);
        assertThat(outcomes.failuresInWindow()).isEqualTo(5);
        assertThat(outcomes.isRateExceeded()).isTrue();
    }

    @Test
    void saysHowManyRequestsASecondHad() {
        assertThat(outcomes.sample(7)).isEqualTo(7);
        assertThat(outcomes.sample(7)).isZero();
        assertThat(outcomes.sample(17)).isEqualTo(10);
    }
}
