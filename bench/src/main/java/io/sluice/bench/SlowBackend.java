package io.sluice.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The server of this bench that answers every request after the same time. */
record SlowBackend(int port, Conversation process) implements CountingBackend {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Starts it and waits until it answers. */
    static SlowBackend start(Stage stage, Duration delay, List<String> prefix)
            throws IOException, InterruptedException {
        int port = stage.ports().take();
        List<String> arguments = List.of(
                "serve",
                "--port",
                Integer.toString(port),
                "--delay",
                Long.toString(delay.toMillis()),
                "--bytes",
                Integer.toString(Size.SMALL.bytes()));
        Program program = stage.start("backend", Launch.ofBench(arguments).prefixed(prefix));
        new Probe(port, "bench.test").await(Size.SMALL, program, PATIENCE);
        return new SlowBackend(port, new Conversation(program));
    }

    @Override
    public Served served() throws IOException, InterruptedException {
        process.tell("report");
        return Served.parseLine(process.await(PATIENCE));
    }
}
