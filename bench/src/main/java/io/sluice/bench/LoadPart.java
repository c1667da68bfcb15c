package io.sluice.bench;

import io.sluice.bench.program.HoldReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Whether the idle ones slow the busy ones: the same load with them and without, in turns. */
record LoadPart(IdleSettings settings) implements Part {
    private static final int STEADY_CLIENTS = 64;
    private static final double P99 = 0.99;

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
                + settings.rate() + " requests a second, beside " + settings.held() + " idle ones and beside none; "
                + settings.turns() + " x " + settings.seconds() + " s of each, in turns";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column("CPU us/req", 2),
                new Column("held", 2),
                new Column("ratio", 3),
                new Column("req/s", 0),
                new Column("held", 0),
                new Column("ratio", 3),
                new Column("p99 ms", 2),
                new Column("held", 2),
                new Column("ratio", 2),
                new Column("steady p99 ms", 2),
                new Column("held", 2),
                new Column("ratio", 2),
                new Column("upstream conns held", 0),
                new Column("clients/upstream", 0));
    }

    @Override
    public List<Double> measure(Trial trial) throws IOException, InterruptedException {
        Crowd idle = trial.crowd("idle clients", settings.held(), "--path", Size.SMALL.path());
        Crowd steady = trial.crowd("steady clients", STEADY_CLIENTS, "--path", Size.SMALL.path());
        steady.hold(STEADY_CLIENTS);
        trial.warmUp(settings.warmUp());
        List<Turn> held = new ArrayList<>();
        List<Turn> none = new ArrayList<>();
        for (int i = 0; i < settings.turns(); i++) {
            idle.hold(settings.held());
            held.add(turn(trial, steady));
            idle.report();
            idle.hold(0);
            none.add(turn(trial, steady));
            trial.say("turn " + (i + 1)
                    + ": CPU us/req none %.2f, held %.2f; steady p99 ms none %.2f, held %.2f"
                            .formatted(
                                    none.getLast().round.cpuMicros(),
                                    held.getLast().round.cpuMicros(),
                                    none.getLast().steadyMillis(),
                                    held.getLast().steadyMillis()));
        }
        return figures(none, held);
    }

    private Turn turn(Trial trial, Crowd steady) throws IOException, InterruptedException {
        trial.rest();
        Round round = trial.round(settings.seconds());
        return new Turn(round, trial.steadyLoad(steady, settings.rate(), settings.seconds()));
    }

    private List<Double> figures(List<Turn> none, List<Turn> held) {
        List<Double> figures = new ArrayList<>();
        List<ToDoubleFunction<Turn>> compared =
                List.of(turn -> turn.round.cpuMicros(), Turn::requestsPerSecond, Turn::p99Millis, Turn::steadyMillis);
        for (ToDoubleFunction<Turn> figure : compared) {
            double without = Median.of(none.stream().mapToDouble(figure));
            double with = Median.of(held.stream().mapToDouble(figure));
            figures.addAll(List.of(without, with, with / without));
        }
        double upstream = Median.of(held.stream().mapToDouble(turn -> turn.round.upstreamConnections()));
        int clients = settings.held() + Trial.LOAD.connections() + STEADY_CLIENTS;
        figures.addAll(List.of(upstream, clients / upstream));
        return figures;
    }
}
