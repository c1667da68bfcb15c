package io.sluice;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice confirm}: a config that is in force for a time stays. */
@Command(
        name = "confirm",
        description =
                "Keeps the config that waits to be confirmed: it is written into the config file, and does not go back by itself. "
                        + "To go back at once, sluice rollback to the version before. "
                        + "Exit code: 0 if it stays, 1 if nothing waits or it can't be kept.")
final class ConfirmCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private RemoteGateway gateway = new RemoteGateway();

    @Override
    public Integer call() throws InterruptedException {
        RemoteGateway.Answer done = gateway.change("/api/v1/config/confirm", "{}");
        if (done == null) {
            return 1;
        }
        spec.commandLine()
                .getOut()
                .println("version " + done.body().path("version").asLong() + " stays, and is in the file");
        return 0;
    }
}
