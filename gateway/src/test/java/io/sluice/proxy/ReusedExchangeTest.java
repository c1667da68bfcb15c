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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests one after the other on one connection, so that the exchange of one is used again for the next: nothing of it is told of that. */
final class ReusedExchangeTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String[] TRACED = {
        "traceparent: 00-" + TRACE + "-b7ad6b7169203331-01", "Referer: http://first.test/", "User-Agent: first"
    };

    @TempDir
    private Path folder;

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    private RunningGateway gateway;
    private RawPeer client;
    /** Has carried an exchange, so that it is leased at once. */
    private RawPeer upstream;

    ReusedExchangeTest() throws IOException {}

    @BeforeEach
    void warm() throws Exception {
        gateway = RunningGateway.of("""
                threads: 1
                admin: { bind: '127.0.0.1:0' }
                accessLog: { to: '%s' }
                listeners: { web: { bind: '127.0.0.1:0' } }
                upstreams: { app: { endpoints: [ '%s' ] } }
                routes:
                  - { name: app, match: { path: '/app/**' }, to: app }
                  - { name: own, match: { path: '/own' }, respond: { status: 200 } }
                """.formatted(log(), backend.endpoint()));
        client = gateway.client();
        client.send(get("/app/warm"));
        upstream = backend.accept();
        answer(upstream);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        gateway.close();
    }

    @Test
    void afterOneThatFailed() throws Exception {
        fail();
        client.send(get("/app/plain"));
        answer(backend.accept());
        client.send(get("/own")).response(200);
        client.send(get("/nowhere")).response(404);

        List<JsonNode> lines = lines(5);
        assertThat(lines.get(1).get("failure").asText()).isEqualTo("upstream-closed");
        assertThat(lines.get(1).get("traceId").asText()).isEqualTo(TRACE);
        assertThat(lines.get(1).get("requestBytes").asInt()).isEqualTo(4);
        assertPlain(lines.get(2), "app", 200);
        assertThat(lines.get(2).get("reused").asBoolean()).isFalse();
        assertUnasked(lines.get(3), "own", 200);
        assertUnasked(lines.get(4), "", 404);
        assertThat(steps(failure("/nowhere"))).containsExactly("request", "failed", "end");
    }

    @Test
    void atOnceAfterOneThatFailed() throws Exception {
        fail();
        client.send(get("/nowhere")).response(404);

        JsonNode failure = failure("/nowhere");
        assertUnasked(lines(3).get(2), "", 404);
        assertThat(steps(failure)).containsExactly("request", "failed", "end");
        assertThat(failure.get("upstream").isNull()).isTrue();
        assertThat(failure.get("traceId").isNull()).isTrue();
        assertThat(failure.get("requestBytes").asInt()).isZero();
        assertThat(failure.get("requestId").asText()).isEmpty();
    }

    @Test
    void afterOneThatWasRepeated() throws Exception {
        client.send(request("GET /app/repeated HTTP/1.1", TRACED));
        upstream.request();
        upstream.close();
        RawPeer fresh = backend.accept();
        answer(fresh);
        client.send(get("/app/plain"));
        answer(fresh);
        client.send(get("/nowhere")).response(404);

        List<JsonNode> lines = lines(4);
        assertThat(lines.get(1).get("attempts").asInt()).isEqualTo(2);
        assertThat(lines.get(1).get("connectMs").asDouble()).isPositive();
        assertPlain(lines.get(2), "app", 200);
        assertThat(lines.get(2).get("connectMs").asDouble()).isZero();
        assertThat(lines.get(2).get("reused").asBoolean()).isTrue();
        assertUnasked(lines.get(3), "", 404);
        assertThat(steps(failure("/nowhere"))).containsExactly("request", "failed", "end");
    }

    @Test
    void afterOneThatWentWell() throws Exception {
        client.send(request("POST /app/well HTTP/1.1", "Content-Length: 4", TRACED[0]) + "body");
        answer(upstream);
        client.send("NONE\r\n\r\n").response(400);

        List<JsonNode> lines = lines(3);
        assertThat(lines.get(1).get("responseBytes").asInt()).isEqualTo(5);
        assertUnasked(lines.get(2), "", 400);
        for (String field : List.of("method", "host", "path", "requestId")) {
            assertThat(lines.get(2).get(field).asText()).as(field).isEmpty();
        }
    }

    // ---- tools

    /** A request that can't be repeated, on a connection that then breaks. */
    private void fail() throws Exception {
        client.send(
                request("POST /app/failed HTTP/1.1", "Content-Length: 4", TRACED[0], TRACED[1], TRACED[2]) + "body");
        upstream.request();
        upstream.close();
        client.response(502);
    }

    private void answer(RawPeer to) throws IOException {
        to.request();
        to.send(ok("12345"));
        client.response(200);
    }

    /** One attempt that went well, for a request without a body and a trace. */
    private static void assertPlain(JsonNode line, String route, int status) {
        assertOwn(line, route, status);
        assertThat(line.get("failure").isNull()).isTrue();
        assertThat(line.get("attempts").asInt()).isEqualTo(1);
        assertThat(line.get("responseBytes").asInt()).isEqualTo(5);
    }

    /** No upstream had to do with it. */
    private static void assertUnasked(JsonNode line, String route, int status) {
        assertOwn(line, route, status);
        assertThat(line.get("attempts").asInt()).isZero();
        assertThat(line.get("reused").asBoolean()).isFalse();
        for (String field : List.of("upstream", "endpoint")) {
            assertThat(line.get(field).isNull()).as(field).isTrue();
        }
        for (String field : List.of("queueMs", "connectMs", "firstByteMs")) {
            assertThat(line.get(field).asDouble()).as(field).isZero();
        }
    }

    private static void assertOwn(JsonNode line, String route, int status) {
        assertThat(line.get("route").asText()).isEqualTo(route);
        assertThat(line.get("status").asInt()).isEqualTo(status);
        assertThat(line.get("traceId").isNull()).isTrue();
        assertThat(line.get("requestBytes").asInt()).isZero();
        assertThat(line.toString()).doesNotContain(TRACE, "first.test");
    }

    private Path log() {
        return folder.resolve("access.log");
    }

    private List<JsonNode> lines(int count) throws Exception {
        Await.until(count + " lines", () -> text().lines().count() == count && text().endsWith("\n"));
        List<JsonNode> lines = new ArrayList<>();
        for (String line : text().lines().toList()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    private String text() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last one, which must be of that path. */
    private JsonNode failure(String path) throws IOException {
        try (RawPeer admin = RawPeer.connect(gateway.adminAddress())) {
            String all = admin.send(head("GET /api/v1/failures HTTP/1.1", "Host: localhost"))
                    .response(200)
                    .body();
            JsonNode last = new ObjectMapper().readTree(all).get("failures").get(0);
            assertThat(last.get("path").asText()).isEqualTo(path);
            return last;
        }
    }

    private static List<String> steps(JsonNode failure) {
        List<String> names = new ArrayList<>();
        failure.get("steps").forEach(step -> names.add(step.get("step").asText()));
        return names;
    }
}
