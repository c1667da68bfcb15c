package io.sluice.bench.program;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long START = 5_000;
    private static final long MILLISECOND = 1_000_000;
    private final Pace pace = new Pace();

    @Test
    void spreadsRequestsEvenly() {
        pace.set(1000, START);
        pace.advance(START + 2 * MILLISECOND);

        assertThat(pace.waiting()).isEqualTo(3);
        assertThat(pace.take()).isEqualTo(START);
        assertThat(pace.take()).isEqualTo(START + MILLISECOND);
        assertThat(pace.next()).isEqualTo(START + 3 * MILLISECOND);
    }

    @Test
    void keepsTheRateWhenTheTimeBetweenRequestsIsNoWholeNumber() {
        pace.set(3000, START);
        pace.advance(START + 1000 * MILLISECOND - 1);

        assertThat(pace.waiting()).isEqualTo(3000);
    }

    @Test
    void keepsWhatWasDueWhenItStops() {
        pace.set(1000, START);
        pace.advance(START);
        pace.set(0, START + MILLISECOND);
        pace.advance(START + 100 * MILLISECOND);

        assertThat(pace.isOn()).isFalse();
        assertThat(pace.waiting()).isEqualTo(1);
    }

    @Test
    void countsWhatItDoesNotRemember() {
        pace.set(1_000_000, START);
        pace.advance(START + 200 * MILLISECOND - 1);

        assertThat(pace.waiting()).isEqualTo(200_000);
    }
}
