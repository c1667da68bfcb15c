package io.sluice.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Proxies under the same load over the same backend, one after the other in turns.
 *
 * <p>All run from the start to the end; only the one whose turn it is has work. Each round starts one place later in the
 * list, so that no proxy always comes first. Used by one thread.
 */
final class Comparison {
    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final int WARM_UP_SECONDS = 2;
    private static final int WARM_UP_ROUNDS = 4;
    private static final double SETTLED = 0.03;

    private final Stage stage;
    private final Effort effort;
    private final PrintWriter progress;
    private final List<Entrant> all = new ArrayList<>();

    private Comparison(Stage stage, Effort effort, PrintWriter progress) {
        this.stage = stage;
        this.effort = effort;
        this.progress = progress;
    }

    /** A started proxy and what was measured of it so far. */
    private record Entrant(Running running, int headBytes, List<Round> rounds) {
        Peer peer() {
            return running.peer();
        }
    }

    /** Starts the backend and the proxies, warms up, measures, and ends all that it started. */
    static List<Result> run(List<Peer> peers, Effort effort, PrintWriter progress)
            throws IOException, InterruptedException {
        try (Stage stage = Stage.open()) {
            Comparison comparison = new Comparison(stage, effort, progress);
            comparison.start(peers);
            comparison.warmUp();
            comparison.measure();
            return comparison.all.stream()
                    .map(one -> new Result(one.peer(), one.headBytes, List.copyOf(one.rounds)))
                    .toList();
        }
    }

    private void start(List<Peer> peers) throws IOException, InterruptedException {
        List<Speech> speeches = peers.stream().map(Peer::upstream).toList();
        Backend backend = Backend.start(stage, speeches, effort.restPrefix());
        for (int backendPort : backend.ports()) {
            int index = all.size();
            Running running = Running.start(
                    stage, peers.get(index), index, backendPort, effort.load().size(), effort.proxyPrefix());
            all.add(new Entrant(running, running.probe().headBytes(), new ArrayList<>()));
        }
    }

    private void warmUp() throws IOException, InterruptedException {
        for (Entrant one : all) {
            List<Double> costs = new ArrayList<>();
            do {
                costs.add(round(one, WARM_UP_SECONDS).cpuMicros());
            } while (one.peer().settles()
                    && !settled(costs)
                    && costs.size() * WARM_UP_SECONDS < effort.warmUpSeconds());
            say("warm-up " + one.peer().name() + ": " + listed(costs));
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
        List<Entrant> turns = new ArrayList<>(all);
        for (int i = 1; i <= effort.rounds(); i++) {
            for (Entrant one : turns) {
                one.rounds.add(quietRound(i, one));
            }
            Collections.rotate(turns, -1);
        }
    }

    /** Measures again what other programs have disturbed, some times at most, and takes the least disturbed round. */
    private Round quietRound(int number, Entrant one) throws IOException, InterruptedException {
        List<Round> tries = new ArrayList<>();
        do {
            if (!tries.isEmpty()) {
                Thread.sleep(PAUSE);
            }
            Round round = round(one, effort.seconds());
            say("round " + number + " " + one.peer().name() + ": " + listed(List.of(round.cpuMicros()))
                    + ", others took " + Math.round(round.strangers() * 100) + " % of the machine");
            tries.add(round);
        } while (tries.getLast().strangers() > effort.quiet() && tries.size() <= effort.retries());
        return Collections.min(tries, Comparator.comparingDouble(Round::strangers));
    }

    private Round round(Entrant one, int seconds) throws IOException, InterruptedException {
        int backendPort = one.running.seat().backendPort();
        return one.running.round(
                stage, effort.load(), seconds, effort.restPrefix(), () -> Proc.connectionsTo(backendPort));
    }

    private static String listed(List<Double> costs) {
        return costs.stream()
                .map(cost -> TextTable.decimal(2, cost))
                .collect(Collectors.joining(" ", "", " us/request"));
    }

    private void say(String line) {
        progress.println(line);
        progress.flush();
    }
}
