package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The server behind the proxies: nginx, with one port for each proxy. */
record Backend(List<Integer> ports) {
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
        return new Backend(List.copyOf(ports));
    }

    /** What it has counted up to now. */
    Served served() throws IOException {
        return Served.parse(new Probe(ports.getFirst(), "bench.test").text("/bench/status"));
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
                        "listen",
                        listen,
                        "small",
                        "x".repeat(Size.SMALL.bytes())));
    }
}
