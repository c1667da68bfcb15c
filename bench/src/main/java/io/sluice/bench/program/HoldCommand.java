package io.sluice.bench.program;

import io.netty.handler.ssl.ApplicationProtocolNames;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program {@code hold}: one process of client connections that are mostly idle. */
@Command(
        name = "hold",
        description = {
            "Holds client connections to a server on 127.0.0.1. Lines of standard input say what to do:",
            "  hold N    open or close connections until N are open, with one request on each new one",
            "  pace R    R requests a second over all of them in turn, however slow the answers; 0 stops",
            "  report    print what was seen since the last report"
        },
        sortOptions = false)
public final class HoldCommand implements Callable<Integer> {
    @Option(names = "--port", required = true, paramLabel = "N", description = "Port of the server.")
    private int port;

    @Option(names = "--host", paramLabel = "NAME", description = "Host header (default: ${DEFAULT-VALUE}).")
    private String host = "bench.test";

    @Option(names = "--path", paramLabel = "PATH", description = "Path of the requests (default: ${DEFAULT-VALUE}).")
    private String path = "/";

    @Option(names = "--head", paramLabel = "BYTES", description = "Least length of a request's head.")
    private int head;

    @Option(names = "--post", paramLabel = "BYTES", description = "Send POST with a body of so many bytes.")
    private int post;

    @Option(names = "--silent", description = "Make no request on a new connection.")
    private boolean silent;

    @Option(names = "--tls", description = "Speak TLS, and take any certificate.")
    private boolean tls;

    @Option(names = "--h2", description = "Speak HTTP/2: with --tls by ALPN, else by prior knowledge. Only GET.")
    private boolean http2;

    @Option(
            names = "--at-once",
            paramLabel = "N",
            description = "Most connections that are being opened at a time (default: ${DEFAULT-VALUE}).")
    private int atOnce = 64;

    @Option(
            names = "--source",
            paramLabel = "N",
            description = "Connections come from 127.N.x.x (default: ${DEFAULT-VALUE}).")
    private int source = 10;

    @Option(
            names = "--per-address",
            paramLabel = "N",
            description = "Connections that come from one address before the next is used (default: ${DEFAULT-VALUE}).")
    private int perAddress = 500;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @SuppressWarnings("unused") // set and read by the parser only
    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    @Override
    @SuppressWarnings("SystemOut") // answers go to standard output, at once
    public Integer call() throws IOException {
        if (http2 && (head > 0 || post > 0)) {
            throw new ParameterException(command.commandLine(), "--h2 with --head or --post (expected: neither)");
        }
        Request request = Request.of(host, path, head, post);
        H2Request http2Request = H2Request.get(host, path, tls);
        Holder.Settings settings = new Holder.Settings(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                () -> http2 ? new H2Talk(http2Request) : new H1Talk(request),
                !silent,
                atOnce,
                new Sources(source, perAddress),
                tls ? protocol() : null);
        Holder.run(settings, System.in, System.out);
        return 0;
    }

    private String protocol() {
        return http2 ? ApplicationProtocolNames.HTTP_2 : ApplicationProtocolNames.HTTP_1_1;
    }
}
