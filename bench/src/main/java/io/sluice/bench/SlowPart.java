package io.sluice.bench;

import io.sluice.bench.program.HoldReport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Whether honest clients are served while others attack: some that are connected all the time and ask at a steady rate, and some
 * that come anew every second. Keeps what Sluice counted, for the notes.
 */
final class SlowPart implements Part {
    private static final int STEADY_CLIENTS = 64;
    private static final int NEWCOMERS = 20;
    private static final double HALF = 0.5;
    private static final double P99 = 0.99;

    private final Attack attack;
    private final Settings settings;
    private final List<String> counted = new ArrayList<>();

    /**
     * @param connections of the attack
     * @param seconds that each measurement takes, before and while it goes on
     * @param rate requests a second of the honest clients that are connected
     * @param unread size of the answers that are hardly read
     * @param warmUp most seconds that a JVM's cost may take to settle
     */
    record Settings(int connections, int seconds, int rate, Size unread, int warmUp) {}

    SlowPart(Attack attack, Settings settings) {
        this.attack = attack;
        this.settings = settings;
    }

    @Override
    public String title() {
        return "Attack " + attack + ": " + settings.connections() + " x " + attack.title() + "; "
                + settings.seconds() + " s without and " + settings.seconds() + " s with it, " + STEADY_CLIENTS
                + " honest clients with " + settings.rate() + " requests a second, and " + NEWCOMERS
                + " new ones a second";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                new Column("slow conns", 0),
                new Column("of them closed", 0),
                new Column("answered", 0),
                new Column("failed", 0),
                new Column("p50 ms", 2),
                new Column("attacked", 2),
                new Column("p99 ms", 2),
                new Column("attacked", 2),
                new Column("new ones", 0),
                new Column("failed", 0),
                new Column("p99 ms", 2),
                new Column("attacked", 2),
                new Column("upstream", 0),
                new Column("MiB more", 1));
    }

    /** What Sluice says of each attack: causes and how often. */
    List<String> counted() {
        return counted;
    }

    /** What honest clients saw. */
    private record Seen(HoldReport steady, HoldReport anew) {}

    @Override
    public List<Double> measure(Trial trial) throws IOException, InterruptedException {
        Crowd steady = trial.crowd("steady clients", STEADY_CLIENTS, "--path", Size.SMALL.path());
        Crowd anew = trial.crowd("new clients", NEWCOMERS, "--path", Size.SMALL.path());
        steady.hold(STEADY_CLIENTS);
        trial.warmUp(settings.warmUp());
        steady.pace(settings.rate());
        trial.rest();
        Seen before = seen(steady, anew, () -> {});
        Counts countsBefore = Counts.of(trial.proxy());
        long memory = trial.memory();
        Attack.Running running = attack.begin(trial, settings);
        AtomicInteger upstream = new AtomicInteger();
        Seen during = seen(steady, anew, () -> {
            running.goOn();
            upstream.accumulateAndGet(trial.backend().served().open(), Math::max);
        });
        long grown = trial.memory() - memory;
        Attack.Toll toll = running.end();
        counted.add(trial.proxy().peer().name() + " counted: "
                + Counts.of(trial.proxy()).since(countsBefore).text());
        steady.endPace();
        return List.of(
                (double) toll.opened(),
                (double) toll.closed(),
                (double) during.steady.answered(),
                failed(during.steady),
                millis(before.steady, HALF),
                millis(during.steady, HALF),
                millis(before.steady, P99),
                millis(during.steady, P99),
                (double) during.anew.answered(),
                failed(during.anew),
                millis(before.anew, P99),
                millis(during.anew, P99),
                (double) upstream.get(),
                grown / (double) (1 << 20));
    }

    /** Done every second beside the honest clients. */
    private interface Beside {
        void work() throws IOException, InterruptedException;
    }

    private Seen seen(Crowd steady, Crowd anew, Beside beside) throws IOException, InterruptedException {
        steady.report();
        anew.report();
        long next = System.nanoTime();
        for (int second = 0; second < settings.seconds(); second++) {
            next += Duration.ofSeconds(1).toNanos();
            beside.work();
            anew.hold(0);
            anew.hold(NEWCOMERS);
            Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
        }
        return new Seen(steady.report(), anew.report());
    }

    private static double failed(HoldReport seen) {
        return seen.wrong() + seen.refused() + seen.lost();
    }

    private static double millis(HoldReport seen, double share) {
        return seen.latencies().quantile(share) / 1000.0;
    }
}
