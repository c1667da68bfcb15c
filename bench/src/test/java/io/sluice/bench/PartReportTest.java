package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PartReportTest {
    private static final Part PART = new Part() {
        @Override
        public String title() {
            return "Part";
        }

        @Override
        public List<Column> columns() {
            return List.of(new Column("bytes", 0), new Column("of it live", 1));
        }

        @Override
        public List<Double> measure(Trial trial) {
            throw new AssertionError("not measured here");
        }
    };

    @Test
    void showsTheMedianOfAllProcesses() {
        PartReport report = report(good(190, 1), good(3000, 1), good(200, 2));

        assertThat(report.table().head()).containsExactly("proxy", "bytes", "of it live");
        assertThat(report.table().rows()).containsExactly(List.of("sluice", "200", "1.0"));
        assertThat(report.notes()).isEmpty();
        assertThat(report.isValid()).isTrue();
    }

    @Test
    void showsADashForWhatAProxyDoesNotHave() {
        assertThat(report(good(190, Double.NaN)).table().rows()).containsExactly(List.of("sluice", "190", "-"));
    }

    @Test
    void marksARowAsInvalidWhenConnectionsWereLost() {
        PartReport report = report(good(190, 1), new Sample(List.of(1.0, 1.0), List.of("3 connections lost"), 0));

        assertThat(report.table().rows().getFirst()).startsWith("sluice (INVALID)");
        assertThat(report.notes()).containsExactly("INVALID sluice: 3 connections lost");
        assertThat(report.isValid()).isFalse();
    }

    @Test
    void saysWhenOtherProgramsTookPartOfTheMachine() {
        assertThat(report(new Sample(List.of(1.0, 1.0), List.of(), 0.3)).notes())
                .singleElement()
                .asString()
                .contains("30 %");
    }

    private static Sample good(double bytes, double live) {
        return new Sample(List.of(bytes, live), List.of(), 0);
    }

    private static PartReport report(Sample... samples) {
        return new PartReport(PART, List.of(new PartReport.Row("sluice", List.of(samples))));
    }
}
