package io.sluice.bench;

import io.sluice.bench.program.Pairs;
import java.util.ArrayList;
import java.util.List;

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
    /** Reads the line that the load script prints at its end; a missing figure is refused by name. */
    static Figures parse(String output) {
        String line = output.lines()
                .filter(candidate -> candidate.startsWith("figures "))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no line of figures in: " + output));
        Pairs pairs = Pairs.parse(line);
        return new Figures(
                pairs.number("requests"),
                pairs.number("duration"),
                pairs.number("bytes"),
                pairs.number("connect") + pairs.number("read") + pairs.number("write"),
                pairs.number("timeout"),
                pairs.number("status"),
                pairs.number("p50"),
                pairs.number("p99"));
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
