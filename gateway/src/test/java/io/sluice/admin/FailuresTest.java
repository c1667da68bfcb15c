package io.sluice.admin;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.http.Failure;
import io.sluice.telemetry.FailedExchange;
import io.sluice.telemetry.Tried;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code GET /api/v1/failures}: what went wrong lately, and how. */
final class FailuresTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    @AutoClose
    private final RunningGateway gateway = RunningGateway.of(
            """
            threads: 1
            admin: { bind: '127.0.0.1:0' }
            listeners: { web: { bind: '127.0.0.1:0', timeouts: { head: 5s } } }
            upstreams:
              alive: { endpoints: [ '%s' ], connections: { max: 1, queueTimeout: 60ms } }
              dead: { endpoints: [ '127.0.0.1:%d', '127.0.0.1:%d' ] }
            routes:
              - { name: good, match: { path: '/good/**' }, to: alive }
              - { name: dead, match: { path: '/dead/**' }, to: dead }
            """.formatted(backend.endpoint(), ScriptedBackend.unusedPort(), ScriptedBackend.unusedPort()));

    @AutoClose
    private final RawPeer client = gateway.client();

    FailuresTest() throws IOException {}

    @Test
    void isEmptyAsLongAsAllGoesWell() throws Exception {
        client.send(get("/good/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(ok("ok"));
        client.response(200);

        assertThat(failures("")).isEmpty();
    }

    @Test
    void tellsOfEachAttempt() throws Exception {
        client.send(get("/dead/end")).response(502);

        JsonNode failure = failures("").get(0);
        assertThat(failure.get("cause").asText()).isEqualTo("connect-refused");
        assertThat(failure.get("upstream").asText()).isEqualTo("dead");
        int attempts = failure.get("attempts").asInt();
        assertThat(attempts).isBetween(2, 3);
        assertThat(steps(failure, "wait")).hasSize(attempts);
        assertThat(steps(failure, "wait").getLast()).matches("attempt " + attempts + ": for a connection to 127.*");
        assertThat(steps(failure, "attempt-failed"))
                .hasSize(attempts - 1)
                .allMatch(text -> text.equals("connect-refused: endpoint refused the connection"));
        assertThat(steps(failure, "lease")).isEmpty();
    }

    @Test
    void tellsOfAnEndpointThatWasLeftOutWhileTheRequestWaited() {
        Tried left = new Tried("10.0.0.1:80", 0, Tried.NEVER, false, 0, null, 2_000_000);
        Tried last = new Tried("10.0.0.2:80", 2_000_000, Tried.NEVER, false, 0, null, 3_000_000);
        JsonNode failure = FailureView.of(new FailedExchange(
                1,
                Instant.EPOCH,
                Failure.QUEUE_TIMEOUT,
                503,
                "web",
                "192.0.2.1",
                "GET",
                "example.test",
                "/",
                "all",
                "app",
                "",
                null,
                1,
                List.of(left, last),
                0,
                0,
                0,
                3_000_000));

        assertThat(names(failure))
                .containsExactly("request", "route", "wait", "attempt-failed", "wait", "failed", "end");
        assertThat(steps(failure, "attempt-failed")).containsExactly("the endpoint is left out now");
    }

    @Test
    void tellsOfAStaleConnectionAndTheFreshOneAfterIt() throws Exception {
        client.send(get("/good/1"));
        RawPeer first = backend.accept();
        first.request();
        first.send(ok(""));
        client.response(200);
        client.send(get("/good/2"));
        first.request();
        first.close();
        RawPeer second = backend.accept();
        second.request();
        second.close();
        client.response(502);

        JsonNode failure = failures("").get(0);
        assertThat(failure.get("cause").asText()).isEqualTo("upstream-closed");
        assertThat(steps(failure, "lease"))
                .satisfiesExactly(
                        reused -> assertThat(reused).startsWith("a connection that had carried an exchange before,"),
                        fresh -> assertThat(fresh).startsWith("a new connection,"));
        assertThat(steps(failure, "attempt-failed")).singleElement().asString().startsWith("upstream-closed: ");
    }

    @Test
    void tellsHowFarAResponseCame() throws Exception {
        client.send(request("POST /good/ HTTP/1.1", "Content-Length: 4") + "body");
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 200 OK", "Content-Length: 100") + "a part");
        client.head();
        client.read(6);
        upstream.close();
        client.expectGone();

        JsonNode failure = failures("").get(0);
        assertThat(failure.get("cause").asText()).isEqualTo("response-truncated");
        assertThat(failure.get("status").asInt()).isEqualTo(200);
        assertThat(names(failure))
                .containsSubsequence(
                        "request", "route", "wait", "connect", "lease", "send", "response", "failed", "end");
        assertThat(steps(failure, "lease")).singleElement().asString().startsWith("a new connection, after ");
        assertThat(steps(failure, "end"))
                .containsExactly("4 bytes of the request's body were taken, 6 of the response's were sent;"
                        + " the client got status 200");
    }

    @Test
    void tellsHowLongARequestWaitedInVain() throws Exception {
        try (RawPeer first = gateway.client()) {
            first.send(get("/good/first"));
            RawPeer upstream = backend.accept();
            upstream.request();
            client.send(get("/good/second")).response(503);
            upstream.send(ok(""));
            first.response(200);
        }

        JsonNode failure = failures("").get(0);
        assertThat(failure.get("cause").asText()).isEqualTo("queue-timeout");
        assertThat(names(failure)).containsExactly("request", "route", "wait", "failed", "end");
        assertThat(failure.get("steps").get(3).get("ms").asDouble()).isGreaterThan(40);
    }

    @Test
    void saysWhenABodyWasHereThatWasAwaited() throws Exception {
        client.send(request("POST /dead/ HTTP/1.1", "Content-Length: 4"));
        // answered on the same loop, so the head above has been read by then
        gateway.exchange(get("/nowhere"));
        client.send("body").response(502);

        assertThat(names(failures("?route=dead").get(0))).startsWith("request", "route", "body", "wait");
    }

    @Test
    void tellsOfARequestThatIsNone() throws Exception {
        client.send("SSH-2.0-OpenSSH\r\n\r\n").response(400);

        JsonNode failure = failures("").get(0);
        assertThat(failure.get("method").asText()).isEmpty();
        assertThat(names(failure)).containsExactly("request", "failed", "end");
    }

    @Test
    void keepsNothingThatMayBeASecret() throws Exception {
        client.send(request(
                        "GET /dead/a?token=secret HTTP/1.1",
                        "Cookie: id=secret",
                        "Authorization: Bearer secret",
                        "Referer: http://example.test/secret"))
                .response(502);

        WireMessage response = ask("");
        assertThat(response.body()).contains("\"path\" : \"/dead/a\"").doesNotContain("secret");
    }

    @Test
    void choosesByCauseSideAndRoute() throws Exception {
        client.send(get("/dead/1")).response(502);
        client.send(get("/nowhere")).response(404);
        client.send(get("/dead/2")).response(502);

        assertThat(paths("")).containsExactly("/dead/2", "/nowhere", "/dead/1");
        assertThat(paths("?cause=no-route")).containsExactly("/nowhere");
        assertThat(paths("?side=upstream")).containsExactly("/dead/2", "/dead/1");
        assertThat(paths("?route=dead&limit=1")).containsExactly("/dead/2");
        assertThat(paths("?route=")).containsExactly("/nowhere");
        assertThat(paths("?route=good")).isEmpty();
        assertThat(paths("?cause=no-route&side=upstream")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?cause=nonsense | cause: nonsense | connect-refused",
                "?side=server | side: server | client, gateway or upstream",
                "?limit=0 | limit: 0 | 1..2000",
                "?limit=2001 | limit: 2001 | 1..2000",
                "?limit=all | limit: all | 1..2000",
                "?since=1 | since: no such parameter | cause, limit, route, side",
                "?cause=%zz | malformed query | percent-encoded",
            })
    void saysWhatIsWrongWithAQuestion(String query, String error, String expected) throws Exception {
        WireMessage response = ask(query);
        JsonNode body = new ObjectMapper().readTree(response.body());

        assertThat(response.status()).isEqualTo(400);
        assertThat(body.get("error").asText()).isEqualTo(error);
        assertThat(body.get("expected").asText()).contains(expected);
    }

    // ---- tools

    private WireMessage ask(String query) throws IOException {
        try (RawPeer admin = RawPeer.connect(gateway.adminAddress())) {
            return admin.send(head("GET /api/v1/failures" + query + " HTTP/1.1", "Host: localhost"))
                    .response();
        }
    }

    private JsonNode failures(String query) throws IOException {
        return new ObjectMapper().readTree(ask(query).body()).get("failures");
    }

    private List<String> paths(String query) throws IOException {
        List<String> paths = new ArrayList<>();
        failures(query).forEach(failure -> paths.add(failure.get("path").asText()));
        return paths;
    }

    private static List<String> names(JsonNode failure) {
        List<String> names = new ArrayList<>();
        failure.get("steps").forEach(step -> names.add(step.get("step").asText()));
        return names;
    }

    private static List<String> steps(JsonNode failure, String name) {
        List<String> texts = new ArrayList<>();
        failure.get("steps").forEach(step -> {
            if (step.get("step").asText().equals(name)) {
                texts.add(step.get("text").asText());
            }
        });
        return texts;
    }
}
