package io.sluice.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the load generator counted in one round; times in microseconds.
 *
 * @param requests answers that were read to their end
 * @param bytes of all answers, heads included
 * @param socketErrors failed connects, reads and writes
 * @param timeouts answers that took more than ten seconds
 * @param badStatus answers with a status of 400 or more
 */
record Figures(
        long requests,
        long duration,
        long bytes,
        long socketErrors,
        long timeouts,
        long badStatus,
        long p50,
        long p99) {
    private static final Pattern PAIR = Pattern.compile("(\\w+)=(\\d+)");

    /** Reads the line that the load script prints at its end; a missing figure is refused by name. */
    static Figures parse(String output) {
        String line = output.lines()
                .filter(candidate -> candidate.startsWith("figures "))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no line of figures in: " + output));
        Map<String, Long> pairs =
                PAIR.matcher(line).results().collect(Collectors.toMap(pair -> pair.group(1), Figures::value));
        return new Figures(
                of(pairs, "requests"),
                of(pairs, "duration"),
                of(pairs, "bytes"),
                of(pairs, "connect") + of(pairs, "read") + of(pairs, "write"),
                of(pairs, "timeout"),
                of(pairs, "status"),
                of(pairs, "p50"),
                of(pairs, "p99"));
    }

    private static long value(MatchResult pair) {
        return Long.parseLong(pair.group(2));
    }

    private static long of(Map<String, Long> pairs, String key) {
        Long value = pairs.get(key);
        if (value == null) {
            throw new IllegalArgumentException("figures without " + key + ": " + pairs);
        }
        return value;
    }

    double requestsPerSecond() {
        return requests * 1e6 / duration;
    }

    /** Why these figures may not be compared with others; empty if they may. */
    List<String> problems(Size size) {
        List<String> problems = new ArrayList<>();
        if (requests == 0) {
            problems.add("no answer at all");
        } else if (bytes / requests < size.bytes()) {
            problems.add(bytes / requests + " bytes per answer (expected: > " + size.bytes() + ")");
        }
        note(problems, badStatus, "answers with a status of 400 or more");
        note(problems, socketErrors, "socket errors");
        note(problems, timeouts, "answers later than 10 s");
        return problems;
    }

    private static void note(List<String> problems, long count, String what) {
        if (count > 0) {
            problems.add(count + " " + what);
        }
    }
}
