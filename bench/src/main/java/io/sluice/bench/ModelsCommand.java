package io.sluice.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import io.sluice.bench.models.ActiveClients;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The scenario {@code models}: the same tiny server in several I/O models, with more and more idle connections. */
@Command(
        name = "models",
        description = "The same tiny HTTP server in several I/O models, with more and more idle connections.",
        sortOptions = false)
final class ModelsCommand implements Callable<Integer> {
    /** Descriptors of a process that aren't connections of idle clients, generously. */
    private static final int SPARE_DESCRIPTORS = 500;

    @Option(
            names = "--models",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Which ones: threads, pool, polling, poll, epoll, netty-epoll, io_uring, virtual, sluice (a pool of "
                            + "five threads behind Sluice) (default: all).")
    private List<Contender> contenders = List.of(Contender.values());

    @Option(
            names = "--idle",
            split = ",",
            paramLabel = "N",
            description = "Numbers of idle connections, ascending (default: 10,1000,5000,15000).")
    private List<Integer> counts = List.of(10, 1000, 5000, 15_000);

    @Option(names = "--active", paramLabel = "N", description = "Active clients (default: ${DEFAULT-VALUE}).")
    private int active = 4;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Requests per second of each active client (default: ${DEFAULT-VALUE}).")
    private int rate = 100;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Length of a round, and how long nobody asks before the first (default: ${DEFAULT-VALUE}).")
    private int seconds = 3;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "Rounds of the active clients; the median of their latencies counts (default: ${DEFAULT-VALUE}).")
    private int rounds = 3;

    @Option(
            names = "--deadline",
            paramLabel = "MILLIS",
            description = "An answer that takes longer is too late (default: ${DEFAULT-VALUE}).")
    private int deadlineMillis = 2000;

    @Option(names = "--plot", paramLabel = "FILE.svg", description = "Write a plot.")
    private @Nullable Path plot;

    @Option(
            names = "--page",
            paramLabel = "FILE.md",
            description = "Put the Markdown into that page, in place of the last run's.")
    private @Nullable Path page;

    @Mixin
    private TableOptions table = new TableOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        Optional<Page> target = Optional.ofNullable(page).map(Page::new);
        if (target.isPresent()) {
            target.get().check();
        }
        ModelEffort effort = new ModelEffort(
                counts,
                new ActiveClients(active, rate, Duration.ofSeconds(seconds), Duration.ofMillis(deadlineMillis)),
                rounds,
                Duration.ofSeconds(seconds));
        ModelReport report = new ModelReport(ModelRun.run(contenders, effort, table.progress()));
        String measured = report.markdown("`" + table.commandLine() + "`\n\n" + intro(effort));
        PrintWriter out = table.out();
        out.println(table.isMarkdown() ? measured : report.plain(intro(effort)));
        out.flush();
        if (target.isPresent()) {
            target.get().write(measured);
        }
        if (plot != null) {
            Files.writeString(plot, report.plot().svg());
        }
        return report.isComplete() ? 0 : 1;
    }

    private static String intro(ModelEffort effort) throws IOException {
        return Machine.system() + ", JDK " + Runtime.version().feature() + ". " + effort.description() + ".";
    }

    private void check() {
        if (contenders.isEmpty()) {
            throw Usage.wrong(spec, "no model (expected: at least one of --models)");
        }
        if (counts.isEmpty()
                || !counts.equals(counts.stream().sorted().distinct().toList())
                || counts.getFirst() < 0) {
            throw Usage.wrong(spec, "--idle: " + counts + " (expected: ascending numbers >= 0)");
        }
        Usage.atLeast(spec, 1, "--active", active);
        Usage.atLeast(spec, 1, "--rate", rate);
        Usage.atLeast(spec, 1, "--seconds", seconds);
        Usage.atLeast(spec, 1, "--rounds", rounds);
        Usage.atLeast(spec, 1, "--deadline", deadlineMillis);
        long needed = Collections.max(counts) + (long) active + SPARE_DESCRIPTORS;
        long limit = descriptorLimit();
        if (needed > limit) {
            throw Usage.wrong(
                    spec,
                    "--idle: " + Collections.max(counts) + " needs " + needed
                            + " descriptors in each process, the limit is " + limit + " (ulimit -n)");
        }
    }

    private static long descriptorLimit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }
}
