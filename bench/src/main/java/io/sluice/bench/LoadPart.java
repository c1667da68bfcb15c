package io.sluice.bench;

import io.sluice.bench.program.HoldReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Whether the idle ones slow the busy ones: the same load with them and without, in turns. And with as many that the backend holds
 * and the proxy knows nothing of: what those do to the busy ones, the machine does.
 */
record LoadPart(IdleSettings settings) implements Part {
    private static final int STEADY_CLIENTS = 64;
    private static final double P99 = 0.99;
    private static final List<Column> FIGURES = List.of(
            new Column("CPU us/req", 2),
            new Column("req/s", 0),
            new Column("p99 ms", 2),
            new Column("steady p99 ms", 2));

    /** One measurement of each kind. */
    private record Turn(Round round, HoldReport steady) {
        double steadyMillis() {
            return steady.latencies().quantile(P99) / 1000.0;
        }

        double p99Millis() {
            return round.figures().p99() / 1000.0;
        }

        double requestsPerSecond() {
            return round.figures().requestsPerSecond();
        }
    }

    @Override
    public String title() {
        return "Load: " + Trial.LOAD.connections() + " connections at full speed, then " + STEADY_CLIENTS + " with "
                + settings.rate() + " requests a second, beside " + settings.held()
                + " idle ones, beside none, and beside as many at the backend; "
                + settings.turns() + " x " + settings.seconds() + " s of each, in turns";
    }

    @Override
    public List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        for (Column figure : FIGURES) {
            columns.addAll(
                    List.of(figure, new Column("held", figure.decimals()), new Column("elsewhere", figure.decimals())));
        }
        columns.addAll(List.of(new Column("upstream conns held", 0), new Column("clients/upstream", 0)));
        return columns;
    }

    @Override
    public List<Double> measure(Trial trial) throws IOException, InterruptedException {
        Crowd idle = trial.crowd("idle clients", settings.held(), "--path", Size.SMALL.path());
        Crowd elsewhere =
                trial.crowdAtBackend("idle clients of the backend", settings.held(), "--path", Size.SMALL.path());
        Crowd steady = trial.crowd("steady clients", STEADY_CLIENTS, "--path", Size.SMALL.path());
        steady.hold(STEADY_CLIENTS);
        trial.warmUp(settings.warmUp());
        List<Turn> none = new ArrayList<>();
        List<Turn> held = new ArrayList<>();
        List<Turn> there = new ArrayList<>();
        for (int i = 0; i < settings.turns(); i++) {
            held.add(turnBeside(idle, trial, steady));
            none.add(turn(trial, steady));
            there.add(turnBeside(elsewhere, trial, steady));
            trial.say("turn %d, none, held, elsewhere: CPU us/req %.2f, %.2f, %.2f; steady p99 ms %.2f, %.2f, %.2f"
                    .formatted(
                            i + 1,
                            none.getLast().round.cpuMicros(),
                            held.getLast().round.cpuMicros(),
                            there.getLast().round.cpuMicros(),
                            none.getLast().steadyMillis(),
                            held.getLast().steadyMillis(),
                            there.getLast().steadyMillis()));
        }
        return figures(List.of(none, held, there));
    }

    private Turn turnBeside(Crowd idle, Trial trial, Crowd steady) throws IOException, InterruptedException {
        idle.hold(settings.held());
        Turn turn = turn(trial, steady);
        idle.report();
        idle.hold(0);
        return turn;
    }

    private Turn turn(Trial trial, Crowd steady) throws IOException, InterruptedException {
        trial.rest();
        Round round = trial.round(settings.seconds());
        return new Turn(round, trial.steadyLoad(steady, settings.rate(), settings.seconds()));
    }

    /** @param kinds the turns beside none, with those held, and with as many elsewhere */
    private List<Double> figures(List<List<Turn>> kinds) {
        List<Double> figures = new ArrayList<>();
        List<ToDoubleFunction<Turn>> compared =
                List.of(turn -> turn.round.cpuMicros(), Turn::requestsPerSecond, Turn::p99Millis, Turn::steadyMillis);
        for (ToDoubleFunction<Turn> figure : compared) {
            kinds.forEach(turns -> figures.add(Median.of(turns.stream().mapToDouble(figure))));
        }
        double upstream = Median.of(kinds.get(1).stream().mapToDouble(turn -> turn.round.upstreamConnections()));
        int clients = settings.held() + Trial.LOAD.connections() + STEADY_CLIENTS;
        figures.addAll(List.of(upstream, clients / upstream));
        return figures;
    }
}
