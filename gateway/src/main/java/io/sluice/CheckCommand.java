package io.sluice;

import io.sluice.config.GatewayConfig;
import io.sluice.config.LoadResult;
import io.sluice.config.UpstreamConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice check}: says whether a config file is good, or all that is wrong with it. */
@Command(
        name = "check",
        description = "Checks a config file and shows all of its problems. Exit code: 0 if it is good, 1 if not.")
final class CheckCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The config file.")
    private Path file = Path.of("");

    @Override
    public Integer call() {
        LoadResult.Loaded loaded = ConfigFile.read(file, spec.commandLine().getErr());
        if (loaded == null) {
            return 1;
        }
        GatewayConfig config = loaded.config();
        for (UpstreamConfig upstream : config.upstreams().values()) {
            if (upstream.tls() != null && upstream.tls().trustsAnyone()) {
                String path = "upstreams." + upstream.name() + ".tls.verify";
                spec.commandLine()
                        .getErr()
                        .println(file + ": warning: " + path + ": false: whoever answers is taken for an endpoint");
            }
        }
        spec.commandLine()
                .getOut()
                .println(file + ": ok (" + Amount.of(config.routes().size(), "route") + ", "
                        + Amount.of(config.upstreams().size(), "upstream") + ")");
        return 0;
    }
}
