package io.sluice.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The scenario {@code slow}: whether honest clients are served while others take places and give nothing. */
@Command(
        name = "slow",
        description = "Whether honest clients are served while thousands of others are slow, silent or too many.",
        sortOptions = false)
final class SlowCommand implements Callable<Integer> {
    @Option(
            names = "--attack",
            split = ",",
            paramLabel = "NAME",
            description = "What the others do: ${COMPLETION-CANDIDATES} (default: all).")
    private List<Attack> attacks = List.of(Attack.values());

    @Mixin
    private PeerOptions proxies = new PeerOptions();

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "Connections of the attack (default: ${DEFAULT-VALUE}).")
    private int connections = 2000;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Length of the measurements before and during an attack (default: ${DEFAULT-VALUE}).")
    private int seconds = 30;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Requests a second of honest clients (default: ${DEFAULT-VALUE}).")
    private int rate = 500;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            description = "read: answers that are hardly read, 64k or 1m (default: ${DEFAULT-VALUE}).")
    private Size size = Size.KIB_64;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description = "Most that a JVM's cost may take to settle (default: ${DEFAULT-VALUE}).")
    private int warmUp = 10;

    @Mixin
    private TableOptions table = new TableOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        proxies.atLeast(1, "--connections", connections);
        proxies.atLeast(1, "--seconds", seconds);
        proxies.atLeast(1, "--rate", rate);
        proxies.atLeast(0, "--warm-up", warmUp);
        proxies.check();
        proxies.checkPlain();
        table.printHead(List.of(Machine.description(proxies.peers(HeaderWork.PLAIN, Trial.ROOM, Manner.USUAL)) + "."));
        boolean valid = true;
        for (Attack attack : attacks) {
            valid &= measure(new SlowPart(attack, new SlowPart.Settings(connections, seconds, rate, size, warmUp)));
        }
        return valid ? 0 : 1;
    }

    private boolean measure(SlowPart part) throws IOException, InterruptedException {
        PartReport report =
                Trial.ofEach(proxies.peers(HeaderWork.PLAIN, part.room(), Manner.USUAL), part, 1, table.progress());
        table.print(
                part.title(),
                report.table(),
                Stream.concat(part.counted().stream(), report.notes().stream()).toList());
        return report.isValid();
    }
}
