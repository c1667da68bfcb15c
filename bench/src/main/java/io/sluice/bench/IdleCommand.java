package io.sluice.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The scenario {@code idle}: what thousands of idle client connections cost a proxy. */
@Command(
        name = "idle",
        description =
                "What thousands of idle client connections cost proxies: memory, processor time, latency of others.",
        sortOptions = false)
final class IdleCommand implements Callable<Integer> {
    /** What can be measured. */
    private enum Name {
        MEMORY,
        HOLDING,
        LOAD,
        CLOSE,
        MULTIPLEX,
        DESCRIPTORS,
        BURST;

        private Part part(IdleSettings settings) {
            return switch (this) {
                case MEMORY -> new MemoryPart(settings);
                case HOLDING -> new HoldingPart(settings);
                case LOAD -> new LoadPart(settings);
                case CLOSE -> new ClosePart(settings);
                case MULTIPLEX -> new MultiplexPart(settings);
                case DESCRIPTORS -> new DescriptorsPart(settings);
                case BURST -> new BurstPart(settings);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--part",
            split = ",",
            paramLabel = "NAME",
            description = "What to measure: ${COMPLETION-CANDIDATES} (default: all).")
    private List<Name> parts = List.of(Name.values());

    @Mixin
    private PeerOptions proxies = new PeerOptions();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "Processes of each proxy that are measured for a part, one after the other (default: ${DEFAULT-VALUE}).")
    private int rounds = 1;

    @Option(
            names = "--idle",
            paramLabel = "N",
            description = "Idle connections for memory, holding and burst (default: ${DEFAULT-VALUE}).")
    private int idle = 18_000;

    @Option(
            names = "--held",
            paramLabel = "N",
            description = "Idle connections beside load, for load, close and descriptors (default: ${DEFAULT-VALUE}).")
    private int held = 15_000;

    @Option(
            names = "--turns",
            paramLabel = "N",
            description = "load, close: times that the idle connections come and go (default: ${DEFAULT-VALUE}).")
    private int turns = 4;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "load, descriptors: length of each measurement (default: ${DEFAULT-VALUE}).")
    private int seconds = 2;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "load: requests a second of the steady load (default: ${DEFAULT-VALUE}).")
    private int rate = 2000;

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "multiplex: clients of the slow backend (default: ${DEFAULT-VALUE}).")
    private int clients = 10_000;

    @Option(
            names = "--every",
            paramLabel = "SECONDS",
            description = "multiplex: from a client's request to its next (default: ${DEFAULT-VALUE}).")
    private int every = 5;

    @Option(
            names = "--window",
            paramLabel = "SECONDS",
            description = "holding, multiplex: length of the measurement (default: ${DEFAULT-VALUE}).")
    private int window = 20;

    @Option(
            names = "--after",
            paramLabel = "SECONDS",
            description = "burst: from its end to the last look at the memory (default: ${DEFAULT-VALUE}).")
    private int after = 60;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description =
                    "load, close, descriptors: most that a JVM's cost may take to settle (default: ${DEFAULT-VALUE}).")
    private int warmUp = 20;

    @Option(
            names = "--haproxy-keeps",
            paramLabel = "PERCENT",
            description =
                    "HAProxy keeps unused upstream connections while fewer of its descriptors than this are in use"
                            + " (default: ${DEFAULT-VALUE}, as it comes).")
    private int haproxyKeeps = Room.KEEP_PERCENT;

    @Option(
            names = "--live",
            description = "memory: also show what is alive in a JVM's heap, after collections that this makes it do.")
    private boolean live;

    @Option(names = "--fresh", description = "memory: of processes that have not worked before.")
    private boolean fresh;

    @Mixin
    private TableOptions table = new TableOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        IdleSettings settings =
                new IdleSettings(idle, held, turns, seconds, rate, clients, every, window, after, warmUp, live, fresh);
        table.printHead(List.of(
                Machine.description(proxies.peers(HeaderWork.PLAIN, Trial.ROOM)) + ".",
                "Each part in a fresh process of each proxy, " + rounds + " of them one after the other."));
        boolean valid = true;
        for (Name name : parts) {
            Part part = name.part(settings);
            List<Peer> peers = proxies.peers(HeaderWork.PLAIN, part.room().keeping(haproxyKeeps));
            PartReport report = Trial.ofEach(peers, part, rounds, table.progress());
            table.print(part.title(), report.table(), report.notes());
            valid &= report.isValid();
        }
        return valid ? 0 : 1;
    }

    private void check() {
        proxies.atLeast(1, "--rounds", rounds);
        proxies.atLeast(9, "--idle", idle);
        proxies.atLeast(1, "--held", held);
        proxies.atLeast(1, "--turns", turns);
        proxies.atLeast(1, "--seconds", seconds);
        proxies.atLeast(1, "--rate", rate);
        proxies.atLeast(1, "--clients", clients);
        proxies.atLeast(1, "--every", every);
        proxies.atLeast(1, "--window", window);
        proxies.atLeast(0, "--after", after);
        proxies.atLeast(0, "--warm-up", warmUp);
        proxies.atLeast(5, "--haproxy-keeps", haproxyKeeps);
        boolean load = !List.of(Name.MEMORY, Name.HOLDING).containsAll(parts);
        proxies.refuse(load && proxies.clients().http2(), "--h2 with a part other than memory and holding");
        proxies.refuse(proxies.hasHttp2Upstreams(), "--upstream-h2");
        proxies.check();
    }
}
