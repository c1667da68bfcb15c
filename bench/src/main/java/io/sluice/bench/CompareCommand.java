package io.sluice.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The scenario {@code compare}: CPU per proxied request of several proxies over the same backend. */
@Command(
        name = "compare",
        description = "CPU per request, requests per second and latency of proxies over the same backend, in turns.",
        sortOptions = false)
final class CompareCommand implements Callable<Integer> {
    @Mixin
    private PeerOptions proxies = new PeerOptions();

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

    @Option(
            names = "--closing",
            description = "Each connection carries one request; with --tls that is a full handshake for each.")
    private boolean closing;

    @Option(
            names = "--streams",
            paramLabel = "N",
            description = "With --h2: requests at a time on each connection (default: ${DEFAULT-VALUE}).")
    private int streams = 1;

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

    @Mixin
    private TableOptions table = new TableOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        Effort effort = new Effort(
                new Load(connections, size, post, closing, streams),
                rounds,
                seconds,
                warmUpSeconds,
                quietPercent / 100.0,
                retries,
                Optional.ofNullable(pin));
        boolean valid = true;
        table.printHead(List.of(
                Machine.description(peers(HeaderWork.PLAIN)) + ".",
                "Clients speak " + proxies.clients().description() + ": " + effort.description() + "."));
        for (HeaderWork work : headers) {
            Report report = new Report(size, Comparison.run(peers(work), effort, table.progress()));
            table.print(title(work), report.table(), report.notes());
            valid &= report.isValid();
        }
        return valid ? 0 : 1;
    }

    private void check() {
        proxies.atLeast(1, "--connections", connections);
        proxies.atLeast(1, "--streams", streams);
        proxies.atLeast(1, "--rounds", rounds);
        proxies.atLeast(1, "--seconds", seconds);
        proxies.atLeast(0, "--post", post);
        proxies.atLeast(0, "--quiet", quietPercent);
        proxies.atLeast(0, "--retries", retries);
        proxies.atLeast(0, "--warm-up", warmUpSeconds);
        if (post > 0 && size != Size.SMALL) {
            throw proxies.refused("--post with --size " + size + " (expected: --size small)");
        }
        proxies.refuse(closing && proxies.clients().http2(), "--closing with --h2");
        proxies.refuse(streams > 1 && !proxies.clients().http2(), "--streams without --h2");
        proxies.check();
    }

    private List<Peer> peers(HeaderWork work) {
        return proxies.peers(work, Room.USUAL);
    }

    private static String title(HeaderWork work) {
        return switch (work) {
            case PLAIN -> "Headers plain: each proxy as it comes";
            case EQUAL -> "Headers equal: nginx and HAProxy set those that Sluice sets";
        };
    }
}
