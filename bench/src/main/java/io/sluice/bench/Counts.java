package io.sluice.bench;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What Sluice has counted by cause: connections that it refused or ended, failed exchanges, rests of accepting. */
record Counts(Map<String, Long> byCause) {
    private static final Pattern SAMPLE = Pattern.compile(
            "sluice_(client_connections_rejected|client_connections_ended|accept_rests|failures)_total\\{.*cause=\"([^\"]+)\".*} (\\S+)");

    /** Asks it; a proxy without such figures has none. */
    static Counts of(Running proxy) throws IOException {
        if (!(proxy.peer() instanceof SluicePeer)) {
            return new Counts(Map.of());
        }
        int port = proxy.seat().adminPort();
        return read(new Probe(port, "127.0.0.1:" + port).text("/metrics"));
    }

    static Counts read(String page) {
        Map<String, Long> counts = new TreeMap<>();
        page.lines().forEach(line -> {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.matches()) {
                String what =
                        sample.group(1).replaceFirst("client_connections_", "").replace('_', ' ');
                counts.merge(what + " " + sample.group(2), (long) Double.parseDouble(sample.group(3)), Long::sum);
            }
        });
        return new Counts(counts);
    }

    /** What has been added. */
    Counts since(Counts before) {
        Map<String, Long> added = new TreeMap<>();
        byCause.forEach((cause, count) -> added.put(cause, count - before.byCause.getOrDefault(cause, 0L)));
        return new Counts(added);
    }

    /** In one line, without what did not happen. */
    String text() {
        String text = byCause.entrySet().stream()
                .filter(count -> count.getValue() != 0)
                .map(count -> count.getKey() + " " + count.getValue())
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "nothing" : text;
    }
}
