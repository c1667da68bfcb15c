package io.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The load generator of HTTP/2: how it is started, and what it prints. */
final class H2Load {
    private static final Pattern DURATION = Pattern.compile("(?m)^finished in ([0-9.]+)(us|ms|s|m)\\b");
    private static final Pattern REQUESTS =
            Pattern.compile("(?m)^requests: .*, (\\d+) succeeded, (\\d+) failed, (\\d+) errored, (\\d+) timeout");
    private static final Pattern STATUS = Pattern.compile("(?m)^status codes: .*, (\\d+) 4xx, (\\d+) 5xx");
    private static final Pattern TRAFFIC = Pattern.compile("(?m)^traffic: \\S+ \\((\\d+)\\) total");
    /** Its threads write at the same time, into each other's lines. */
    private static final Pattern PROTOCOL = Pattern.compile("Application protocol: \\W*(http/\\S+)");

    private static final double P50 = 0.5;
    private static final double P99 = 0.99;

    private H2Load() {}

    static LoadRun start(Load load, Stage stage, Running proxy, int seconds, List<String> prefix) throws IOException {
        Path directory = stage.directory("load");
        Path log = directory.resolve("h2load.log");
        // it appends
        Files.deleteIfExists(log);
        List<String> command = new ArrayList<>(List.of("h2load"));
        command.addAll(List.of("-t", Integer.toString(Math.min(Load.MAX_THREADS, load.connections()))));
        command.addAll(List.of("-c", Integer.toString(load.connections())));
        command.addAll(List.of("-m", Integer.toString(load.streams())));
        command.addAll(List.of("-D", Integer.toString(seconds)));
        command.add("--npn-list=h2");
        command.addAll(List.of("-H", ":authority: " + proxy.peer().host()));
        if (load.post() > 0) {
            Path body = Files.writeString(directory.resolve("body"), "x".repeat(load.post()));
            command.addAll(List.of("-d", body.toString()));
        }
        command.addAll(List.of("--log-file=" + log, load.address(proxy)));
        Program program = stage.start("h2load", new Launch(command).prefixed(prefix));
        return new LoadRun(program, () -> figures(program.output(), log));
    }

    private static Figures figures(String output, Path log) {
        try (Stream<String> lines = Files.exists(log) ? Files.lines(log) : Stream.empty()) {
            return figures(output, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads what it has printed; a missing figure is refused.
     *
     * @param log a line for each answer: when, its status, and its time in microseconds; a status of -1 is none
     */
    static Figures figures(String output, Stream<String> log) {
        Matcher other = PROTOCOL.matcher(output);
        if (other.find()) {
            throw new IllegalArgumentException("spoke " + other.group(1) + " (expected: h2)");
        }
        Matcher duration = find(DURATION, output);
        Matcher requests = find(REQUESTS, output);
        Matcher status = find(STATUS, output);
        long[] times = log.map(line -> line.split("\t", -1))
                .filter(columns -> columns.length > 2 && !columns[1].startsWith("-"))
                .mapToLong(columns -> Long.parseLong(columns[2]))
                .sorted()
                .toArray();
        return new Figures(
                number(requests, 1),
                micros(duration),
                number(find(TRAFFIC, output), 1),
                number(requests, 2),
                number(requests, 4),
                number(status, 1) + number(status, 2),
                quantile(times, P50),
                quantile(times, P99));
    }

    private static Matcher find(Pattern pattern, String output) {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no line like " + pattern + " in: " + output);
        }
        return matcher;
    }

    private static long number(Matcher line, int group) {
        return Long.parseLong(line.group(group));
    }

    private static long micros(Matcher duration) {
        double unit = switch (duration.group(2)) {
            case "us" -> 1;
            case "ms" -> 1e3;
            case "s" -> 1e6;
            default -> 60e6;
        };
        return Math.round(Double.parseDouble(duration.group(1)) * unit);
    }

    private static long quantile(long[] sorted, double part) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
    }
}
