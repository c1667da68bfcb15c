package io.sluice.bench.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void givesSmallTimesExactly() {
        assertThat(of(1, 2, 3, 63).quantile(0.5)).isEqualTo(2);
        assertThat(of(1, 2, 3, 63).quantile(1)).isEqualTo(63);
    }

    @Test
    void neverTellsATimeTooLowAndAtMostAStepTooHigh() {
        for (long micros = 64; micros < 100_000_000; micros = micros * 11 / 10) {
            long told = of(micros).quantile(1);

            assertThat(told).isGreaterThanOrEqualTo(micros).isCloseTo(micros, Percentage.withPercentage(3.2));
        }
    }

    @Test
    void findsThePlaceOfAQuantileAmongAllTimes() {
        Latencies thousand = of(LongStream.rangeClosed(1, 1000).toArray());

        assertThat(thousand.quantile(0.99)).isCloseTo(990, within(32L));
        assertThat(thousand.quantile(0.5)).isCloseTo(500, within(16L));
    }

    @Test
    void addsTheTimesOfAnotherProcess() {
        Latencies sum = of(5, 5, 5);
        sum.add(of(9000));

        assertThat(sum.count()).isEqualTo(4);
        assertThat(sum.quantile(1)).isGreaterThanOrEqualTo(9000);
    }

    @Test
    void readsWhatItWrote() {
        Latencies read = Latencies.parse(of(1, 70, 70, 123_456).text());

        assertThat(read.text()).isEqualTo(of(1, 70, 70, 123_456).text());
        assertThat(Latencies.parse(new Latencies().text()).count()).isZero();
    }

    @Test
    void countsATimeBeyondItsRangeAsTheLongest() {
        assertThat(of(Long.MAX_VALUE).quantile(1)).isGreaterThan(1L << 40);
    }

    private static Latencies of(long... micros) {
        Latencies latencies = new Latencies();
        for (long each : micros) {
            latencies.record(each);
        }
        return latencies;
    }
}
