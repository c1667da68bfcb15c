package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Endpoints that fail requests get none for a while. POSTs show it, since they are not tried elsewhere. */
final class EjectionTest {
    /** Closes, since the end of a used connection is no failure. */
    private static final String WELL = response("200 OK", "well", "Connection: close");

    private volatile String answer = "";

    @AutoClose
    private final ScriptedBackend bad = ScriptedBackend.closingAfterClose(request -> answer);

    @AutoClose
    private final ScriptedBackend good = ScriptedBackend.answering(request -> ok("good"));

    EjectionTest() throws IOException {}

    private Setup setup(String ejection) {
        return Setup.of(bad, good)
                .upstream("balance: roundRobin, slowStart: none, ejection: { errorRate: none, " + ejection + " }");
    }

    private static List<Integer> postTo(RunningGateway gateway, int times) throws IOException {
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            statuses.add(gateway.exchange(post("/", "data")).status());
        }
        return statuses;
    }

    private static boolean isEjected(RunningGateway gateway, ScriptedBackend backend) {
        return is(gateway, backend, "ejected");
    }

    private static boolean is(RunningGateway gateway, ScriptedBackend backend, String state) {
        return gateway.counted(
                        "sluice_endpoint_health", "upstream", "backend", "endpoint", backend.endpoint(), "state", state)
                == 1;
    }

    private static long ejections(RunningGateway gateway, ScriptedBackend backend, String cause) {
        return gateway.counted(
                "sluice_endpoint_ejections_total",
                "upstream",
                "backend",
                "endpoint",
                backend.endpoint(),
                "cause",
                cause);
    }

    private static long failures(RunningGateway gateway, ScriptedBackend backend) {
        return gateway.counted("sluice_endpoint_failures_total", "upstream", "backend", "endpoint", backend.endpoint());
    }

    @Test
    void ejectsAfterSoManyFailuresInARow() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup("failures: 3, time: 1h, maxTime: 1h"))) {
            assertThat(postTo(gateway, 4)).containsExactlyInAnyOrder(502, 502, 200, 200);
            assertThat(isEjected(gateway, bad)).isFalse();
            postTo(gateway, 2);
            Await.until("it is out", () -> isEjected(gateway, bad));
            assertThat(postTo(gateway, 20)).containsOnly(200);
            assertThat(ejections(gateway, bad, "failures")).isEqualTo(1);
            assertThat(failures(gateway, bad)).isEqualTo(3);
        }
    }

    @Test
    void countsAnewAfterAResponse() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup("failures: 3, time: 1h, maxTime: 1h"))) {
            for (int i = 0; i < 4; i++) {
                answer = "";
                assertThat(postTo(gateway, 4)).contains(502);
                answer = WELL;
                assertThat(postTo(gateway, 2)).containsOnly(200);
            }
            assertThat(failures(gateway, bad)).isEqualTo(8);
            assertThat(ejections(gateway, bad, "failures")).isZero();
        }
    }

    @Test
    void comesBackWhenItsTimeIsUp() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup("failures: 1, time: 200ms"))) {
            postTo(gateway, 2);
            Await.until("it was out", () -> ejections(gateway, bad, "failures") == 1);
            answer = WELL;
            Await.until("it is back", () -> is(gateway, bad, "available"));
            List<String> bodies = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                bodies.add(gateway.exchange(post("/", "data")).body());
            }
            assertThat(bodies).contains("well", "good");
        }
    }

    @Test
    void takesServerErrorsForFailuresIfToldSo() throws Exception {
        answer = response("500 Internal Server Error", "oops");
        try (RunningGateway gateway =
                RunningGateway.of(setup("failures: 2, serverErrors: true, time: 1h, maxTime: 1h"))) {
            assertThat(postTo(gateway, 4)).containsExactlyInAnyOrder(500, 500, 200, 200);
            Await.until("it is out", () -> isEjected(gateway, bad));
            assertThat(postTo(gateway, 10)).containsOnly(200);
        }
    }

    @Test
    void doesNotCareForServerErrorsOtherwise() throws Exception {
        answer = response("503 Service Unavailable", "oops");
        try (RunningGateway gateway = RunningGateway.of(setup("failures: 2"))) {
            assertThat(postTo(gateway, 20).stream().filter(status -> status == 503))
                    .hasSize(10);
            assertThat(failures(gateway, bad)).isZero();
        }
    }

    @Test
    void countsAnswersThatDoNotComeInTime() throws Exception {
        try (ScriptedBackend silent = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(Setup.of(silent, good)
                        .upstream("balance: roundRobin, ejection: { failures: 2, time: 1h, maxTime: 1h }")
                        .route("timeouts: { responseHead: 100ms }"))) {
            assertThat(postTo(gateway, 4)).containsExactlyInAnyOrder(504, 504, 200, 200);
            Await.until("it is out", () -> isEjected(gateway, silent));
            assertThat(postTo(gateway, 4)).containsOnly(200);
        }
    }

    @Test
    void doesNotCountAUsedConnectionThatWasClosed() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(Setup.of(backend).upstream("ejection: { failures: 1 }"));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer used = backend.accept();
            used.request();
            used.send(ok("x"));
            client.response(200);
            client.send(post("/", "data"));
            used.request();
            used.close();
            client.response(502);
            assertThat(failures(gateway, backend)).isZero();
        }
    }

    @Test
    void ejectsForTheShareOfFailures() throws Exception {
        Setup setup = Setup.of(bad, good)
                .upstream("balance: roundRobin, ejection: { failures: none, errorRate: 30%, window: 5s,"
                        + " minRequests: 10, time: 1h, maxTime: 1h }");
        try (RunningGateway gateway = RunningGateway.of(setup)) {
            Await.until("it is out", () -> {
                try {
                    for (int i = 0; i < 5; i++) {
                        answer = i < 2 ? "" : WELL;
                        postTo(gateway, 2);
                    }
                    return isEjected(gateway, bad);
                } catch (IOException failed) {
                    throw new AssertionError(failed);
                }
            });
            assertThat(ejections(gateway, bad, "error-rate")).isEqualTo(1);
            answer = "";
            assertThat(postTo(gateway, 10)).containsOnly(200);
        }
    }

    @Test
    void ejectsNoMoreThanTheShareAndNeverAll() throws Exception {
        try (ScriptedBackend one = ScriptedBackend.answering(request -> "");
                ScriptedBackend two = ScriptedBackend.answering(request -> "");
                RunningGateway gateway = RunningGateway.of(Setup.of(bad, one, two)
                        .upstream("balance: roundRobin, panic: 0%,"
                                + " ejection: { failures: 1, maxEjected: 100%, time: 1h, maxTime: 1h }"));
                RunningGateway alone =
                        RunningGateway.of(Setup.of(bad).upstream("ejection: { failures: 1, maxEjected: 100% }"))) {
            assertThat(postTo(gateway, 12)).containsOnly(502);
            List<ScriptedBackend> all = List.of(bad, one, two);
            Await.until(
                    "two are out",
                    () -> all.stream().filter(each -> isEjected(gateway, each)).count() == 2);
            assertThat(postTo(gateway, 6)).containsOnly(502);
            assertThat(all.stream().filter(each -> isEjected(gateway, each))).hasSize(2);
            assertThat(postTo(alone, 3)).containsOnly(502);
            assertThat(ejections(alone, bad, "failures")).isZero();
        }
    }
}
