package io.sluice.bench;

import io.sluice.bench.Crowd.Form;
import io.sluice.bench.program.HoldReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One process of a proxy under test, with a backend of its own; all of it ends with the trial. Used by one thread. */
final class Trial {
    /** As many descriptors as each process may have, but a few for what is no connection. */
    static final Room ROOM = new Room(19_500, 8 * 1024, Room.KEEP_PERCENT);

    /** That each process may have. */
    static final int DESCRIPTORS = 20_000;

    /** What the others do while connections are idle: as many requests as are answered. */
    static final Load LOAD = new Load(64, Size.SMALL, 0);

    private static final List<String> LIMITED = List.of("prlimit", "--nofile=" + DESCRIPTORS + ":" + DESCRIPTORS, "--");
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration REST = Duration.ofSeconds(1);
    private static final int WARM_UP_SECONDS = 2;
    private final Stage stage;
    private final CountingBackend backend;
    private final Running proxy;
    private final PrintWriter progress;
    private final List<Crowd> crowds = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private Trial(Stage stage, CountingBackend backend, Running proxy, PrintWriter progress) {
        this.stage = stage;
        this.backend = backend;
        this.proxy = proxy;
        this.progress = progress;
    }

    /** Asks the part's question of so many processes of each proxy. Each round begins with the next proxy, so that none always comes first. */
    static PartReport ofEach(List<Peer> peers, Part part, int rounds, PrintWriter progress)
            throws IOException, InterruptedException {
        List<PartReport.Row> rows = new ArrayList<>();
        peers.forEach(peer -> rows.add(new PartReport.Row(peer.name(), new ArrayList<>())));
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < peers.size(); i++) {
                int turn = (round + i) % peers.size();
                rows.get(turn).samples().add(run(part, peers.get(turn), progress));
            }
        }
        return new PartReport(part, rows);
    }

    /** Asks it of a fresh process of one. */
    private static Sample run(Part part, Peer peer, PrintWriter progress) throws IOException, InterruptedException {
        try (Stage stage = Stage.open()) {
            Strangers strangers = Strangers.from();
            CountingBackend backend = part.delay().isZero()
                    ? Backend.start(stage, List.of(peer.upstream()), LIMITED)
                    : SlowBackend.start(stage, part.delay(), LIMITED);
            Running proxy = Running.start(stage, peer, 0, backend.port(), Size.SMALL, LIMITED);
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

    CountingBackend backend() {
        return backend;
    }

    /** Starts clients of the proxy. */
    Crowd crowd(String name, int most, String... options) throws IOException, InterruptedException {
        return crowdAt(proxy.seat().port(), name, most, options);
    }

    /** Starts clients of the backend. */
    Crowd crowdAtBackend(String name, int most, String... options) throws IOException, InterruptedException {
        return crowdAt(backend.port(), name, most, options);
    }

    /** Starts clients of the proxy whose connections may end as they like. */
    Crowd attackers(String name, int most, String... options) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--host", proxy.peer().host()));
        all.addAll(List.of(options));
        return Crowd.start(stage, proxy.seat().port(), new Form(name, most, all));
    }

    /** Starts a program against the proxy. */
    Program attack(String name, List<String> command) throws IOException {
        return stage.start(name, new Launch(command).prefixed(LIMITED));
    }

    private Crowd crowdAt(int port, String name, int most, String... options) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("--host", proxy.peer().host()));
        all.addAll(List.of(options));
        if (port == proxy.seat().port()) {
            Speech speech = proxy.peer().clients();
            all.addAll(speech.tls() ? List.of("--tls") : List.of());
            all.addAll(speech.http2() ? List.of("--h2") : List.of());
        }
        Crowd crowd = Crowd.start(stage, port, new Form(name, most, all));
        crowds.add(crowd);
        return crowd;
    }

    /** Bytes that the proxy holds now. */
    long memory() {
        return Proc.memoryOfTree(proxy.program().handle());
    }

    /** Bytes that the proxy holds once they don't change any more. */
    double settledMemory() throws InterruptedException {
        return new Footprint(this::memory, LOOK).settled();
    }

    /** Bytes that are alive in the proxy's heap, after a collection; NaN if it isn't a JVM. */
    double liveHeap() throws IOException, InterruptedException {
        return proxy.peer().settles() ? LiveHeap.of(proxy.program().handle()) : Double.NaN;
    }

    /** Gives proxy and kernel time to finish with connections that were just opened or closed. */
    void rest() throws InterruptedException {
        Thread.sleep(REST);
    }

    /** Works a JVM until its cost per request has settled, for so many seconds at most; others once. */
    void warmUp(int mostSeconds) throws IOException, InterruptedException {
        List<Double> costs = new ArrayList<>();
        do {
            costs.add(round(WARM_UP_SECONDS).cpuMicros());
        } while (proxy.peer().settles() && !Comparison.settled(costs) && costs.size() * WARM_UP_SECONDS < mostSeconds);
        say("warm-up, CPU us/req: %.2f to %.2f".formatted(costs.getFirst(), costs.getLast()));
    }

    /** Puts the proxy under load for some seconds; notes what goes wrong. */
    Round round(int seconds) throws IOException, InterruptedException {
        // The kernel's socket table is long now, and slow to read: the backend knows its connections too.
        Round round = proxy.round(
                stage, LOAD, seconds, List.of(), () -> backend.served().open());
        problems.addAll(round.figures().problems(LOAD.size()));
        return round;
    }

    /** What clients see who send so many requests a second, however slow the answers. */
    HoldReport steadyLoad(Crowd clients, int rate, int seconds) throws IOException, InterruptedException {
        clients.pace(rate);
        rest();
        clients.report();
        Thread.sleep(Duration.ofSeconds(seconds));
        clients.endPace();
        return clients.report();
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
