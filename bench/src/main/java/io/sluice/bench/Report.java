package io.sluice.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** The figures of one comparison as a table with notes, without date and place. */
record Report(Size size, List<Result> results) {
    private static final Set<String> BASELINES = Set.of("nginx", "haproxy");

    /** One row for each proxy: medians over its rounds, and its CPU per request in relation to the baselines'. */
    TextTable table() {
        List<String> head = new ArrayList<>(List.of("proxy", "CPU us/req", "min..max", "user", "system"));
        baselines().forEach(base -> head.add("/" + base.peer().name()));
        head.addAll(List.of("req/s", "p50 ms", "p99 ms", "upstream conns", "head bytes"));
        return new TextTable(head, results.stream().map(this::row).toList());
    }

    private List<String> row(Result result) {
        double cost = result.median(Round::cpuMicros);
        List<String> cells = new ArrayList<>();
        cells.add(result.peer().name() + (result.problems(size).isEmpty() ? "" : " (INVALID)"));
        cells.add(decimal(cost));
        cells.add(decimal(result.min(Round::cpuMicros)) + ".." + decimal(result.max(Round::cpuMicros)));
        cells.add(decimal(result.median(Round::userMicros)));
        cells.add(decimal(result.median(Round::systemMicros)));
        baselines().forEach(base -> cells.add(decimal(cost / base.median(Round::cpuMicros))));
        cells.add(whole(result.median(round -> round.figures().requestsPerSecond())));
        cells.add(decimal(result.median(round -> round.figures().p50() / 1000.0)));
        cells.add(decimal(result.median(round -> round.figures().p99() / 1000.0)));
        cells.add(whole(result.median(Round::upstreamConnections)));
        cells.add(Integer.toString(result.headBytes()));
        return cells;
    }

    /** nginx and HAProxy if they took part, otherwise the first proxy of the list. */
    private List<Result> baselines() {
        List<Result> named = results.stream()
                .filter(result -> BASELINES.contains(result.peer().name()))
                .toList();
        return named.isEmpty() ? results.subList(0, 1) : named;
    }

    /** What a reader must know to trust the table or not, one sentence a line. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        for (Result result : results) {
            List<String> problems = result.problems(size);
            if (!problems.isEmpty()) {
                notes.add("INVALID " + result.peer().name() + ": " + String.join("; ", problems));
            }
        }
        double strangers = worst(Round::strangers);
        notes.addAll(Strangers.notes(strangers));
        return notes;
    }

    private double worst(ToDoubleFunction<Round> figure) {
        return results.stream().mapToDouble(result -> result.max(figure)).max().orElse(0);
    }

    boolean isValid() {
        return results.stream().allMatch(result -> result.problems(size).isEmpty());
    }

    private static String decimal(double value) {
        return TextTable.decimal(2, value);
    }

    private static String whole(double value) {
        return TextTable.decimal(0, value);
    }
}
