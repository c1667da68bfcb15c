package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the access log says of exchanges over real sockets. */
final class AccessLogWireTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String IN_TRACE = "traceparent: 00-" + TRACE + "-b7ad6b7169203331-01";

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    AccessLogWireTest() throws IOException {}

    @Test
    void tellsWhatAnExchangeWentThrough() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(logging("json"));
                RawPeer client = gateway.client()) {
            client.send(request("GET /a?b=c HTTP/1.1", IN_TRACE));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(ok("12345"));
            client.response(200);
            client.send(get("/again"));
            upstream.request();
            upstream.send(ok(""));
            client.response(200);
            List<JsonNode> lines = awaitLines(2);

            JsonNode first = lines.getFirst();
            assertThat(first.get("requestId").asText()).matches("[0-9a-f]{32}");
            assertThat(first.get("traceId").asText()).isEqualTo(TRACE);
            assertThat(first.get("route").asText()).isEqualTo("all");
            assertThat(first.get("path").asText()).isEqualTo("/a?b=c");
            assertThat(first.get("status").asInt()).isEqualTo(200);
            assertThat(first.get("failure").isNull()).isTrue();
            assertThat(first.get("upstream").asText()).isEqualTo("backend");
            assertThat(first.get("endpoint").asText()).isEqualTo(backend.endpoint());
            assertThat(first.get("attempts").asInt()).isEqualTo(1);
            assertThat(first.get("reused").asBoolean()).isFalse();
            assertThat(first.get("responseBytes").asInt()).isEqualTo(5);
            assertThat(first.get("config").asInt()).isEqualTo(1);
            assertThat(first.get("connectMs").asDouble()).isPositive();
            inOrder(first, "connectMs", "queueMs", "firstByteMs", "durationMs");
            assertThat(lines.get(1).get("reused").asBoolean()).isTrue();
            assertThat(lines.get(1).get("connectMs").asDouble()).isZero();
            assertThat(lines.get(1).get("traceId").isNull()).isTrue();
        }
    }

    /** A phase is never longer than the one that it is part of. */
    private static void inOrder(JsonNode line, String... phases) {
        for (int i = 1; i < phases.length; i++) {
            assertThat(line.get(phases[i - 1]).asDouble())
                    .as(line.toString())
                    .isLessThanOrEqualTo(line.get(phases[i]).asDouble());
        }
    }

    @Test
    void tellsHowLongARequestWaitedThatFoundNoConnection() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(logging("json").connections("max: 1, queueTimeout: 80ms"));
                RawPeer first = gateway.client();
                RawPeer second = gateway.client()) {
            first.send(get("/first"));
            backend.accept().request();
            second.send(get("/second")).response(503);

            JsonNode line = awaitLines(1).getFirst();
            assertThat(line.get("failure").asText()).isEqualTo("queue-timeout");
            assertThat(line.get("queueMs").asDouble())
                    .isBetween(50.0, line.get("durationMs").asDouble());
            assertThat(line.get("firstByteMs").asDouble()).isZero();
        }
    }

    @Test
    void countsTheAttemptsAtEndpointsThatRefuse() throws Exception {
        String refusing = "127.0.0.1:" + ScriptedBackend.unusedPort();
        String other = "127.0.0.1:" + ScriptedBackend.unusedPort();
        try (RunningGateway gateway =
                RunningGateway.of(Setup.ofEndpoints(refusing, other).top("accessLog: " + log()))) {
            gateway.exchange(get("/"));

            JsonNode line = awaitLines(1).getFirst();
            assertThat(line.get("attempts").asInt()).isGreaterThan(1);
            assertThat(line.get("failure").asText()).isEqualTo("connect-refused");
            assertThat(line.get("endpoint").asText()).isIn(refusing, other);
        }
    }

    @Test
    void writesCombinedLines() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(logging("combined, fields: [route, traceId]"));
                RawPeer client = gateway.client()) {
            client.send(
                    request("GET /a?b HTTP/1.1", "Referer: http://x.test/\"\u00e9", "User-Agent: a\tb\\", IN_TRACE));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(ok("12345"));
            client.response(200);
            Await.until("line", () -> text().endsWith("\n"));

            assertThat(text())
                    .matches("127\\.0\\.0\\.1 - - \\[[^]]+] \"GET /a\\?b HTTP/1\\.1\" 200 5"
                            + " \"http://x\\.test/\\\\x22\\\\xE9\" \"a\\\\x09b\\\\x5C\" route=\"all\" traceId=\""
                            + TRACE
                            + "\"\n");
        }
    }

    @Test
    void writesACombinedLineForARequestThatIsNone() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(logging("combined"))) {
            gateway.exchange("\u0016\u0003\u0001\r\n\r\n");
            Await.until("line", () -> text().endsWith("\n"));

            assertThat(text()).matches("127\\.0\\.0\\.1 - - \\[[^]]+] \"-\" 400 \\d+ \"-\" \"-\"\n");
        }
    }

    @Test
    void hasOfEachRouteWhatTheRouteWants() throws Exception {
        try (RunningGateway gateway = RunningGateway.of("""
                        accessLog: "%s"
                        threads: 1
                        listeners: { web: { bind: "127.0.0.1:0" } }
                        upstreams: { gone: { endpoints: ["127.0.0.1:%d"] } }
                        routes:
                          - { name: silent, match: { path: /silent }, to: gone, log: off }
                          - { name: failing, match: { path: /failing }, to: gone, log: { sample: 0 } }
                          - { name: healthy, match: { path: /healthy }, respond: { status: 200 }, log: { sample: 0 } }
                          - { name: plain, match: { path: /plain }, respond: { status: 200 } }
                        """.formatted(log(), ScriptedBackend.unusedPort()));
                RawPeer client = gateway.client()) {
            for (String path : List.of("/silent", "/failing", "/healthy", "/unknown", "/plain")) {
                client.send(get(path)).response();
            }

            assertThat(awaitLines(3))
                    .extracting(line -> line.get("path").asText())
                    .containsExactly("/failing", "/unknown", "/plain");
        }
    }

    @Test
    void goesOnOverAReloadThatChangesItsFormat() throws Exception {
        String routes = """
                threads: 1
                listeners: { web: { bind: "127.0.0.1:0" } }
                routes: [ { name: all, respond: { status: 200 } } ]
                """;
        try (RunningGateway gateway = RunningGateway.of("accessLog: " + log() + "\n" + routes);
                RawPeer client = gateway.client()) {
            client.send(get("/json")).response(200);
            gateway.reload("accessLog: { to: " + log() + ", format: combined }\n" + routes);
            client.send(get("/combined")).response(200);
            Await.until("two lines", () -> text().lines().count() == 2);

            assertThat(text().lines().toList().getFirst()).startsWith("{").contains("/json");
            assertThat(text().lines().toList().getLast())
                    .startsWith("127.0.0.1 - - [")
                    .contains("GET /combined");
        }
    }

    @Test
    void tellsOfAnAnswerThatWasCutOff() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(logging("json"));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(head("HTTP/1.1 200 OK", "Content-Length: 100") + "a part");
            client.head();
            client.read(6);
            upstream.close();
            client.expectGone();

            JsonNode line = awaitLines(1).getFirst();
            assertThat(line.get("failure").asText()).isEqualTo("response-truncated");
            assertThat(line.get("status").asInt()).isEqualTo(200);
            assertThat(line.get("responseBytes").asInt()).isEqualTo(6);
        }
    }

    // ---- tools

    private Path log() {
        return folder.resolve("access.log");
    }

    private Setup logging(String format) {
        return Setup.of(backend).top("accessLog: { to: " + log() + ", format: " + format + " }");
    }

    private String text() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<JsonNode> awaitLines(int count) throws Exception {
        Await.until(count + " lines", () -> text().lines().count() >= count && text().endsWith("\n"));
        return text().lines().map(AccessLogWireTest::json).toList();
    }

    private static JsonNode json(String line) {
        try {
            return new ObjectMapper().readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }
}
