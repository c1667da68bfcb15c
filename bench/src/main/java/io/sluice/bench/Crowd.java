package io.sluice.bench;

import io.sluice.bench.program.HoldReport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients of one server, in as many processes as their number needs. What went wrong with any of them is kept as a
 * problem of the measurement. Used by one thread.
 */
final class Crowd {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A process may have 20,000 descriptors. */
    private static final int MOST_PER_PROCESS = 9_500;

    private final List<Conversation> processes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private int expected;

    /**
     * What they are like.
     *
     * @param name for messages
     * @param most connections at once
     * @param options of the program {@code hold}, without server and source
     */
    record Form(String name, int most, List<String> options) {}

    /** Starts the processes; none has a connection yet. */
    static Crowd start(Stage stage, int port, Form form) throws IOException, InterruptedException {
        Crowd crowd = new Crowd();
        int count = Math.ceilDiv(form.most, MOST_PER_PROCESS);
        for (int i = 0; i < count; i++) {
            List<String> arguments = new ArrayList<>(List.of("hold", "--port", Integer.toString(port)));
            arguments.addAll(List.of("--source", Integer.toString(stage.nextSource())));
            arguments.addAll(form.options);
            crowd.processes.add(new Conversation(stage.start(form.name, Launch.ofBench(arguments))));
        }
        crowd.report();
        return crowd;
    }

    /** Opens or closes connections until there are so many, all at once if 0; each new one is made use of first. */
    void hold(int count) throws IOException, InterruptedException {
        for (int i = 0; i < processes.size(); i++) {
            processes
                    .get(i)
                    .tell("hold " + (count * (i + 1L) / processes.size() - count * (long) i / processes.size()));
        }
        awaitAll();
        expected = count;
    }

    /** From now on so many requests a second, evenly spread over all connections, however slow the answers. */
    void pace(double perSecond) throws IOException, InterruptedException {
        tellAll("pace " + perSecond / processes.size());
        awaitAll();
    }

    /** Ends that, and waits until all requests that were due have their answer, for ten seconds at most. */
    void endPace() throws IOException, InterruptedException {
        tellAll("pace 0");
        note(awaitAll().waiting(), "requests without an answer in ten seconds");
    }

    /** What they saw since the last report. */
    HoldReport report() throws IOException, InterruptedException {
        tellAll("report");
        HoldReport sum = awaitAll();
        judge(sum);
        return sum;
    }

    private void tellAll(String line) throws IOException {
        for (Conversation process : processes) {
            process.tell(line);
        }
    }

    private HoldReport awaitAll() throws InterruptedException {
        List<HoldReport> reports = new ArrayList<>();
        for (Conversation process : processes) {
            reports.add(HoldReport.parse(process.await(PATIENCE)));
        }
        return reports.stream().reduce(HoldReport::plus).orElseThrow();
    }

    private void judge(HoldReport report) {
        note(report.wrong(), "wrong answers");
        note(report.refused(), "connections that could not be opened or got no first answer");
        note(report.lost(), "connections lost while held");
        if (report.open() != expected) {
            problems.add(report.open() + " connections (expected: " + expected + ")");
        }
    }

    private void note(long count, String what) {
        if (count > 0) {
            List<String> notes = processes.stream()
                    .flatMap(process -> process.notes().stream())
                    .distinct()
                    .toList();
            problems.add(count + " " + what + " " + notes);
        }
    }

    /** Why the measurement is invalid; empty if it is not. */
    List<String> problems() {
        return problems;
    }
}
