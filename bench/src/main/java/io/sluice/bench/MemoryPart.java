package io.sluice.bench;

import java.io.IOException;
import java.util.List;

/** What the proxy's memory grows by for each further idle connection, and what it keeps when all have gone. */
record MemoryPart(IdleSettings settings) implements Part {
    private static final double MIB = 1024 * 1024;
    private static final int FEW = 100;
    private static final int TIMES = 200;

    @Override
    public String title() {
        return "Memory: bytes per idle connection, from " + settings.base() + " to " + settings.idle()
                + " connections with one request made on each";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column("B/connection", 0),
                new Column("of it live heap", 0),
                new Column("MiB at 0", 1),
                new Column("at " + settings.base(), 1),
                new Column("at " + settings.idle(), 1),
                new Column("all closed", 1));
    }

    @Override
    public List<Double> measure(Trial trial) throws IOException, InterruptedException {
        Crowd crowd = trial.crowd("idle clients", settings.idle(), "--path", Size.SMALL.path());
        if (!settings.fresh()) {
            useWithFew(trial, crowd);
        }
        double atNone = trial.settledMemory();
        double atBase = held(trial, crowd, settings.base());
        double atMost = held(trial, crowd, settings.idle());
        double closed = held(trial, crowd, 0);
        return List.of(
                slope(settings.base(), atBase, settings.idle(), atMost),
                settings.live() ? liveSlope(trial, crowd) : Double.NaN,
                atNone / MIB,
                atBase / MIB,
                atMost / MIB,
                closed / MIB);
    }

    /**
     * Load and connections that come and go, but never many at once: what a process takes for its work whether connections are
     * held or not (code that is compiled, memory that is used anew all the time) it has then.
     */
    private void useWithFew(Trial trial, Crowd crowd) throws IOException, InterruptedException {
        trial.warmUp(settings.warmUp());
        for (int i = 0; i < TIMES; i++) {
            crowd.hold(FEW);
            crowd.hold(0);
        }
        trial.say("%d connections have come and gone".formatted(FEW * TIMES));
    }

    /** The same once more, when what was to be measured without collections has been. */
    private double liveSlope(Trial trial, Crowd crowd) throws IOException, InterruptedException {
        crowd.hold(settings.base());
        double atBase = trial.liveHeap();
        crowd.hold(settings.idle());
        double atMost = trial.liveHeap();
        crowd.hold(0);
        return slope(settings.base(), atBase, settings.idle(), atMost);
    }

    private static double held(Trial trial, Crowd crowd, int count) throws IOException, InterruptedException {
        crowd.hold(count);
        double memory = trial.settledMemory();
        crowd.report();
        trial.say("%d held: %.1f MiB".formatted(count, memory / MIB));
        return memory;
    }

    /** What one more costs, from the cost of fewer and of more. */
    static double slope(int fewer, double costOfFewer, int more, double costOfMore) {
        return (costOfMore - costOfFewer) / (more - fewer);
    }
}
