package io.sluice.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Whether the memory of a burst is given back. */
record BurstPart(IdleSettings settings) implements Part {
    private static final double MIB = 1024 * 1024;
    private static final int BIG_HEAD = 24 * 1024;
    private static final int HEADS = 2000;
    private static final int BODIES = 200;

    /** Clients, and how many of them come at once. */
    private record Wave(String name, Crowd crowd, int clients) {}

    @Override
    public String title() {
        return "Burst: memory before, at the highest, and after " + connections()
                + " connections that come and go with a small request each, then " + HEADS + " with a head of "
                + BIG_HEAD / 1024 + " KiB, then " + BODIES + " with bodies of 1 MiB both ways";
    }

    @Override
    public Room room() {
        return new Room(Trial.ROOM.connections(), BIG_HEAD, Room.KEEP_PERCENT);
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column("MiB before", 1),
                new Column("connections", 1),
                new Column("heads", 1),
                new Column("bodies", 1),
                new Column("at the end", 1),
                new Column(settings.after() + " s later", 1));
    }

    @Override
    public List<Double> measure(Trial trial) throws IOException, InterruptedException {
        String small = Size.SMALL.path();
        Crowd clients = trial.crowd("clients", settings.idle(), "--path", small);
        Crowd heads = trial.crowd(
                "big heads", HEADS, "--path", small, "--head", Integer.toString(BIG_HEAD), "--at-once", "500");
        Crowd bodies = trial.crowd(
                "big bodies",
                BODIES,
                "--path",
                Backend.UPLOAD,
                "--post",
                Integer.toString(Size.MIB_1.bytes()),
                "--at-once",
                Integer.toString(BODIES));
        double before = trial.settledMemory();
        double connections = Math.max(
                highest(trial, new Wave("connections", clients, settings.idle())),
                highest(trial, new Wave("connections", clients, settings.base())));
        double highestOfHeads = highest(trial, new Wave("heads", heads, HEADS));
        double highestOfBodies = highest(trial, new Wave("bodies", bodies, BODIES));
        double end = trial.memory();
        Thread.sleep(Duration.ofSeconds(settings.after()));
        double after = trial.memory();
        return List.of(
                before / MIB, connections / MIB, highestOfHeads / MIB, highestOfBodies / MIB, end / MIB, after / MIB);
    }

    private int connections() {
        return settings.idle() + settings.base();
    }

    private static double highest(Trial trial, Wave wave) throws IOException, InterruptedException {
        try (Peak peak = Peak.of(trial::memory)) {
            wave.crowd.hold(wave.clients);
            wave.crowd.report();
            wave.crowd.hold(0);
            trial.say(wave.name + ": up to %.1f MiB".formatted(peak.highest() / MIB));
            return peak.highest();
        }
    }
}
