package io.sluice.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What the proxy does while all its connections are idle. */
record HoldingPart(IdleSettings settings) implements Part {
    private static final double MINUTE = 60;

    @Override
    public String title() {
        return "Holding: processor time with " + settings.idle() + " idle connections and nothing else, over "
                + settings.window() + " s";
    }

    @Override
    public List<Column> columns() {
        return List.of(new Column("CPU s/min", 3));
    }

    @Override
    public List<Double> measure(Trial trial) throws IOException, InterruptedException {
        Crowd crowd = trial.crowd("idle clients", settings.idle(), "--path", Size.SMALL.path());
        crowd.hold(settings.idle());
        trial.settledMemory();
        double seconds = trial.cpuSeconds(Duration.ofSeconds(settings.window()));
        crowd.report();
        return List.of(seconds * MINUTE / settings.window());
    }
}
