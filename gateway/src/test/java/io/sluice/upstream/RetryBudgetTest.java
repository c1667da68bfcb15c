package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HealthConfig;
import org.junit.jupiter.api.Test;

/** How many requests may be tried again. */
final class RetryBudgetTest {
    private static int all(RetryBudget budget) {
        int taken = 0;
        while (budget.take()) {
            taken++;
        }
        return taken;
    }

    @Test
    void startsWithTenSecondsOfTheLeast() {
        assertThat(all(new RetryBudget(new HealthConfig.Retries(3, 20, 10)))).isEqualTo(100);
    }

    @Test
    void earnsAShareOfTheRequestsAndSomeBesides() {
        RetryBudget budget = new RetryBudget(new HealthConfig.Retries(3, 20, 10));
        all(budget);
        budget.second(1000);
        assertThat(all(budget)).isEqualTo(210);
        budget.second(3);
        assertThat(all(budget)).isEqualTo(10);
        budget.second(3);
        assertThat(all(budget)).as("what was left of a whole one counts").isEqualTo(11);
    }

    @Test
    void savesWhatTenSecondsBring() {
        RetryBudget budget = new RetryBudget(new HealthConfig.Retries(3, 20, 0));
        for (int i = 0; i < 60; i++) {
            budget.second(100);
        }
        assertThat(all(budget)).isEqualTo(200);
    }

    @Test
    void forgetsABusyTime() {
        RetryBudget budget = new RetryBudget(new HealthConfig.Retries(3, 20, 0));
        budget.second(10_000);
        for (int i = 0; i < 10; i++) {
            budget.second(0);
        }
        assertThat(all(budget)).isZero();
    }

    @Test
    void countsWhatWasTakenAndWhatWasDenied() {
        RetryBudget budget = new RetryBudget(new HealthConfig.Retries(3, 0, 1));
        all(budget);
        budget.take();
        budget.moved();
        assertThat(budget.taken()).isEqualTo(11);
        assertThat(budget.denied()).isEqualTo(2);
    }
}
