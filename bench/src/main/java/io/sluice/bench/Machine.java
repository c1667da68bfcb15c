package io.sluice.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in one line on what and with what was measured, without the machine's name. */
final class Machine {
    private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)+\\S*");

    private Machine() {}

    static String description(List<Peer> peers) throws IOException, InterruptedException {
        Set<String> parts = new LinkedHashSet<>();
        parts.add(system());
        for (Peer peer : peers) {
            String program =
                    Path.of(peer.versionCommand().getFirst()).getFileName().toString();
            parts.add(program + " " + version(peer.versionCommand()));
        }
        parts.add("JDK " + Runtime.version().feature());
        boolean http2 = peers.stream().anyMatch(peer -> peer.clients().http2());
        parts.add(http2 ? "h2load " + version(List.of("h2load", "--version")) : "wrk " + version(List.of("wrk", "-v")));
        return String.join(", ", parts);
    }

    /** Processors, kernel, without what its builder added to the version, and how it paces connections. */
    static String system() throws IOException {
        String kernel = Files.readString(Path.of("/proc/sys/kernel/osrelease")).replaceAll("(?s)[^0-9.].*", "");
        String congestion = Files.readString(Path.of("/proc/sys/net/ipv4/tcp_congestion_control"))
                .strip();
        return "%d cores, Linux %s, congestion control %s"
                .formatted(Runtime.getRuntime().availableProcessors(), kernel, congestion);
    }

    private static String version(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Matcher version = VERSION.matcher(output);
        return version.find() ? version.group() : "of unknown version";
    }
}
