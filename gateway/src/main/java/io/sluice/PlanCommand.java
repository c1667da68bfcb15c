package io.sluice;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.config.Problem;
import java.io.FileNotFoundException;
import java.io.PrintWriter;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice plan}: what a config file would change in a running gateway. */
@Command(
        name = "plan",
        exitCodeOnInvalidInput = 1,
        description =
                "Shows what a config file would change in a running gateway, and which of the last requests would end elsewhere. "
                        + "The gateway reads the text with its own environment and its own included files. Nothing is changed. "
                        + "Exit code: 0 if nothing would change, 2 if something would, 1 if the file is wrong or the gateway can't be asked.")
final class PlanCommand implements Callable<Integer> {
    private static final int CHANGES = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private RemoteGateway gateway = new RemoteGateway();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            required = true,
            description = "The config file.")
    private Path file = Path.of("");

    @Override
    public Integer call() throws InterruptedException {
        HttpRequest request = request();
        RemoteGateway.Answer answer = request == null ? null : gateway.ask(request);
        return answer == null ? 1 : print(answer.body());
    }

    private @Nullable HttpRequest request() {
        try {
            return gateway.request("/api/v1/config/plan")
                    .header("content-type", "application/yaml")
                    .POST(BodyPublishers.ofFile(file))
                    .build();
        } catch (FileNotFoundException e) {
            spec.commandLine().getErr().println(file + ": no such file");
            return null;
        }
    }

    private int print(JsonNode plan) {
        PrintWriter err = spec.commandLine().getErr();
        if (plan.path("ok").asBoolean()) {
            spec.commandLine().getOut().print(plan.path("text").asText());
            spec.commandLine().getOut().flush();
            return plan.path("changed").asBoolean() ? CHANGES : 0;
        }
        for (JsonNode problem : plan.path("problems")) {
            err.println(TopView.printable(new Problem(
                            problem.path("file").asText(),
                            problem.path("line").asInt(),
                            problem.path("column").asInt(),
                            problem.path("message").asText(),
                            problem.path("hint").asText(null))
                    .toString()));
        }
        return 1;
    }
}
