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

/**
 * The server behind the proxies: nginx, with one port for each proxy.
 *
 * @param own one more, for who asks it what it has counted
 */
record Backend(int own, List<Integer> ports, AtomicLong asked) implements CountingBackend {
    /** Where it takes a body of up to 1 MiB and then answers with one of 1 MiB. */
    static final String UPLOAD = "/bench/upload";

    /**
     * Starts it and waits until it answers.
     *
     * @param speeches what is spoken on the port of each proxy
     */
    static Backend start(Stage stage, List<Speech> speeches, List<String> prefix)
            throws IOException, InterruptedException {
        Path directory = stage.directory("backend");
        Path files = Files.createDirectories(directory.resolve("files/bench"));
        for (Size size : List.of(Size.KIB_64, Size.MIB_1)) {
            Files.writeString(files.resolve(size.toString()), "x".repeat(size.bytes()));
        }
        List<Probe> probes = new ArrayList<>(List.of(new Probe(stage.ports().take(), "bench.test")));
        for (Speech speech : speeches) {
            probes.add(new Probe(stage.ports().take(), "bench.test", speech));
        }
        Launch launch = NginxPeer.command(directory, config(directory, probes));
        Program program = stage.start("backend", launch.prefixed(prefix));
        for (Probe probe : probes) {
            probe.await(Size.SMALL, program, Duration.ofSeconds(10));
        }
        List<Integer> ports = probes.stream().map(Probe::port).toList();
        return new Backend(ports.getFirst(), ports.subList(1, ports.size()), new AtomicLong());
    }

    @Override
    public int port() {
        return ports.getFirst();
    }

    @Override
    public Served served() throws IOException {
        return Served.parsePage(new Probe(own, "bench.test").text("/bench/status"), asked.incrementAndGet());
    }

    private static String config(Path directory, List<Probe> probes) {
        String listen = probes.stream()
                .map(probe -> "        listen 127.0.0.1:" + probe.port()
                        + (probe.speech().http2() ? " http2" : "") + " backlog=4096;")
                .collect(Collectors.joining("\n"));
        return Template.of("backend.conf")
                .fill(Map.of(
                        "user",
                        NginxPeer.user(),
                        "dir",
                        directory,
                        "port",
                        probes.getFirst().port(),
                        "listen",
                        listen,
                        "small",
                        "x".repeat(Size.SMALL.bytes())));
    }
}
