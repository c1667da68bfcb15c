package io.sluice.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Proxies under the same load over the same backend, one after the other in turns.
 *
 * <p>All run from the start to the end; only the one whose turn it is has work. Each round starts one place later in the
 * list, so that no proxy always comes first. Used by one thread.
 */
final class Comparison {
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final int WARM_UP_SECONDS = 2;
    private static final int WARM_UP_ROUNDS = 4;
    private static final double SETTLED = 0.03;

    private final Stage stage;
    private final Effort effort;
    private final PrintWriter progress;
    private final List<Running> all = new ArrayList<>();

    private Comparison(Stage stage, Effort effort, PrintWriter progress) {
        this.stage = stage;
        this.effort = effort;
        this.progress = progress;
    }

    /** A started proxy and what was measured of it so far. */
    private record Running(Peer peer, Seat seat, Program program, int headBytes, List<Round> rounds) {}

    /** Starts the backend and the proxies, warms up, measures, and ends all that it started. */
    static List<Result> run(List<Peer> peers, Effort effort, PrintWriter progress)
            throws IOException, InterruptedException {
        try (Stage stage = Stage.open()) {
            Comparison comparison = new Comparison(stage, effort, progress);
            comparison.start(peers);
            comparison.warmUp();
            comparison.measure();
            return comparison.all.stream()
                    .map(one -> new Result(one.peer, one.headBytes, List.copyOf(one.rounds)))
                    .toList();
        }
    }

    private void start(List<Peer> peers) throws IOException, InterruptedException {
        Backend backend = Backend.start(stage, peers.size(), effort.restPrefix());
        for (int backendPort : backend.ports()) {
            int index = all.size();
            Peer peer = peers.get(index);
            Seat seat = new Seat(
                    stage.directory("peer-" + index),
                    stage.ports().take(),
                    stage.ports().take(),
                    backendPort);
            Program program = stage.start(peer.name(), peer.prepare(seat).prefixed(effort.proxyPrefix()));
            Probe probe = new Probe(seat.port(), peer.host());
            probe.await(effort.load().size(), program, START);
            all.add(new Running(peer, seat, program, probe.headBytes(), new ArrayList<>()));
        }
    }

    private void warmUp() throws IOException, InterruptedException {
        for (Running one : all) {
            List<Double> costs = new ArrayList<>();
            do {
                costs.add(round(one, WARM_UP_SECONDS).cpuMicros());
            } while (one.peer.settles() && !settled(costs) && costs.size() * WARM_UP_SECONDS < effort.warmUpSeconds());
            say("warm-up " + one.peer.name() + ": " + listed(costs));
        }
    }

    /** Whether two successive rounds of a warm-up cost about the same, the first few being too short to tell. */
    static boolean settled(List<Double> costs) {
        if (costs.size() < WARM_UP_ROUNDS) {
            return false;
        }
        double last = costs.getLast();
        return Math.abs(costs.get(costs.size() - 2) - last) < SETTLED * last;
    }

    private void measure() throws IOException, InterruptedException {
        List<Running> turns = new ArrayList<>(all);
        for (int i = 1; i <= effort.rounds(); i++) {
            for (Running one : turns) {
                one.rounds.add(quietRound(i, one));
            }
            Collections.rotate(turns, -1);
        }
    }

    /** Measures again what other programs have disturbed, some times at most, and takes the least disturbed round. */
    private Round quietRound(int number, Running one) throws IOException, InterruptedException {
        List<Round> tries = new ArrayList<>();
        do {
            if (!tries.isEmpty()) {
                Thread.sleep(PAUSE);
            }
            Round round = round(one, effort.seconds());
            say("round " + number + " " + one.peer.name() + ": " + listed(List.of(round.cpuMicros())) + ", others took "
                    + Math.round(round.strangers() * 100) + " % of the machine");
            tries.add(round);
        } while (tries.getLast().strangers() > effort.quiet() && tries.size() <= effort.retries());
        return Collections.min(tries, Comparator.comparingDouble(Round::strangers));
    }

    private Round round(Running one, int seconds) throws IOException, InterruptedException {
        long start = System.nanoTime();
        CpuTime machine = Proc.cpuOfMachine();
        CpuTime own = Proc.cpuOfTree(ProcessHandle.current());
        CpuTime cpu = Proc.cpuOfTree(one.program.handle());
        Program load = effort.load().start(stage, one.seat, one.peer.host(), seconds, effort.restPrefix());
        load.awaitEnd(Duration.ofMillis(seconds * 500L));
        int upstreamConnections = Proc.connectionsTo(one.seat.backendPort());
        if (!load.awaitEnd(Duration.ofSeconds(seconds + 20L))) {
            throw load.failure("still runs " + (seconds + 20) + " s after its start");
        }
        if (!one.program.isAlive()) {
            throw one.program.failure("has ended under load");
        }
        cpu = Proc.cpuOfTree(one.program.handle()).minus(cpu);
        own = Proc.cpuOfTree(ProcessHandle.current()).minus(own);
        machine = Proc.cpuOfMachine().minus(machine);
        double strangers = Round.share(machine.minus(own), System.nanoTime() - start);
        return new Round(cpu, Figures.parse(load.output()), upstreamConnections, strangers);
    }

    private static String listed(List<Double> costs) {
        return costs.stream()
                .map(cost -> String.format(Locale.ROOT, "%.2f", cost))
                .collect(Collectors.joining(" ", "", " us/request"));
    }

    private void say(String line) {
        progress.println(line);
        progress.flush();
    }
}
