package io.sluice.bench.program;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program {@code serve}: a server that takes its time. */
@Command(
        name = "serve",
        description = "A server on 127.0.0.1 that answers each request after some time. The line \"report\" on standard"
                + " input prints how many connections and requests it had.",
        sortOptions = false)
public final class ServeCommand implements Callable<Integer> {
    @Option(names = "--port", required = true, paramLabel = "N", description = "Port of the server.")
    private int port;

    @Option(
            names = "--delay",
            paramLabel = "MILLIS",
            description = "From a request to its answer (default: ${DEFAULT-VALUE}).")
    private int delay = 20;

    @Option(names = "--bytes", paramLabel = "N", description = "Body of an answer (default: ${DEFAULT-VALUE}).")
    private int bytes = 128;

    @SuppressWarnings("unused") // set and read by the parser only
    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    @Override
    public Integer call() throws IOException {
        SlowServer.run(port, Duration.ofMillis(delay), bytes, System.in, System.out);
        return 0;
    }
}
