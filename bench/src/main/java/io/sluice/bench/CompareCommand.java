package io.sluice.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The scenario {@code compare}: CPU per proxied request of several proxies over the same backend. */
@Command(
        name = "compare",
        description = "CPU per request, requests per second and latency of proxies over the same backend, in turns.",
        sortOptions = false)
final class CompareCommand implements Callable<Integer> {
    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            description = "Proxies to run (default: nginx,haproxy,sluice).")
    private List<Kind> kinds = List.of(Kind.values());

    @Option(
            names = "--peer",
            paramLabel = "NAME=FLAGS",
            description = "One more Sluice with these JVM flags (repeatable), such as big=-Xmx4g.")
    private Map<String, String> variants = new LinkedHashMap<>();

    @Option(
            names = "--launcher",
            paramLabel = "NAME=FILE",
            description = "The sluice script that the Sluice of that name is started by (repeatable): another build.")
    private Map<String, Path> launchers = new LinkedHashMap<>();

    @Option(names = "--sluice-opts", paramLabel = "FLAGS", description = "JVM flags for every Sluice.")
    private String sluiceOptions = "";

    @Option(
            names = "--transport",
            split = ",",
            paramLabel = "NAME",
            description = "Transports of Sluice; each one is run (default: auto).")
    private List<String> transports = List.of("auto");

    @Option(
            names = "--routes",
            split = ",",
            paramLabel = "N",
            description = "Sizes of Sluice's routing table; each one is run (default: 10).")
    private List<Integer> routes = List.of(10);

    @Option(
            names = "--upstream-connections",
            paramLabel = "N",
            description =
                    "Cap of Sluice's pool (default: ${DEFAULT-VALUE}); nginx keeps 64 idle for each worker, HAProxy all.")
    private int upstreamConnections = 64;

    @Option(
            names = "--headers",
            split = ",",
            paramLabel = "WORK",
            description =
                    "plain: each proxy as it comes; equal: nginx and HAProxy set what Sluice sets (default: both).")
    private List<HeaderWork> headers = List.of(HeaderWork.values());

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "Client connections, each with one request at a time (default: ${DEFAULT-VALUE}).")
    private int connections = 64;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            description = "Body of the response: small, 64k or 1m (default: ${DEFAULT-VALUE}).")
    private Size size = Size.SMALL;

    @Option(names = "--post", paramLabel = "BYTES", description = "Send POST with a body of so many bytes.")
    private int post;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of each proxy (default: ${DEFAULT-VALUE}).")
    private int rounds = 10;

    @Option(names = "--seconds", paramLabel = "N", description = "Length of a round (default: ${DEFAULT-VALUE}).")
    private int seconds = 2;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description = "Most that a JVM's cost may take to settle (default: ${DEFAULT-VALUE}).")
    private int warmUpSeconds = 30;

    @Option(
            names = "--quiet",
            paramLabel = "PERCENT",
            description =
                    "Measure a round again if other programs took more of the machine (default: ${DEFAULT-VALUE}).")
    private int quietPercent = 5;

    @Option(
            names = "--retries",
            paramLabel = "N",
            description = "Most times that one round is measured again (default: ${DEFAULT-VALUE}).")
    private int retries = 3;

    @Option(
            names = "--pin",
            paramLabel = "PROXY/REST",
            description = "Processors of the proxies and those of backend and load, such as 0/1.")
    private @Nullable Pin pin;

    @Option(names = "--markdown", description = "Print Markdown, with the command line.")
    private boolean markdown;

    @SuppressWarnings("unused") // set and read by the parser only
    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private enum Kind {
        NGINX,
        HAPROXY,
        SLUICE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        Effort effort = new Effort(
                new Load(connections, size, post),
                rounds,
                seconds,
                warmUpSeconds,
                quietPercent / 100.0,
                retries,
                Optional.ofNullable(pin));
        PrintWriter out = spec.commandLine().getOut();
        boolean valid = true;
        printHead(out, effort);
        for (HeaderWork work : headers) {
            Report report = new Report(
                    size, Comparison.run(peers(work), effort, spec.commandLine().getErr()));
            print(out, work, report);
            valid &= report.isValid();
        }
        return valid ? 0 : 1;
    }

    private void check() {
        atLeast(1, "--connections", connections);
        atLeast(1, "--rounds", rounds);
        atLeast(1, "--seconds", seconds);
        atLeast(1, "--upstream-connections", upstreamConnections);
        atLeast(0, "--post", post);
        atLeast(0, "--quiet", quietPercent);
        atLeast(0, "--retries", retries);
        atLeast(0, "--warm-up", warmUpSeconds);
        routes.forEach(count -> atLeast(1, "--routes", count));
        if (post > 0 && size != Size.SMALL) {
            throw refused("--post with --size " + size + " (expected: --size small)");
        }
        if (peers(HeaderWork.PLAIN).isEmpty()) {
            throw refused("no proxy (expected: at least one of --peers or --peer)");
        }
        peers(HeaderWork.PLAIN).forEach(this::checkLauncher);
    }

    private void checkLauncher(Peer peer) {
        if (peer instanceof SluicePeer sluice && !Files.isExecutable(sluice.launcher())) {
            throw refused(sluice.name() + ": " + sluice.launcher() + " (expected: the launcher, an executable file)");
        }
    }

    private void atLeast(int least, String option, int value) {
        if (value < least) {
            throw refused(option + ": " + value + " (expected: >= " + least + ")");
        }
    }

    private ParameterException refused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private List<Peer> peers(HeaderWork work) {
        List<Peer> peers = new ArrayList<>();
        for (Kind kind : kinds) {
            switch (kind) {
                case NGINX -> peers.add(new NginxPeer(work));
                case HAPROXY -> peers.add(new HaproxyPeer(work));
                case SLUICE -> addSluice(peers, kind.toString(), "");
            }
        }
        variants.forEach((name, flags) -> addSluice(peers, name, flags));
        return peers;
    }

    private void addSluice(List<Peer> peers, String name, String flags) {
        for (String transport : transports) {
            for (int count : routes) {
                String label = name
                        + (transports.size() > 1 ? " " + transport : "")
                        + (routes.size() > 1 ? " " + count + " routes" : "");
                String options = (sluiceOptions + " " + flags).strip();
                Path launcher = launchers
                        .getOrDefault(name, Bench.home().resolve("sluice"))
                        .toAbsolutePath();
                peers.add(new SluicePeer(label, launcher, options, transport, count, upstreamConnections));
            }
        }
    }

    private void printHead(PrintWriter out, Effort effort) throws IOException, InterruptedException {
        if (markdown) {
            out.println("`" + Bench.commandLine(spec) + "`");
            out.println();
        }
        out.println(Machine.description(peers(HeaderWork.PLAIN)) + ".");
        out.println(effort.description() + ".");
        out.flush();
    }

    private void print(PrintWriter out, HeaderWork work, Report report) {
        String title = switch (work) {
            case PLAIN -> "Headers plain: each proxy as it comes";
            case EQUAL -> "Headers equal: nginx and HAProxy set those that Sluice sets";
        };
        out.println();
        out.println(title + (markdown ? ".\n" : ""));
        out.println(markdown ? report.table().markdown() : report.table().plain());
        report.notes().forEach(note -> out.println((markdown ? "\n" : "") + note));
        out.flush();
    }
}
