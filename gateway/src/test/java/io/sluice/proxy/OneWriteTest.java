package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.postChunked;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A head and the body bytes that are there leave in one write, and nothing waits for more. Each case runs often, with a
 * reader that waits already, since two writes in quick succession may also arrive as one.
 */
final class OneWriteTest {
    private static final int TIMES = 25;

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    @AutoClose
    private final RunningGateway gateway = RunningGateway.of(Setup.of(backend).streaming());

    @AutoClose
    private final RawPeer client = gateway.client();

    OneWriteTest() throws IOException {}

    private RawPeer connected() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(ok(""));
        client.response(200);
        return upstream;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 16_384, 32_000})
    void sendsAHeadAndItsBodyTogether(int length) throws Exception {
        RawPeer upstream = connected();
        String body = "b".repeat(length);
        for (int i = 0; i < TIMES; i++) {
            client.send(post("/", body));

            assertThat(upstream.readOnce()).startsWith("POST / HTTP/1.1\r\n").endsWith("\r\n\r\n" + body);
            upstream.send(ok(""));
            client.response(200);
        }
    }

    @Test
    void sendsAHeadAndItsChunksTogether() throws Exception {
        RawPeer upstream = connected();
        for (int i = 0; i < TIMES; i++) {
            client.send(postChunked("/", "a", "b"));

            assertThat(upstream.readOnce()).startsWith("POST / HTTP/1.1\r\n").endsWith("0\r\n\r\n");
            upstream.send(ok(""));
            client.response(200);
        }
    }

    @Test
    void sendsAHeadAndItsBodyTogetherOnAFreshConnection() throws Exception {
        for (int i = 0; i < TIMES; i++) {
            client.send(post("/", "body"));
            RawPeer upstream = backend.accept();

            assertThat(upstream.readOnce()).endsWith("\r\n\r\nbody");
            upstream.send(ok("")).close();
            client.response(200);
        }
    }

    @Test
    void sendsAHeadWithoutWaitingForItsBody() throws Exception {
        RawPeer upstream = connected();
        for (int i = 0; i < TIMES; i++) {
            client.send(request("POST / HTTP/1.1", "Content-Length: 4"));
            assertThat(upstream.readOnce()).endsWith("\r\n\r\n");

            client.send("body");
            assertThat(upstream.readOnce()).isEqualTo("body");
            upstream.send(ok(""));
            client.response(200);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 16_384, 32_000})
    void answersWithHeadAndBodyTogether(int length) throws Exception {
        RawPeer upstream = connected();
        String body = "b".repeat(length);
        for (int i = 0; i < TIMES; i++) {
            client.send(get("/"));
            upstream.request();
            upstream.send(ok(body));

            assertThat(client.readOnce()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n" + body);
        }
    }

    @Test
    void answersPipelinedRequestsWithoutWaitingForMore() throws Exception {
        RawPeer upstream = connected();
        client.send(get("/a") + get("/b"));
        upstream.request();
        upstream.send(ok("a"));

        assertThat(client.readOnce()).endsWith("\r\n\r\na");
        upstream.request();
        upstream.send(ok("b"));
        assertThat(client.readOnce()).endsWith("\r\n\r\nb");
    }
}
