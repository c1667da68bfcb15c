package io.sluice.proxy;

import static io.sluice.testing.HttpText.chunked;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Clients of HTTP/1.0: RFC 9112 sections 2.3 and 9.3, RFC 1945. */
final class Http10ClientTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(Http10ClientTest::answer);

    @AutoClose
    private final RunningGateway gateway = RunningGateway.before(backend);

    @AutoClose
    private final RawPeer client = gateway.client();

    Http10ClientTest() throws IOException {}

    private static String answer(WireMessage request) {
        return switch (request.target()) {
            case "/chunked" -> head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + chunked("in ", "chunks");
            case "/hints" -> head("HTTP/1.1 103 Early Hints", "Link: </a>") + ok("after hints");
            case "/continue" -> head("HTTP/1.1 100 Continue") + ok("continued");
            default -> ok("body: " + request.body());
        };
    }

    @Test
    void answersAndCloses() throws Exception {
        client.send(head("GET / HTTP/1.0", "Host: example.test"));

        WireMessage response = client.response(200);
        assertThat(response.body()).isEqualTo("body: ");
        assertThat(response.value("content-length")).isEqualTo("6");
        client.expectEnd();
    }

    @Test
    void speaksHttp11ToTheBackend() throws Exception {
        client.send(head("GET / HTTP/1.0", "Host: example.test")).response(200);

        assertThat(backend.request().startLine()).isEqualTo("GET / HTTP/1.1");
    }

    @Test
    void answersWithoutHost() throws Exception {
        client.send(head("GET / HTTP/1.0")).response(200);

        assertThat(backend.request().values("host")).hasSize(1);
    }

    @Test
    void takesABody() throws Exception {
        client.send(head("POST / HTTP/1.0", "Content-Length: 4") + "data");

        assertThat(client.response(200).body()).isEqualTo("body: data");
    }

    @Test
    void keepsTheConnectionIfTheClientAsksForIt() throws Exception {
        client.send(head("GET / HTTP/1.0", "Connection: Keep-Alive"));
        assertThat(client.response(200).names("connection", "keep-alive")).isTrue();

        client.send(head("GET / HTTP/1.0")).response(200);
        client.expectEnd();
    }

    @Test
    void passesNoKeepAliveFieldsOn() throws Exception {
        client.send(head("GET / HTTP/1.0", "Connection: keep-alive", "Keep-Alive: timeout=5"))
                .response(200);

        assertThat(backend.request().has("keep-alive")).isFalse();
    }

    @Test
    void endsAChunkedResponseByClosing() throws Exception {
        client.send(head("GET /chunked HTTP/1.0"));

        WireMessage head = client.head();
        assertThat(head.has("transfer-encoding")).isFalse();
        assertThat(client.readToEnd()).isEqualTo("in chunks");
    }

    @Test
    void endsAChunkedResponseByClosingAlsoIfAskedToKeepAlive() throws Exception {
        client.send(head("GET /chunked HTTP/1.0", "Connection: keep-alive"));

        WireMessage head = client.head();
        assertThat(head.has("transfer-encoding")).isFalse();
        assertThat(head.names("connection", "keep-alive")).isFalse();
        assertThat(client.readToEnd()).isEqualTo("in chunks");
    }

    @Test
    void getsNoInterimResponse() throws Exception {
        client.send(head("GET /hints HTTP/1.0"));

        assertThat(client.response(200).body()).isEqualTo("after hints");
    }

    @Test
    void getsNoContinueWhateverItExpects() throws Exception {
        client.send(head("POST /continue HTTP/1.0", "Expect: 100-continue", "Content-Length: 4") + "data");

        assertThat(client.response(200).body()).isEqualTo("continued");
    }

    @Test
    void cannotUpgrade() throws Exception {
        client.send(head("GET / HTTP/1.0", "Connection: upgrade", "Upgrade: websocket"))
                .response(200);

        assertThat(backend.request().has("upgrade")).isFalse();
    }

    @Test
    void isAnsweredAfterAHalfClose() throws Exception {
        client.send(head("GET / HTTP/1.0")).halfClose();

        client.response(200);
        client.expectEnd();
    }
}
