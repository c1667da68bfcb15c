package io.sluice;

import io.sluice.config.LoadResult;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice run}: the gateway, until a signal ends it. */
@Command(
        name = "run",
        description = "Runs the gateway. The config file is reloaded when it changes, and on SIGHUP. "
                + "SIGTERM and SIGINT let running exchanges finish; a second one ends at once.")
final class RunCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            required = true,
            description = "The config file.")
    private Path file = Path.of("");

    @Override
    public Integer call() throws InterruptedException {
        LoadResult.Loaded loaded = ConfigFile.read(file, spec.commandLine().getErr());
        if (loaded == null) {
            return 1;
        }
        try (Gateway gateway = Gateway.start(loaded.config(), loaded.text(), file);
                SpareHeap _ = SpareHeap.of(gateway)) {
            Signals signals = Signals.install(gateway);
            Banner.log(gateway);
            signals.awaitEnd();
            return 0;
        } catch (StartException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 1;
        }
    }
}
