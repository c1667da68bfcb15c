package io.sluice.proxy;

import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.http.Failure;
import io.sluice.proxy.LoadFault.Place;
import io.sluice.proxy.LoadFault.Reach;
import io.sluice.proxy.LoadFault.Runs;
import io.sluice.testing.AdminClient;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One endpoint of three misbehaves under load, in thirty ways. A safe request fails only where a byte of the response had come,
 * no POST runs twice, and each failure has the one right cause: in the answer, the log, the metrics and the API alike.
 *
 * <p>Ejection is off, so that the faults go on; DeadEndpointTest has it on.
 */
final class FaultsUnderLoadTest {
    private static final int CLIENTS = 12;
    private static final int REQUESTS = 300;
    /** Where a third of them waits for a time limit. */
    private static final int SLOW_REQUESTS = 100;

    private static final int FAULTS = 12;

    @TempDir
    private Path folder;

    static Stream<LoadFault> faults() {
        return LoadFaults.all().stream();
    }

    @Test
    void thereAreThirtyOfThem() {
        assertThat(faults().map(LoadFault::name).distinct()).hasSize(30);
    }

    private Path log() {
        return folder.resolve("access.log");
    }

    private RunningGateway gateway(LoadFault fault, String... endpoints) throws IOException {
        return RunningGateway.of(Setup.ofEndpoints(endpoints)
                .top("admin: { bind: '127.0.0.1:0' }\naccessLog: " + log())
                .connections("connectTimeout: 300ms, queueTimeout: 10s")
                .upstream("balance: roundRobin, ejection: { failures: none, errorRate: none }, "
                        + "retries: { budget: 100%, perSecond: 10000 }")
                .route(fault.stalls() ? "timeouts: { responseHead: 500ms, bodyIdle: 500ms }" : ""));
    }

    /** Without another endpoint its cause reaches the client at the latest when a connection is used again. */
    @ParameterizedTest
    @MethodSource("faults")
    void hasItsCauseWhereThereIsNoOtherEndpoint(LoadFault fault) throws Exception {
        try (Place faulty = fault.open(new Runs());
                RunningGateway gateway = gateway(fault, faulty.endpoint())) {
            for (int i = 0; i < 2; i++) {
                try (RawPeer client = gateway.client()) {
                    NumberedLoad.ask(client, "POST", "/" + i);
                } catch (IOException cut) {
                    // the log has why
                }
            }
            Await.until("both have ended", () -> lines().size() == 2);
            Failure cause = fault.cause();
            assertThat(LogLines.cause(lines().getLast())).isEqualTo(cause == null ? LogLines.NONE : cause.cause());
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void costsNothingThatCouldBeSaved(LoadFault fault) throws Exception {
        Runs runs = new Runs();
        try (ScriptedBackend one = ScriptedBackend.answering(
                        request -> ok(runs.took(request).target()));
                ScriptedBackend two = ScriptedBackend.answering(
                        request -> ok(runs.took(request).target()));
                Place faulty = fault.open(runs);
                RunningGateway gateway = gateway(fault, faulty.endpoint(), one.endpoint(), two.endpoint());
                NumberedLoad load = new NumberedLoad(gateway, CLIENTS)) {
            load.awaitEnds(fault.stalls() ? SLOW_REQUESTS : REQUESTS, () -> isPlayed(fault, runs, gateway, load));
            Map<String, String> ends = load.stop();

            assertThat(lost(fault, ends)).isEmpty();
            runOnce(ends, runs);
            agree(fault, ends, gateway);
        }
    }

    /** Often enough, and to those whom it costs something. */
    private static boolean isPlayed(LoadFault fault, Runs runs, RunningGateway gateway, NumberedLoad load) {
        if (fault.play() == null) {
            return gateway.sum("sluice_pool_connect_failures_total") > 0;
        }
        boolean costs = fault.reach() == Reach.POSTS || fault.reach() == Reach.ALL;
        // answers in bursts come over few connections
        return (runs.faults() >= FAULTS || fault.cause() == null) && (!costs || load.failed() >= FAULTS);
    }

    /** Requests that ended otherwise than their row allows. */
    private static Map<String, String> lost(LoadFault fault, Map<String, String> ends) {
        Failure cause = fault.cause();
        Map<String, String> lost = new TreeMap<>(ends);
        lost.entrySet().removeIf(one -> {
            boolean mayFail = switch (fault.reach()) {
                case NOBODY -> false;
                case SOME_POSTS, POSTS -> one.getKey().startsWith("POST ");
                case ALL -> true;
            };
            String end = one.getValue();
            boolean named = cause == null
                    ? end.equals(NumberedLoad.PASSED_ON)
                    : end.equals(cause.cause()) || end.equals(NumberedLoad.CUT);
            return end.equals(NumberedLoad.WELL) || (mayFail && named);
        });
        return lost;
    }

    private static void runOnce(Map<String, String> ends, Runs runs) {
        assertThat(runs.posts().values()).containsOnly(1);
        ends.forEach((request, end) -> {
            if (request.startsWith("POST ") && end.equals(NumberedLoad.WELL)) {
                assertThat(runs.posts()).containsKey(request.substring("POST ".length()));
            }
        });
    }

    /** What clients saw, and what log, metrics and API tell. */
    private void agree(LoadFault fault, Map<String, String> ends, RunningGateway gateway) throws Exception {
        Await.until(() -> ends.size() + " lines in the log", () -> lines().size() >= ends.size());
        Map<String, String> told = lines().stream()
                .collect(Collectors.toMap(
                        line -> line.get("method").asText() + " "
                                + line.get("path").asText(),
                        LogLines::cause));
        Map<String, String> seen = new HashMap<>(ends);
        Failure cause = fault.cause();
        seen.replaceAll((request, end) -> switch (end) {
            case NumberedLoad.WELL, NumberedLoad.PASSED_ON -> LogLines.NONE;
            case NumberedLoad.CUT -> cause == null ? end : cause.cause();
            default -> end;
        });
        assertThat(told).isEqualTo(seen);

        told.values().removeIf(end -> end.equals(LogLines.NONE));
        Map<String, Long> byCause =
                told.values().stream().collect(Collectors.groupingBy(end -> end, Collectors.counting()));
        Await.until(
                () -> gateway.sums("sluice_failures_total", "cause") + " is " + byCause,
                () -> gateway.sums("sluice_failures_total", "cause").equals(byCause));
        agree(told, gateway);
    }

    private static void agree(Map<String, String> told, RunningGateway gateway) throws IOException {
        JsonNode failures = AdminClient.json(
                        AdminClient.of(gateway.adminAddress()).get("/api/v1/failures?limit=1000"))
                .get("failures");
        assertThat(failures.isEmpty()).isEqualTo(told.isEmpty());
        for (JsonNode failure : failures) {
            String request =
                    failure.get("method").asText() + " " + failure.get("path").asText();
            assertThat(told).containsEntry(request, failure.get("cause").asText());
        }
    }

    private List<JsonNode> lines() {
        return LogLines.of(log());
    }
}
