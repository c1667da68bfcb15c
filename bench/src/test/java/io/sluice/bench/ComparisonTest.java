package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    @Test
    void isNotSettledBeforeTheFourthRound() {
        assertThat(Comparison.settled(List.of(20.0, 20.0, 20.0))).isFalse();
    }

    @Test
    void isSettledWhenTheLastTwoRoundsCostAboutTheSame() {
        assertThat(Comparison.settled(List.of(60.0, 40.0, 20.5, 20.0))).isTrue();
    }

    @Test
    void isNotSettledWhileTheCostStillFalls() {
        assertThat(Comparison.settled(List.of(60.0, 40.0, 30.0, 20.0))).isFalse();
    }
}
