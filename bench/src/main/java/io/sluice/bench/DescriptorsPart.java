package io.sluice.bench;

import java.io.IOException;
import java.util.List;

/** Whether upstream connections are still kept for the next request when most descriptors are taken by idle clients. */
record DescriptorsPart(IdleSettings settings) implements Part {
    /** Load and what the backend has seen of it. */
    private record Seen(Round round, double openedPerThousand) {}

    @Override
    public String title() {
        return "Descriptors: upstream connections opened for every 1,000 requests of the same load, with "
                + settings.held() + " of " + Trial.DESCRIPTORS + " descriptors taken by idle clients and with none";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column("opened/1,000", 2),
                new Column("held", 2),
                new Column("upstream conns", 0),
                new Column("held", 0),
                new Column("CPU us/req", 2),
                new Column("held", 2));
    }

    @Override
    public List<Double> measure(Trial trial) throws IOException, InterruptedException {
        Crowd idle = trial.crowd("idle clients", settings.held(), "--path", Size.SMALL.path());
        trial.warmUp(settings.warmUp());
        Seen none = seen(trial);
        idle.hold(settings.held());
        trial.rest();
        Seen held = seen(trial);
        idle.report();
        return List.of(
                none.openedPerThousand,
                held.openedPerThousand,
                (double) none.round.upstreamConnections(),
                (double) held.round.upstreamConnections(),
                none.round.cpuMicros(),
                held.round.cpuMicros());
    }

    private Seen seen(Trial trial) throws IOException, InterruptedException {
        Served before = trial.backend().served();
        Round round = trial.round(settings.seconds());
        return new Seen(round, trial.backend().served().openedPerThousand(before));
    }
}
