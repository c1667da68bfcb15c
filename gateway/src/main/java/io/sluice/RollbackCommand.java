package io.sluice;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice rollback}: an earlier version of the config is in force again, and in the file. */
@Command(
        name = "rollback",
        description =
                "Puts an earlier version of the config, as sluice history shows them, in force and into the config file. "
                        + "With --confirm it is not in the file before sluice confirm. Exit code: 0 if it is in force, 1 if not.")
final class RollbackCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private RemoteGateway gateway = new RemoteGateway();

    @Parameters(paramLabel = "VERSION", description = "Such as 3.")
    private long version;

    @Option(
            names = "--confirm",
            paramLabel = "TIME",
            description = "Goes back by itself after this time, such as 60s, unless sluice confirm comes.")
    private @Nullable String confirm;

    @Override
    public Integer call() throws InterruptedException {
        String path = "/api/v1/config/rollback" + (confirm == null ? "" : "?confirm=" + confirm);
        RemoteGateway.Answer done = gateway.change(path, "{\"version\": " + version + "}");
        if (done == null) {
            return 1;
        }
        spec.commandLine()
                .getOut()
                .println("version " + done.body().path("version").asLong() + " in force: the text of version "
                        + version);
        return 0;
    }
}
