package io.sluice;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice history}: the versions of the config of a running gateway. */
@Command(
        name = "history",
        description =
                "Shows the versions of the config that a running gateway had in force, the last first; or the text of one. "
                        + "Exit code: 0, or 1 if there is no such version or the gateway can't be asked.")
final class HistoryCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private RemoteGateway gateway = new RemoteGateway();

    @Parameters(arity = "0..1", paramLabel = "VERSION", description = "The one whose text is printed.")
    private @Nullable Long version;

    @Override
    public Integer call() throws InterruptedException {
        String path = "/api/v1/config/history" + (version == null ? "" : "/" + version);
        RemoteGateway.Answer answer = gateway.ask(gateway.request(path).build());
        if (answer == null) {
            return 1;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (version == null) {
            answer.body().path("versions").forEach(each -> out.println(line(each)));
            JsonNode pending = answer.body().path("pending");
            if (pending.isObject()) {
                out.println("version " + pending.path("version").asLong() + " goes back to "
                        + pending.path("previous").asLong() + " at "
                        + TopView.printable(pending.path("until").asText()) + " unless it is confirmed");
            }
        } else {
            out.print(answer.body().path("text").asText());
        }
        out.flush();
        return 0;
    }

    private static String line(JsonNode version) {
        String who = version.path("caller").isTextual()
                ? " by " + version.path("caller").asText() + " at "
                        + version.path("address").asText()
                : "";
        JsonNode confirmed = version.path("confirmed");
        String state = confirmed.isBoolean() && !confirmed.asBoolean() ? ", not confirmed" : "";
        String summary = version.path("summary").asText();
        return TopView.printable(String.format(
                Locale.ROOT,
                "%6d  %s  %s%s%s%s",
                version.path("version").asLong(),
                version.path("at").asText(),
                version.path("kind").asText(),
                who,
                state,
                summary.isEmpty() ? "" : ": " + summary));
    }
}
