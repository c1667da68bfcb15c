package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Peer NGINX = new NginxPeer(HeaderWork.PLAIN, Room.USUAL);
    private static final Peer SLUICE = new SluicePeer("sluice", Path.of("sluice"), "", "auto", 10, 64, 0);

    @Test
    void dividesTheMedianCostByTheBaselines() {
        Report report = report(result(NGINX, 1000, 2000, 3000), result(SLUICE, 1500, 1000, 9000));

        assertThat(column(report, "CPU us/req")).containsExactly("20.00", "15.00");
        assertThat(column(report, "/nginx")).containsExactly("1.00", "0.75");
        assertThat(column(report, "min..max")).containsExactly("10.00..30.00", "10.00..90.00");
    }

    @Test
    void takesTheMeanOfTheMiddleTwoForAnEvenNumberOfRounds() {
        assertThat(column(report(result(NGINX, 1000, 2000, 3000, 9000)), "CPU us/req"))
                .containsExactly("25.00");
    }

    @Test
    void comparesWithTheFirstProxyWhenNoBaselineTakesPart() {
        assertThat(report(result(SLUICE, 1000)).table().head()).contains("/sluice");
    }

    @Test
    void marksARowWithErrorsAsInvalid() {
        Round failed = new Round(new CpuTime(1, 1), new Figures(1000, 1, 999_999, 0, 0, 7, 1, 1), 64, 0);
        Report report = report(new Result(NGINX, 100, List.of(failed)));

        assertThat(report.isValid()).isFalse();
        assertThat(column(report, "proxy")).containsExactly("nginx (INVALID)");
        assertThat(report.notes()).containsExactly("INVALID nginx: 7 answers with a status of 400 or more");
    }

    @Test
    void saysWhenOtherProgramsTookPartOfTheMachine() {
        Round disturbed = new Round(new CpuTime(1, 1), new Figures(1000, 1, 999_999, 0, 0, 0, 1, 1), 64, 0.3);

        assertThat(report(new Result(NGINX, 100, List.of(disturbed))).notes())
                .singleElement()
                .asString()
                .contains("30 %");
    }

    private static Report report(Result... results) {
        return new Report(Size.SMALL, List.of(results));
    }

    private static Result result(Peer peer, int... ticks) {
        List<Round> rounds = Arrays.stream(ticks)
                .mapToObj(each -> new Round(
                        new CpuTime(each / 2, each - each / 2),
                        new Figures(1_000_000, 4_000_000, 300_000_000, 0, 0, 0, 640, 2640),
                        64,
                        0))
                .toList();
        return new Result(peer, 100, rounds);
    }

    private static List<String> column(Report report, String name) {
        int column = report.table().head().indexOf(name);
        return report.table().rows().stream().map(row -> row.get(column)).toList();
    }
}
