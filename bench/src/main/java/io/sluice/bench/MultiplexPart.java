package io.sluice.bench;

import io.sluice.bench.program.HoldReport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** How many connections the backend gets to see of many clients that ask seldom. */
record MultiplexPart(IdleSettings settings) implements Part {
    private static final Duration DELAY = Duration.ofMillis(20);
    private static final double HALF = 0.5;
    private static final double P99 = 0.99;

    @Override
    public String title() {
        return "Multiplex: " + settings.clients() + " clients, each with a request every " + settings.every()
                + " s, over a backend that takes " + DELAY.toMillis() + " ms: "
                + Math.round(rate() * DELAY.toMillis() / 1000) + " requests are under way at a time; over "
                + settings.window() + " s";
    }

    @Override
    public Duration delay() {
        return DELAY;
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column("upstream conns at most", 0),
                new Column("clients/upstream", 0),
                new Column("opened", 0),
                new Column("answered", 0),
                new Column("failed", 0),
                new Column("p50 ms", 1),
                new Column("p99 ms", 1),
                new Column("CPU us/req", 1));
    }

    @Override
    public List<Double> measure(Trial trial) throws IOException, InterruptedException {
        Crowd clients = trial.crowd("clients", settings.clients(), "--path", Size.SMALL.path(), "--silent");
        clients.hold(settings.clients());
        clients.pace(rate());
        // The first time around: everything is compiled and the upstream connections are opened.
        Thread.sleep(Duration.ofSeconds(settings.every()));
        clients.report();
        Served before = trial.backend().served();
        CpuTime cpu = trial.proxy().cpu();
        Thread.sleep(Duration.ofSeconds(settings.window()));
        double micros = Round.seconds(trial.proxy().cpu().minus(cpu)) * 1e6;
        clients.endPace();
        HoldReport seen = clients.report();
        Served after = trial.backend().served();
        return List.of(
                (double) after.most(),
                (double) settings.clients() / after.most(),
                (double) after.accepted() - before.accepted(),
                (double) seen.answered(),
                (double) seen.wrong() + seen.refused() + seen.lost(),
                seen.latencies().quantile(HALF) / 1000.0,
                seen.latencies().quantile(P99) / 1000.0,
                micros / seen.answered());
    }

    private double rate() {
        return (double) settings.clients() / settings.every();
    }
}
