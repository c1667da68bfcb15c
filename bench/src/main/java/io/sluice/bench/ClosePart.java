package io.sluice.bench;

import io.sluice.bench.program.HoldReport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Whether others are served while all idle clients go at once. */
record ClosePart(IdleSettings settings) implements Part {
    private static final int PROBES = 8;
    private static final int PROBES_PER_SECOND = 500;
    private static final Duration WATCH = Duration.ofSeconds(2);

    @Override
    public String title() {
        return "Close: " + settings.held() + " idle connections closed at once, " + settings.turns()
                + " times; the worst of all, seen by " + PROBES_PER_SECOND + " requests a second on " + PROBES
                + " connections; the same requests straight to the backend show what the machine itself holds up";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column("no answer for ms", 1),
                new Column("longest wait ms", 1),
                new Column("before closing ms", 1),
                new Column("backend itself ms", 1));
    }

    @Override
    public List<Double> measure(Trial trial) throws IOException, InterruptedException {
        Crowd idle = trial.crowd("idle clients", settings.held(), "--path", Size.SMALL.path());
        Crowd probes = trial.crowd("probes", PROBES, "--path", Size.SMALL.path());
        Crowd control = trial.crowdAtBackend("control", PROBES, "--path", Size.SMALL.path());
        probes.hold(PROBES);
        control.hold(PROBES);
        trial.warmUp(settings.warmUp());
        double gap = 0;
        double wait = 0;
        double before = 0;
        double machine = 0;
        for (int i = 0; i < settings.turns(); i++) {
            idle.hold(settings.held());
            probes.pace(PROBES_PER_SECOND);
            control.pace(PROBES_PER_SECOND);
            trial.rest();
            probes.report();
            Thread.sleep(WATCH);
            before = Math.max(before, longest(probes.report()));
            idle.report();
            control.report();
            idle.hold(0);
            Thread.sleep(WATCH);
            probes.endPace();
            control.endPace();
            HoldReport seen = probes.report();
            gap = Math.max(gap, seen.gapMicros() / 1000.0);
            wait = Math.max(wait, longest(seen));
            machine = Math.max(machine, longest(control.report()));
            trial.say("close " + (i + 1) + ": longest wait %.1f ms".formatted(longest(seen)));
        }
        return List.of(gap, wait, before, machine);
    }

    private static double longest(HoldReport report) {
        return report.latencies().quantile(1) / 1000.0;
    }
}
