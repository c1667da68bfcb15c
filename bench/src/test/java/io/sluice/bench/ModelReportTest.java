package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.bench.Cell.Measured;
import io.sluice.bench.models.ActiveClients.Outcome;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ModelReportTest {
    private static final long MIB = 1 << 20;
    private static final Outcome SERVED = new Outcome(
            4,
            4,
            LongStream.rangeClosed(1, 100).mapToObj(each -> each * 1_000_000).toList());
    private static final Outcome STARVED = new Outcome(4, 0, List.of());

    @Test
    void theSummaryIsTakenWithTheMostIdleConnections() {
        TextTable summary = report(Contender.EPOLL, cell(10, SERVED, 30), cell(1034, SERVED, 34))
                .summary();

        assertThat(summary.rows())
                .containsExactly(List.of("epoll", "4 of 4", "50.00", "99.00", "34", "4.0", "0.5", "2.0", "14"));
    }

    @Test
    void aStarvedModelHasNoLatency() {
        TextTable table = report(Contender.POOL, cell(10, STARVED, 30)).table();

        assertThat(table.rows())
                .containsExactly(
                        List.of("pool of 5 threads", "10", "10", "0 of 4", "-", "-", "30", "0.5", "2.0", "14"));
    }

    @Test
    void aRefusedNumberIsARowAndANoteWithItsReason() {
        ModelReport report = report(Contender.THREADS, cell(10, SERVED, 30), Cell.refused(15_000, "pid_max"));

        assertThat(report.table().rows().getLast()).contains("15000", "refused").doesNotContain("4 of 4");
        assertThat(report.notes()).containsExactly("thread per connection, 15000 idle: refused: pid_max");
    }

    @Test
    void connectionsThatWereNotHeldAreNoted() {
        assertThat(report(Contender.EPOLL, Cell.of(20, measured(18, SERVED, 30)))
                        .notes())
                .containsExactly("epoll, 20 idle: held 18 of 20");
    }

    @Test
    void memoryForEachConnectionIsTheSlopeBetweenTheLastTwoNumbersThatWereMeasured() {
        ModelResult result = new ModelResult(
                Contender.THREADS,
                List.of(
                        cell(10, SERVED, 10),
                        cell(1000, SERVED, 50),
                        cell(2000, SERVED, 60),
                        Cell.refused(3000, "no")));

        assertThat(result.bytesPerConnection().orElseThrow()).isCloseTo(10 * MIB / 1000.0, within(1e-6));
        assertThat(new ModelResult(Contender.THREADS, List.of(cell(10, SERVED, 10))).bytesPerConnection())
                .isEmpty();
    }

    @Test
    void thePlotShowsTheStarvedAndNamesEveryModel() {
        ModelReport report = new ModelReport(List.of(
                new ModelResult(Contender.POOL, List.of(cell(10, STARVED, 30))),
                new ModelResult(Contender.EPOLL, List.of(cell(10, SERVED, 30)))));

        assertThat(report.plot().svg()).contains("starved", ">pool of 5 threads<", ">epoll<");
    }

    @Test
    void latenciesAreTheMedianOfTheRoundsAndTheWorstRoundSaysWhoWasServed() {
        Outcome slow = new Outcome(4, 3, List.of(900_000_000L));
        Outcome quick = new Outcome(4, 4, List.of(1_000_000L));

        Measured measured = measured(10, List.of(slow, quick, quick), 30, 0);

        assertThat(measured.millis(0.99)).hasValue(1);
        assertThat(measured.served()).isEqualTo(3);
    }

    @Test
    void saysWhenOtherProgramsTookPartOfTheMachineAndIsCompleteAllTheSame() {
        ModelReport report = report(Contender.EPOLL, Cell.of(10, measured(10, List.of(SERVED), 30, 0.3)));

        assertThat(report.notes()).singleElement().asString().contains("30 %");
        assertThat(report.isComplete()).isTrue();
    }

    @Test
    void everyContenderIsFoundByTheNameThatOptionsUse() {
        for (Contender contender : Contender.values()) {
            assertThat(Contender.of(contender.toString())).isEqualTo(contender);
        }
    }

    private static ModelReport report(Contender contender, Cell... cells) {
        return new ModelReport(List.of(new ModelResult(contender, List.of(cells))));
    }

    private static Cell cell(int idle, Outcome active, long mib) {
        return Cell.of(idle, measured(idle, active, mib));
    }

    private static Measured measured(int held, List<Outcome> rounds, long mib, double strangers) {
        return new Measured(held, held, rounds, 0.005, 0.02, mib * MIB, 14, strangers);
    }

    private static Measured measured(int held, Outcome active, long mib) {
        return measured(held, List.of(active), mib, 0);
    }
}
