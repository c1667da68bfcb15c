package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testing.Await;
import io.sluice.testing.Blackhole;
import io.sluice.testing.NginxBackend;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints are asked how they are, and get requests accordingly. */
final class HealthCheckTest {
    private static final String FAST = "interval: 100ms, healthyAfter: 2, unhealthyAfter: 2";

    private volatile String health = ok("fine");

    @AutoClose
    private final ScriptedBackend checked =
            ScriptedBackend.closingAfterClose(request -> request.target().equals("/healthz") ? health : ok("checked"));

    @AutoClose
    private final ScriptedBackend other = ScriptedBackend.closingAfterClose(
            request -> request.target().equals("/healthz") ? ok("fine") : ok("other"));

    HealthCheckTest() throws IOException {}

    private Setup setup(String keys) {
        return Setup.of(checked, other).upstream("balance: roundRobin, slowStart: none, health: { " + keys + " }");
    }

    private static List<String> ask(RunningGateway gateway, int times) throws IOException {
        List<String> answers = new ArrayList<>();
        try (RawPeer client = gateway.client()) {
            for (int i = 0; i < times; i++) {
                answers.add(client.send(get("/")).response(200).body());
            }
        }
        return answers;
    }

    private static boolean is(RunningGateway gateway, String endpoint, String state) {
        return gateway.counted("sluice_endpoint_health", "upstream", "backend", "endpoint", endpoint, "state", state)
                == 1;
    }

    private static long checks(RunningGateway gateway, String endpoint, String result) {
        return gateway.counted(
                "sluice_endpoint_checks_total", "upstream", "backend", "endpoint", endpoint, "result", result);
    }

