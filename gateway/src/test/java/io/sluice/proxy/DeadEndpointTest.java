package io.sluice.proxy;

import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Await;
import io.sluice.testing.Blackhole;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One endpoint of three is dead, in one way or another, under load: no safe request fails. */
final class DeadEndpointTest {
    private static final int CLIENTS = 32;
    private static final int REQUESTS = 3000;

    @AutoClose
    private final ScriptedBackend one = ScriptedBackend.answering(request -> ok(request.target()));

    @AutoClose
    private final ScriptedBackend two = ScriptedBackend.answering(request -> ok(request.target()));

    DeadEndpointTest() throws IOException {}

    private RunningGateway gateway(String dead, String balance, String keys) throws IOException {
        return RunningGateway.of(Setup.ofEndpoints(dead, one.endpoint(), two.endpoint())
                .upstream("balance: " + balance + ", " + keys)
                .connections("connectTimeout: 300ms")
                .route("timeouts: { responseHead: 300ms }"));
    }

    private static long counted(RunningGateway gateway, String what, String dead, String... more) {
        String[] labels = new String[4 + more.length];
        labels[0] = "upstream";
        labels[1] = "backend";
        labels[2] = "endpoint";
        labels[3] = dead;
        System.arraycopy(more, 0, labels, 4, more.length);
        return gateway.counted(what, labels);
    }

    private void costsNothing(String dead, String balance, String... states) throws Exception {
        try (RunningGateway gateway = gateway(dead, balance, "ejection: { time: 1h, maxTime: 1h }");
                Load load = Load.of(gateway, CLIENTS)) {
            load.awaitMore(REQUESTS);
            Await.until(
                    "it is " + String.join(" or ", states),
                    () -> Stream.of(states)
                            .anyMatch(state -> counted(gateway, "sluice_endpoint_health", dead, "state", state) == 1));
            load.awaitMore(100);
            assertThat(load.stop()).isEmpty();
            assertThat(one.requests()).isNotEmpty();
            assertThat(two.requests()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"leastRequest", "roundRobin", "random"})
    void thatRefuses(String balance) throws Exception {
        costsNothing("127.0.0.1:" + ScriptedBackend.unusedPort(), balance, "unreachable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"leastRequest", "roundRobin"})
    void thatTakesNoConnectionAndRefusesNone(String balance) throws Exception {
        try (Blackhole hole = new Blackhole()) {
            costsNothing("127.0.0.1:" + hole.port(), balance, "unreachable");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"leastRequest", "roundRobin"})
    void thatTakesRequestsAndNeverAnswers(String balance) throws Exception {
        try (ScriptedBackend silent = ScriptedBackend.byHand()) {
            costsNothing(silent.endpoint(), balance, "ejected");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"leastRequest", "roundRobin", "random"})
    void thatResetsWhenItHasTheRequest(String balance) throws Exception {
        try (ScriptedBackend resets = ScriptedBackend.running(connection -> {
            connection.head();
            connection.reset();
        })) {
            costsNothing(resets.endpoint(), balance, "ejected");
        }
    }

    /** More clients than the dead endpoint's pool has connections: many wait there when it is found out. */
    private void costsNobodyWhoWaits(String dead, String balance, String state, String timeout) throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.ofEndpoints(dead, one.endpoint(), two.endpoint())
                        .upstream("balance: " + balance + ", ejection: { time: 1h, maxTime: 1h }")
                        .connections("max: 4, " + timeout)
                        .route("timeouts: { responseHead: 300ms }"));
                Load load = Load.of(gateway, 8 * CLIENTS)) {
            Await.until("it is " + state, () -> counted(gateway, "sluice_endpoint_health", dead, "state", state) == 1);
            load.awaitMore(REQUESTS);
            assertThat(load.stop()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"leastRequest", "roundRobin", "random"})
    void thatTakesNoConnectionWhileManyWaitForOne(String balance) throws Exception {
        try (Blackhole hole = new Blackhole()) {
            costsNobodyWhoWaits("127.0.0.1:" + hole.port(), balance, "unreachable", "connectTimeout: 300ms");
        }
    }

    @Test
    void thatTakesNoConnectionWithinTheTimeThatOneMayWait() throws Exception {
        try (Blackhole hole = new Blackhole()) {
            costsNobodyWhoWaits(
                    "127.0.0.1:" + hole.port(),
                    "roundRobin",
                    "unreachable",
                    "connectTimeout: 500ms, queueTimeout: 500ms");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"leastRequest", "roundRobin", "random"})
    void thatNeverAnswersWhileManyWaitForIt(String balance) throws Exception {
        try (ScriptedBackend silent = ScriptedBackend.byHand()) {
            costsNobodyWhoWaits(silent.endpoint(), balance, "ejected", "queueTimeout: 10s");
        }
    }

    @Test
    void thatResetsAtOnce() throws Exception {
        try (ScriptedBackend resets = ScriptedBackend.running(connection -> connection.reset())) {
            // the reset may come while the connection is being opened, or right after
            costsNothing(resets.endpoint(), "roundRobin", "ejected", "unreachable");
        }
    }

    @Test
    void thatAnswersWithErrorsIsOutAfterAFew() throws Exception {
        try (ScriptedBackend failing =
                        ScriptedBackend.answering(request -> response("500 Internal Server Error", "dead"));
                RunningGateway gateway = gateway(
                        failing.endpoint(), "roundRobin", "ejection: { serverErrors: true, time: 1h, maxTime: 1h }");
                Load load = Load.of(gateway, CLIENTS)) {
            Await.until(
                    "it is out",
                    () -> counted(gateway, "sluice_endpoint_health", failing.endpoint(), "state", "ejected") == 1);
            load.awaitMore(REQUESTS);
            // besides the few: those that were on their way when it was decided
            assertThat(load.stop()).hasSizeLessThan(5 + 2 * CLIENTS).allMatch(failure -> failure.contains("dead"));
        }
    }

    @Test
    void thatDiesAndComesBackUnderLoad() throws Exception {
        ScriptedBackend coming = ScriptedBackend.answering(request -> ok(request.target()));
        int port = coming.port();
        try (RunningGateway gateway = gateway(coming.endpoint(), "leastRequest", "slowStart: 500ms");
                Load load = Load.of(gateway, CLIENTS)) {
            for (int i = 0; i < 3; i++) {
                ScriptedBackend serving = coming;
                Await.until("it serves", () -> serving.requests().size() > 20);
                coming.kill();
                load.awaitMore(1000);
                coming.close();
                coming = ScriptedBackend.answeringOn(port, request -> ok(request.target()));
            }
            ScriptedBackend back = coming;
            Await.until("it serves again", () -> back.requests().size() > 20);
            assertThat(load.stop()).isEmpty();
        } finally {
            coming.close();
        }
    }

    @Test
    void thatFailsItsChecksGetsNothing() throws Exception {
        try (ScriptedBackend failing =
                        ScriptedBackend.answering(request -> request.target().equals("/healthz")
                                ? response("503 Service Unavailable", "")
                                : ok(request.target()));
                RunningGateway gateway = gateway(failing.endpoint(), "roundRobin", "health: { path: /healthz }");
                Load load = Load.of(gateway, CLIENTS)) {
            Await.until(
                    "it is out",
                    () -> counted(gateway, "sluice_endpoint_health", failing.endpoint(), "state", "unhealthy") == 1);
            load.awaitMore(2 * CLIENTS);
            int before = failing.requests().size();
            load.awaitMore(REQUESTS);
            assertThat(load.stop()).isEmpty();
            assertThat(failing.requests().size() - before).isLessThan(5);
        }
    }
}
