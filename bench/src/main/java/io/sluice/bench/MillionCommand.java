package io.sluice.bench;

import io.sluice.bench.parked.ParkedConnections;
import io.sluice.bench.parked.ParkedFigures;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The scenario {@code million}: more parked connections than a process has descriptors for, without sockets. */
@Command(
        name = "million",
        description = "What a million parked connections of Sluice cost its JVM: the real objects, without sockets.",
        sortOptions = false)
final class MillionCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** The launcher's. */
    private static final List<String> HEAP = List.of(
            "-Xms14m", "-Xmn8m", "-XX:MinHeapFreeRatio=10", "-XX:MaxHeapFreeRatio=20", "-XX:-ShrinkHeapInSteps");

    private static final double MIB = 1024 * 1024;
    private static final int FEWEST = 100;
    private static final List<String> HEAD = List.of(
            "connections",
            "heap MiB",
            "B/connection",
            "accounted",
            "full GC ms",
            "none due ns",
            "re-armed ms",
            "all due ms",
            "all closing ms");

    @Option(
            names = "--connections",
            split = ",",
            paramLabel = "N",
            description = "How many, a row of the table and a JVM of its own for each (default: 100000,1000000).")
    private List<Integer> connections = List.of(100_000, 1_000_000);

    @Option(
            names = "--jvm",
            split = " ",
            paramLabel = "FLAGS",
            description = "Flags of the JVM on top of the launcher's, such as \"-XX:-UseSerialGC -XX:+UseParallelGC\".")
    private List<String> flags = List.of();

    @Mixin
    private TableOptions table = new TableOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        for (int count : connections) {
            Usage.atLeast(spec, FEWEST, "--connections", count);
        }
        table.printHead(List.of(
                Machine.system() + ", JDK " + Runtime.version().feature() + ".",
                "One event loop; each connection had a request. Not real: epoll is never asked, and all wires share one"
                        + " descriptor."));
        List<List<String>> rows = new ArrayList<>();
        try (Stage stage = Stage.open()) {
            for (int count : connections) {
                table.progress().println(count + " connections");
                rows.add(row(measure(stage, count)));
            }
        }
        table.print("Parked connections", new TextTable(HEAD, rows), List.of());
        return 0;
    }

    private ParkedFigures measure(Stage stage, int count) throws IOException, InterruptedException {
        List<String> all = Stream.concat(HEAP.stream(), flags.stream()).toList();
        Program program = stage.start(
                count + " connections",
                Launch.likeSluice(all, ParkedConnections.class, List.of(Integer.toString(count))));
        return ParkedFigures.parse(new Conversation(program).await(PATIENCE));
    }

    private static List<String> row(ParkedFigures figures) {
        return List.of(
                Long.toString(figures.connections()),
                decimal(figures.heapBytes() / MIB),
                decimal(figures.bytesEach()),
                decimal(figures.accountedEach()),
                decimal(figures.fullCollectionMillis()),
                decimal(figures.idleSweepNanos()),
                decimal(figures.rearmMillis()),
                decimal(figures.goOnMillis()),
                decimal(figures.closeMillis()));
    }

    private static String decimal(double value) {
        return TextTable.decimal(1, value);
    }
}
