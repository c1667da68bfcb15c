package io.sluice.bench.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LogAxisTest {
    @Test
    void equalRatiosAreEqualDistances() {
        LogAxis axis = new LogAxis(1, 1000, 0, 300);

        assertThat(axis.position(1)).isZero();
        assertThat(axis.position(10)).isCloseTo(100, within(1e-9));
        assertThat(axis.position(100)).isCloseTo(200, within(1e-9));
        assertThat(axis.position(1000)).isCloseTo(300, within(1e-9));
    }

    @Test
    void endsAtRoundNumbersAroundTheValues() {
        LogAxis axis = LogAxis.around(new double[] {33, 505}, 0, 1);

        assertThat(axis.min()).isEqualTo(20);
        assertThat(axis.max()).isEqualTo(1000);
    }

    @Test
    void roundNumbersThemselvesStayInside() {
        LogAxis axis = LogAxis.around(new double[] {10}, 0, 1);

        assertThat(axis.min()).isLessThanOrEqualTo(10);
        assertThat(axis.max()).isGreaterThan(10);
    }

    @Test
    void aShortAxisIsMarkedBetweenPowersOfTenALongOneIsNot() {
        assertThat(new LogAxis(0.2, 5, 0, 1).ticks()).containsExactly(0.2, 0.5, 1.0, 2.0, 5.0);
        assertThat(new LogAxis(0.1, 100, 0, 1).ticks()).containsExactly(0.1, 1.0, 10.0, 100.0);
    }

    @Test
    void anAxisWithoutValuesIsStillAnAxis() {
        assertThat(LogAxis.around(new double[0], 0, 1).ticks()).isNotEmpty();
    }

    @Test
    void refusesAnAxisThatBeginsAtZero() {
        assertThatThrownBy(() -> new LogAxis(0, 1, 0, 1)).hasMessage("axis: 0.0 to 1.0 (expected: 0 < min < max)");
    }
}
