package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** The server behind the proxies: nginx, with one port for each proxy. */
record Backend(List<Integer> ports, AtomicLong asked) implements CountingBackend {
    /** Where it takes a body of up to 1 MiB and then answers with one of 1 MiB. */
    static final String UPLOAD = "/bench/upload";

    /** Starts it and waits until it answers. */
    static Backend start(Stage stage, int proxies, List<String> prefix) throws IOException, InterruptedException {
        Path directory = stage.directory("backend");
        Path files = Files.createDirectories(directory.resolve("files/bench"));
        for (Size size : List.of(Size.KIB_64, Size.MIB_1)) {
            Files.writeString(files.resolve(size.toString()), "x".repeat(size.bytes()));
        }
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < proxies; i++) {
            ports.add(stage.ports().take());
        }
        Launch launch = NginxPeer.command(directory, config(directory, ports));
        Program program = stage.start("backend", launch.prefixed(prefix));
        for (int port : ports) {
            new Probe(port, "bench.test").await(Size.SMALL, program, Duration.ofSeconds(10));
        }
        return new Backend(List.copyOf(ports), new AtomicLong());
    }

    @Override
    public int port() {
        return ports.getFirst();
    }

    @Override
    public Served served() throws IOException {
        return Served.parsePage(new Probe(port(), "bench.test").text("/bench/status"), asked.incrementAndGet());
    }

    private static String config(Path directory, List<Integer> ports) {
        String listen = ports.stream()
                .map(port -> "        listen 127.0.0.1:" + port + " backlog=4096;")
                .collect(Collectors.joining("\n"));
        return Template.of("backend.conf")
                .fill(Map.of(
                        "user",
                        NginxPeer.user(),
                        "dir",
                        directory,
                        "port",
                        ports.getFirst(),
                        "listen",
                        listen,
                        "small",
                        "x".repeat(Size.SMALL.bytes())));
    }
}
