package io.sluice.proxy;

import static io.sluice.testing.HttpText.head;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.http.Failure;
import io.sluice.proxy.Faults.Fault;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each cause is brought about, and then the answer, the metrics, the log and the API agree on it. */
final class EveryCauseTest {
    private static final String ADMIN = "admin: { bind: '127.0.0.1:0' }\n";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Why a cause is not brought about here. */
    private static final Map<Failure, String> UNSEEN = Map.of(
            Failure.DRAINING, "only tunnels meet it, at the end of a drain; TunnelLifeTest",
            Failure.SHED_LAG, "no client can make a loop late; OverloadTest does",
            Failure.INTERNAL, "no path is known that leads there");

    @AutoClose
    private final Faults faults = new Faults();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void isBroughtAboutHereOrItIsSaidWhyNot(Failure cause) {
        assertThat(faults.of(cause) == null).isEqualTo(UNSEEN.containsKey(cause));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DRAINING", "SHED_LAG", "INTERNAL"})
    void isCalledTheSameEverywhere(Failure cause) throws Exception {
        Fault fault = Objects.requireNonNull(faults.of(cause));
        Path file = folder.resolve("access.log");
        try (ScriptedBackend backend = fault.start();
                RunningGateway gateway = RunningGateway.of(logged(fault.setup().apply(Setup.of(backend)), file));
                RawPeer client = gateway.client()) {
            fault.play().on(gateway, client, backend);

            Await.until(cause.cause(), () -> Faults.counted(gateway, cause) == 1);
            Await.until("line", () -> LogLines.of(file).stream().anyMatch(line -> isOf(line, cause)));
            List<JsonNode> failed = LogLines.of(file).stream()
                    .filter(line -> !line.get("failure").isNull())
                    .toList();
            assertThat(failed).hasSize(1);
            agrees(failed.getFirst(), onlyFailure(gateway), cause);
        }
    }

    private static Setup logged(Setup setup, Path file) {
        return setup.top(setup.top() + "\n" + ADMIN + "accessLog: " + file);
    }

    private static boolean isOf(JsonNode line, Failure cause) {
        return line.get("failure").asText().equals(cause.cause());
    }

    private static void agrees(JsonNode line, JsonNode failure, Failure cause) {
        assertThat(failure.get("cause").asText()).isEqualTo(cause.cause());
        assertThat(failure.get("side").asText()).isEqualTo(cause.side().word());
        assertThat(failure.get("text").asText()).isEqualTo(cause.text());
        for (String same :
                List.of("status", "route", "method", "host", "client", "requestId", "attempts", "requestBytes")) {
            assertThat(failure.get(same)).as(same).isEqualTo(line.get(same));
        }
        JsonNode steps = failure.get("steps");
        assertThat(steps.get(0).get("step").asText()).isEqualTo("request");
        assertThat(steps.get(steps.size() - 2).get("text").asText()).isEqualTo(cause.cause() + ": " + cause.text());
        double last = 0;
        for (JsonNode step : steps) {
            assertThat(step.get("ms").asDouble())
                    .as(step.toString())
                    .isBetween(last, failure.get("durationMs").asDouble());
            last = step.get("ms").asDouble();
        }
    }

    private static JsonNode onlyFailure(RunningGateway gateway) throws IOException {
        try (RawPeer admin = RawPeer.connect(gateway.adminAddress())) {
            String body = admin.send(head("GET /api/v1/failures HTTP/1.1", "Host: localhost"))
                    .response(200)
                    .body();
            JsonNode failures = JSON.readTree(body).get("failures");
            assertThat(failures).as(body).hasSize(1);
            return failures.get(0);
        }
    }
}
