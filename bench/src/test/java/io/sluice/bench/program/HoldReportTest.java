package io.sluice.bench.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HoldReportTest {
    @Test
    void readsWhatItWrote() {
        String text = report(3, 100).text();

        assertThat(HoldReport.parse(text).text()).isEqualTo(text);
    }

    @Test
    void addsAllButTheLongestGap() {
        HoldReport sum = report(3, 100).plus(report(4, 70));

        assertThat(sum.open()).isEqualTo(7);
        assertThat(sum.answered()).isEqualTo(2);
        assertThat(sum.gapMicros()).isEqualTo(100);
        assertThat(sum.latencies().count()).isEqualTo(2);
    }

    @Test
    void refusesALineWithoutAFigure() {
        assertThatThrownBy(() -> HoldReport.parse("open=3")).hasMessageContaining("without answered");
    }

    private static HoldReport report(int open, long gap) {
        Latencies latencies = new Latencies();
        latencies.record(20);
        return new HoldReport(open, 1, 2, 3, 4, 5, gap, latencies);
    }
}
