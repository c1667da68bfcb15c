package io.sluice.bench;

import io.sluice.bench.Cell.Measured;
import io.sluice.bench.plot.Color;
import io.sluice.bench.plot.Panel;
import io.sluice.bench.plot.Plot;
import io.sluice.bench.plot.Series;
import io.sluice.bench.plot.Series.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The figures of the scenario {@code models} as tables, notes and a plot, without date and place. */
record ModelReport(List<ModelResult> results) {
    private static final String NONE = "-";
    private static final String ACROSS = "idle connections";

    /** One row for each contender, with the most idle connections that were asked for. */
    TextTable summary() {
        List<String> head = List.of(
                "model",
                "served",
                "p50 ms",
                "p99 ms",
                "memory MiB",
                "KiB/conn",
                "CPU idle %",
                "CPU active %",
                "threads");
        return new TextTable(head, results.stream().map(this::summaryRow).toList());
    }

    private List<String> summaryRow(ModelResult result) {
        List<String> cells = new ArrayList<>(figures(result.cells().getLast().measured()));
        cells.addFirst(result.contender().label());
        cells.add(
                5,
                result.bytesPerConnection().stream()
                        .mapToObj(bytes -> TextTable.decimal(1, bytes / 1024))
                        .findFirst()
                        .orElse(NONE));
        return cells;
    }

    /** One row for each contender and number of idle connections. */
    TextTable table() {
        List<String> head = List.of(
                "model",
                "idle",
                "idle answered",
                "served",
                "p50 ms",
                "p99 ms",
                "memory MiB",
                "CPU idle %",
                "CPU active %",
                "threads");
        return new TextTable(
                head,
                results.stream()
                        .flatMap(result -> result.cells().stream().map(cell -> row(result.contender(), cell)))
                        .toList());
    }

    private static List<String> row(Contender contender, Cell cell) {
        List<String> cells = new ArrayList<>(List.of(contender.label(), Integer.toString(cell.idle())));
        cells.add(cell.measured().map(one -> Integer.toString(one.answered())).orElse(NONE));
        cells.addAll(figures(cell.measured()));
        return cells;
    }

    private static List<String> figures(Optional<Measured> measured) {
        return measured.map(one -> List.of(
                        one.served() + " of " + one.clients(),
                        millis(one, 0.5),
                        millis(one, 0.99),
                        TextTable.decimal(0, one.memory() / 1048576.0),
                        TextTable.decimal(1, one.idleCpu() * 100),
                        TextTable.decimal(1, one.activeCpu() * 100),
                        Long.toString(one.threads())))
                .orElse(List.of("refused", NONE, NONE, NONE, NONE, NONE, NONE));
    }

    /** Whether all was measured as it was asked for. */
    boolean isComplete() {
        return remarks().isEmpty();
    }

    /** What a reader must know to trust the tables or not, one sentence a line. */
    List<String> notes() {
        List<String> notes = new ArrayList<>(remarks());
        double strangers = results.stream()
                .flatMap(result -> result.cells().stream())
                .flatMap(cell -> cell.measured().stream())
                .mapToDouble(Measured::strangers)
                .max()
                .orElse(0);
        notes.addAll(Strangers.notes(strangers));
        return notes;
    }

    private List<String> remarks() {
        return results.stream()
                .flatMap(result -> result.cells().stream()
                        .filter(cell -> !cell.remark().isEmpty())
                        .map(cell -> result.contender().label() + ", " + cell.idle() + " idle: " + cell.remark()))
                .toList();
    }

    /** Latency, memory and processor time over the number of idle connections. */
    Plot plot() {
        return new Plot(
                "Latency, memory and processor time of a small HTTP server in several I/O models, by idle connections",
                List.of(
                        panel("Slowest hundredth (p99) of the active clients' answers, ms", ModelReport::latency),
                        panel("Memory of the server, MiB", one -> one.memory() / 1048576.0),
                        panel(
                                "Processor time while the active clients ask, % of one processor",
                                // Nothing is below what a tick of 10 ms in some seconds can show.
                                one -> Math.max(0.1, one.activeCpu() * 100))));
    }

    private Panel panel(String title, ToDoubleFunction<Measured> value) {
        return new Panel(
                title,
                "starved",
                ACROSS,
                results.stream().map(result -> series(result, value)).toList());
    }

    private static Series series(ModelResult result, ToDoubleFunction<Measured> value) {
        List<Point> points = result.cells().stream()
                .flatMap(cell -> cell.measured().stream()
                        .map(one -> new Point(Math.max(1, cell.idle()), value.applyAsDouble(one))))
                .toList();
        return new Series(result.contender().label(), color(result.contender()), points);
    }

    private static double latency(Measured one) {
        return one.served() == one.clients() ? one.millis(0.99).orElseThrow() : Double.POSITIVE_INFINITY;
    }

    private static Color color(Contender contender) {
        return switch (contender) {
            case THREADS -> Color.RED;
            case POOL -> Color.AMBER;
            case POLLING -> Color.PINK;
            case POLL -> Color.VIOLET;
            case EPOLL -> Color.BLUE;
            case NETTY_EPOLL -> Color.SKY;
            case IO_URING -> Color.TEAL;
            case VIRTUAL -> Color.GRAY;
            case SLUICE -> Color.GREEN;
        };
    }

    /** Of the active clients' answers, or a dash if there was none. */
    static String millis(Measured one, double share) {
        return one.millis(share).stream()
                .mapToObj(millis -> TextTable.decimal(2, millis))
                .findFirst()
                .orElse(NONE);
    }

    /** As the page shows it: what was measured, both tables, and the notes. */
    String markdown(String intro) {
        return Stream.concat(
                        Stream.of(intro, summary().markdown(), "All numbers of idle connections:", table().markdown()),
                        notes().stream())
                .reduce((above, below) -> above + "\n\n" + below)
                .orElseThrow();
    }

    String plain(String intro) {
        return Stream.concat(Stream.of(intro + "\n", summary().plain() + "\n", table().plain()), notes().stream())
                .reduce((above, below) -> above + "\n" + below)
                .orElseThrow();
    }
}
