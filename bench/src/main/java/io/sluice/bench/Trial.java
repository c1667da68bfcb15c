package io.sluice.bench;

import io.sluice.bench.Crowd.Form;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One process of a proxy under test, with a backend of its own; all of it ends with the trial. Used by one thread. */
final class Trial {
    /** As many descriptors as each process may have, but a few for what is no connection. */
    static final Room ROOM = new Room(19_500, 8 * 1024);

    private static final int DESCRIPTORS = 20_000;
    private static final List<String> LIMITED = List.of("prlimit", "--nofile=" + DESCRIPTORS + ":" + DESCRIPTORS, "--");
    private final Stage stage;
    private final Backend backend;
    private final Running proxy;
    private final PrintWriter progress;
    private final List<Crowd> crowds = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private Trial(Stage stage, Backend backend, Running proxy, PrintWriter progress) {
        this.stage = stage;
        this.backend = backend;
        this.proxy = proxy;
        this.progress = progress;
    }

    /** Asks the part's question of a fresh process of the proxy. */
    static Sample run(Part part, Peer peer, PrintWriter progress) throws IOException, InterruptedException {
        try (Stage stage = Stage.open()) {
            Strangers strangers = Strangers.from();
            Backend backend = Backend.start(stage, 1, LIMITED);
            Running proxy = Running.start(stage, peer, 0, backend.ports().getFirst(), Size.SMALL, LIMITED);
            Trial trial = new Trial(stage, backend, proxy, progress);
            List<Double> figures = part.measure(trial);
            proxy.checkAlive();
            List<String> problems = Stream.concat(
                            trial.problems.stream(), trial.crowds.stream().flatMap(crowd -> crowd.problems().stream()))
                    .toList();
            return new Sample(figures, problems, strangers.share());
        }
    }

    Running proxy() {
        return proxy;
    }

    Backend backend() {
        return backend;
    }

    Stage stage() {
        return stage;
    }

    /** Starts clients of the proxy. */
    Crowd crowd(String name, int most, String... options) throws IOException, InterruptedException {
        return crowdAt(proxy.seat().port(), name, most, options);
    }

    private Crowd crowdAt(int port, String name, int most, String... options) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--host", proxy.peer().host()));
        all.addAll(List.of(options));
        Crowd crowd = Crowd.start(stage, port, new Form(name, most, all));
        crowds.add(crowd);
        return crowd;
    }

    /** Bytes that the proxy holds once they don't change any more. */
    double settledMemory() throws InterruptedException {
        return new Footprint(() -> Proc.memoryOfTree(proxy.program().handle())).settled();
    }

    /** Processor time of the proxy in seconds, for so long. */
    double cpuSeconds(Duration time) throws InterruptedException {
        CpuTime before = proxy.cpu();
        Thread.sleep(time);
        return Round.seconds(proxy.cpu().minus(before));
    }

    void say(String line) {
        progress.println("  " + proxy.peer().name() + ": " + line);
        progress.flush();
    }
}