    @Test
    void takesOutWhoFailsAndTakesBackWhoPassesAgain() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup("path: /healthz, " + FAST))) {
            Await.until(
                    "both pass",
                    () -> checks(gateway, checked.endpoint(), "passed") > 0
                            && checks(gateway, other.endpoint(), "passed") > 0);
            assertThat(ask(gateway, 10)).contains("checked", "other");

            health = response("503 Service Unavailable", "");
            Await.until("it is out", () -> is(gateway, checked.endpoint(), "unhealthy"));
            assertThat(ask(gateway, 20)).containsOnly("other");
            assertThat(checks(gateway, checked.endpoint(), "status")).isGreaterThanOrEqualTo(2);

            health = ok("fine");
            Await.until("it is back", () -> is(gateway, checked.endpoint(), "available"));
            Await.until("it is asked", () -> {
                try {
                    return ask(gateway, 2).contains("checked");
                } catch (IOException failed) {
                    throw new AssertionError(failed);
                }
            });
        }
    }

    @Test
    void usesAnEndpointUntilItsFirstCheckHasEndedWhichDecidesAlone() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (ScriptedBackend slow = ScriptedBackend.closingAfterClose(request -> {
                    if (request.target().equals("/healthz")) {
                        answer.await();
                        return response("500 Internal Server Error", "");
                    }
                    return ok("slow");
                });
                RunningGateway gateway = RunningGateway.of(Setup.of(slow, other)
                        .upstream(
                                "balance: roundRobin, health: { path: /healthz, timeout: 20s, unhealthyAfter: 9 }"))) {
            Await.until("it is asked", () -> slow.running() == 1);
            assertThat(ask(gateway, 10)).contains("slow", "other");
            answer.countDown();
            Await.until("it is out", () -> is(gateway, slow.endpoint(), "unhealthy"));
            assertThat(ask(gateway, 10)).containsOnly("other");
        }
    }

    @Test
    void takesMoreThanOneFailureToTakeOutWhoHasPassed() throws Exception {
        try (RunningGateway gateway =
                RunningGateway.of(setup("path: /healthz, interval: 100ms, unhealthyAfter: 100"))) {
            Await.until("it passes", () -> checks(gateway, checked.endpoint(), "passed") > 0);
            health = response("503 Service Unavailable", "");
            Await.until("it fails", () -> checks(gateway, checked.endpoint(), "status") > 2);
            assertThat(is(gateway, checked.endpoint(), "available")).isTrue();
        }
    }

    @Test
    void asksAsItIsTold() throws Exception {
        String keys = "path: '/healthz?deep=1', method: POST, host: app.internal, interval: 100ms";
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(Setup.of(backend).upstream("health: { " + keys + " }"));
                RawPeer check = backend.accept()) {
            WireMessage request = check.request();
            assertThat(request.startLine()).isEqualTo("POST /healthz?deep=1 HTTP/1.1");
            assertThat(request.value("host")).isEqualTo("app.internal");
            assertThat(request.value("connection")).isEqualTo("close");
            assertThat(request.value("content-length")).isEqualTo("0");
            assertThat(request.value("user-agent")).isEqualTo("sluice-health");
            check.send(ok("fine"));
            Await.until("it passed", () -> checks(gateway, backend.endpoint(), "passed") == 1);
            check.expectEnd();
        }
    }

    @Test
    void asksOnceForAllLoopsOneCheckAtATimeEachOnItsOwnConnection() throws Exception {
        try (ScriptedBackend probe = ScriptedBackend.closingAfterClose(request -> ok("fine"));
                RunningGateway gateway = RunningGateway.of(
                        Setup.of(other).upstream("health: { path: /, interval: 100ms, port: " + probe.port() + " }"))) {
            Await.until("some checks", () -> probe.requests().size() >= 5);
            assertThat(probe.peakRunning()).isEqualTo(1);
            assertThat(probe.connections())
                    .isBetween(probe.requests().size(), probe.requests().size() + 1);
            assertThat(other.connections()).isZero();
            assertThat(checks(gateway, other.endpoint(), "passed")).isGreaterThanOrEqualTo(4);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            status: 204                | HTTP/1.1 204 No Content                                   | passed
            status: 204                | HTTP/1.1 200 OK~Content-Length: 0                         | status
            status: [200, 301-302]     | HTTP/1.1 302 Found~Location: /~Content-Length: 0          | passed
            status: [200, 301-302]     | HTTP/1.1 303 See Other~Content-Length: 0                  | status
            body: up                   | HTTP/1.1 200 OK~Content-Length: 6~~all up                 | passed
            body: up                   | HTTP/1.1 200 OK~Content-Length: 4~~down                   | body
            body: up                   | HTTP/1.1 200 OK~Transfer-Encoding: chunked~~1~u~1~p~0~    | passed
            body: up                   | HTTP/1.1 200 OK~~all up                                   | passed
            body: up                   | HTTP/1.1 200 OK~Content-Length: 0                         | body
            body: up                   | HTTP/1.1 200 OK~Content-Length: 99~~all up                | closed
            method: HEAD               | HTTP/1.1 200 OK~Content-Length: 99                        | passed
            host: a                    | HTTP/1.1 100 Continue~~HTTP/1.1 200 OK~Content-Length: 0  | passed
            host: a                    | HTTP/1.1 200 OK~Content-Length: 1~Content-Length: 2       | malformed
            host: a                    | SSH-2.0-server                                            | malformed
            host: a                    | HTTP/2 200 OK                                             | malformed
            """)
    void judgesTheAnswer(String keys, String answer, String result) throws Exception {
        String text = answer.strip().replace("~", "\r\n");
        String end = text.contains("\r\n\r\n") && !text.contains("100 Continue") ? "" : "\r\n\r\n";
        String whole = text.endsWith("\r\n0\r\n") ? text + "\r\n" : text + end;
        try (ScriptedBackend backend = ScriptedBackend.running(connection -> {
                    connection.head();
                    connection.send(whole).halfClose();
                    connection.readUntilGone();
                });
                RunningGateway gateway = RunningGateway.of(
                        Setup.of(backend).upstream("health: { path: /, interval: 100ms, " + keys + " }"))) {
            Await.until("it is " + result, () -> checks(gateway, backend.endpoint(), result) > 0);
            boolean passed = result.equals("passed");
            Await.until("that counts", () -> is(gateway, backend.endpoint(), passed ? "available" : "unhealthy"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"path: /", "tcp: true"})
    void findsOutThatNobodyListens(String keys) throws Exception {
        String nobody = "127.0.0.1:" + ScriptedBackend.unusedPort();
        try (RunningGateway gateway =
                RunningGateway.of(Setup.ofEndpoints(nobody, other.endpoint()).upstream("health: { " + keys + " }"))) {
            Await.until("it is out", () -> is(gateway, nobody, "unhealthy"));
            assertThat(checks(gateway, nobody, "refused")).isPositive();
            assertThat(ask(gateway, 10)).containsOnly("other");
            assertThat(gateway.counted("sluice_pool_connect_failures_total", "upstream", "backend", "endpoint", nobody))
                    .isZero();
        }
    }

    @Test
    void isContentWithAConnectionIfToldSo() throws Exception {
        try (ScriptedBackend silent = ScriptedBackend.byHand();
                RunningGateway gateway =
                        RunningGateway.of(Setup.of(silent).upstream("health: { tcp: true, interval: 100ms }"))) {
            silent.accept().expectEnd();
            silent.accept().expectEnd();
            Await.until("it passed", () -> checks(gateway, silent.endpoint(), "passed") >= 2);
            assertThat(is(gateway, silent.endpoint(), "available")).isTrue();
        }
    }

    @Test
    void givesUpAfterTheTimeout() throws Exception {
        try (ScriptedBackend silent = ScriptedBackend.byHand();
                Blackhole hole = new Blackhole()) {
            String nowhere = "127.0.0.1:" + hole.port();
            try (RunningGateway gateway = RunningGateway.of(Setup.ofEndpoints(silent.endpoint(), nowhere)
                    .upstream("health: { path: /, timeout: 100ms, interval: 100ms }"))) {
                RawPeer check = silent.accept();
                check.send("HTTP/1.1 200 O");
                Await.until(
                        "they are out",
                        () -> is(gateway, silent.endpoint(), "unhealthy") && is(gateway, nowhere, "unhealthy"));
                assertThat(checks(gateway, silent.endpoint(), "timeout")).isPositive();
                assertThat(checks(gateway, nowhere, "timeout")).isPositive();
                check.expectGone();
            }
        }
    }

    @Test
    void keepsWhatChecksHaveFoundOverAReload() throws Exception {
        health = response("503 Service Unavailable", "");
        Setup setup = setup("path: /healthz, timeout: 20s, unhealthyAfter: 1");
        try (RunningGateway gateway = RunningGateway.of(setup)) {
            Await.until("it is out", () -> is(gateway, checked.endpoint(), "unhealthy"));
            gateway.reload(setup.connections("max: 7").yaml());
            assertThat(ask(gateway, 20)).containsOnly("other");
            gateway.reload(setup("path: /other").yaml());
            Await.until("another check decides", () -> is(gateway, checked.endpoint(), "available"));
        }
    }

    @Test
    void endsWithItsUpstream() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup("path: /healthz, interval: 100ms"))) {
            Await.until("it is checked", () -> checked.requests().size() > 1);
            gateway.reload(Setup.of(other).yaml());
            int before = checked.connections();
            Await.until("others were checked until now", () -> checked.open() == 0);
            // a check of the old upstream may have been under way, but no other one begins
            gateway.reload(Setup.of(other)
                    .upstream("health: { path: /healthz, interval: 100ms }")
                    .yaml());
            int seen = other.requests().size();
            Await.until("some time has passed", () -> other.requests().size() > seen + 3);
            assertThat(checked.connections()).isBetween(before, before + 1);
        }
    }

    @Test
    void checksANginx() throws Exception {
        assumeTrue(NginxBackend.installedOrRequired(), "no nginx here");
        try (NginxBackend nginx = NginxBackend.start();
                RunningGateway gateway = RunningGateway.of(Setup.ofEndpoints(nginx.endpoint())
                        .upstream("health: { path: /small.txt, interval: 100ms, body: \""
                                + NginxBackend.SMALL.strip().substring(0, 5) + "\" }"));
                RunningGateway wrong = RunningGateway.of(Setup.ofEndpoints(nginx.endpoint())
                        .upstream("health: { path: /missing.txt, interval: 100ms }"))) {
            Await.until("it passes", () -> checks(gateway, nginx.endpoint(), "passed") >= 3);
            assertThat(gateway.exchange(get("/small.txt")).body()).isEqualTo(NginxBackend.SMALL);
            Await.until("a 404 is no success", () -> is(wrong, nginx.endpoint(), "unhealthy"));
        }
    }
}
