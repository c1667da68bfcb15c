package io.sluice.bench;

import io.sluice.bench.models.Client;
import io.sluice.bench.models.Model;
import io.sluice.bench.models.ModelServer;
import io.sluice.bench.models.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A started contender.
 *
 * @param programs the server, and Sluice if it stands in front
 * @param target where clients ask
 */
record RunningModel(List<Program> programs, Target target) implements AutoCloseable {
    // All JVMs alike, Sluice's too: a small young generation, so that memory follows what is alive and not what was.
    private static final List<String> HEAP = List.of("-Xms16m", "-Xmn8m");
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** The machine does not have what the model needs. */
    static final class Unavailable extends Exception {
        private static final long serialVersionUID = 1;
        private final String why;

        private Unavailable(String why) {
            super(why);
            this.why = why;
        }

        String why() {
            return why;
        }
    }

    /** Starts it and waits until it answers; fails with what the program said if it does not. */
    static RunningModel start(Stage stage, Contender contender) throws IOException, InterruptedException, Unavailable {
        int port = stage.ports().take();
        Target direct = new Target(port, "models.bench.test", "/bench/small", Model.BODY_BYTES);
        List<Program> programs = new ArrayList<>();
        programs.add(stage.start(contender.label(), server(contender.model(), port)));
        await(direct, programs.getLast());
        if (contender != Contender.SLUICE) {
            return new RunningModel(programs, direct);
        }
        SluicePeer peer = new SluicePeer(
                "sluice",
                PeerOptions.home().resolve("sluice"),
                String.join(" ", HEAP),
                "auto",
                1,
                Model.POOL_THREADS,
                0);
        Seat seat = new Seat(
                stage.directory("sluice"), stage.ports().take(), stage.ports().take(), port);
        programs.add(stage.start("sluice", peer.prepare(seat)));
        Target behind = new Target(seat.port(), peer.host(), "/bench/small", Model.BODY_BYTES);
        await(behind, programs.getLast());
        return new RunningModel(programs, behind);
    }

    private static Launch server(Model model, int port) {
        List<String> options = new ArrayList<>(HEAP);
        options.addAll(model.flags());
        return Launch.likeSluice(options, ModelServer.class, List.of(model.toString(), Integer.toString(port)));
    }

    private static void await(Target target, Program program) throws InterruptedException, Unavailable {
        long deadline = System.nanoTime() + START.toNanos();
        String problem = problem(target);
        while (!problem.isEmpty()) {
            if (!program.isAlive() && program.exitCode() == ModelServer.UNAVAILABLE) {
                throw new Unavailable(program.output().strip().lines().reduce("", (earlier, last) -> last));
            }
            if (!program.isAlive() || System.nanoTime() - deadline > 0) {
                throw program.failure(program.isAlive() ? problem : "has ended");
            }
            Thread.sleep(PAUSE);
            problem = problem(target);
        }
    }

    private static String problem(Target target) {
        try (Client client = new Client(target, START)) {
            client.ask();
            return "";
        } catch (IOException e) {
            return "port " + target.port() + ": " + e.getMessage();
        }
    }

    boolean isAlive() {
        return programs.stream().allMatch(Program::isAlive);
    }

    CpuTime cpu() {
        return programs.stream()
                .map(program -> Proc.cpuOfTree(program.handle()))
                .reduce(CpuTime.NONE, CpuTime::plus);
    }

    long memory() {
        return programs.stream()
                .mapToLong(program -> Proc.memoryOfTree(program.handle()))
                .sum();
    }

    long threads() {
        return programs.stream()
                .mapToLong(program -> Proc.threadsOfTree(program.handle()))
                .sum();
    }

    /** Ends what was started. */
    @Override
    public void close() {
        programs.reversed().forEach(program -> program.stop(PATIENCE));
    }
}
