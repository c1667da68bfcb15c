package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectRefusal;
import static io.sluice.testing.HttpText.chunk;
import static io.sluice.testing.HttpText.chunked;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.request;
import static io.sluice.testing.HttpText.response;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.Aside;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of any framing pass through piece by piece and unchanged: RFC 9112 section 6. */
final class BodyStreamingTest {
    private static final String CHUNKED_OK = head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked");

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    @AutoClose
    private final RunningGateway gateway = RunningGateway.of(Setup.of(backend).streaming());

    @AutoClose
    private final RawPeer client = gateway.client();

    BodyStreamingTest() throws IOException {}

    private static String random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return new String(bytes, ISO_8859_1);
    }

    // ---- requests

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 16_384, 65_536, 262_144, 262_145, 3_000_000})
    void passesASizedRequestBodyOn(int length) throws Exception {
        String body = random(length);
        Aside.start(() -> client.send(post("/", body)));

        WireMessage request = backend.accept().request();

        assertThat(request.value("content-length")).isEqualTo(Integer.toString(length));
        assertThat(request.body().equals(body)).isTrue();
    }

    @Test
    void passesAChunkedRequestBodyOn() throws Exception {
        client.send(request("POST / HTTP/1.1", "Transfer-Encoding: chunked"));
        RawPeer upstream = backend.accept();
        String body = random(1_000_000);
        Aside.start(() -> client.send(chunked(body.substring(0, 7), body.substring(7))));

        WireMessage request = upstream.request();

        assertThat(request.has("content-length")).isFalse();
        assertThat(request.body().equals(body)).isTrue();
    }

    @Test
    void passesEachPieceOfARequestOnWhenItComes() throws Exception {
        client.send(request("POST / HTTP/1.1", "Content-Length: 10"));
        RawPeer upstream = backend.accept();
        assertThat(upstream.head().startLine()).isEqualTo("POST / HTTP/1.1");

        for (String piece : new String[] {"01", "234", "5", "6789"}) {
            client.send(piece);
            assertThat(upstream.read(piece.length())).isEqualTo(piece);
        }
    }

    @Test
    void passesEachChunkOfARequestOnWhenItComes() throws Exception {
        client.send(request("POST / HTTP/1.1", "Transfer-Encoding: chunked"));
        RawPeer upstream = backend.accept();
        upstream.head();

        client.send(chunk("first"));
        assertThat(upstream.read(10)).isEqualTo(chunk("first"));
        client.send(chunk("second"));
        assertThat(upstream.read(11)).isEqualTo(chunk("second"));
        client.send("0\r\n\r\n");
        assertThat(upstream.read(5)).isEqualTo("0\r\n\r\n");
    }

    @Test
    void passesTrailersOfARequestOn() throws Exception {
        client.send(request("POST / HTTP/1.1", "Transfer-Encoding: chunked", "Trailer: X-Sum")
                + "2\r\nok\r\n0\r\nX-Sum: 42\r\nX-Other: a\r\n\r\n");

        WireMessage request = backend.accept().request();

        assertThat(request.trailer("x-sum")).containsExactly("42");
        assertThat(request.trailer("x-other")).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked", "Host: evil"})
    void refusesATrailerThatFramesOrRoutes(String trailer) throws Exception {
        client.send(request("POST / HTTP/1.1", "Transfer-Encoding: chunked") + chunk("body"));
        RawPeer upstream = backend.accept();
        upstream.head();
        assertThat(upstream.read(9)).isEqualTo(chunk("body"));

        client.send("0\r\n" + trailer + "\r\n\r\n");

        expectRefusal(client, Failure.REQUEST_TRAILERS);
        assertThat(upstream.readUntilGone()).isEmpty();
    }

    // ---- responses

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 16_384, 65_536, 262_144, 262_145, 3_000_000})
    void passesASizedResponseBodyOn(int length) throws Exception {
        String body = random(length);
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        Aside.start(() -> upstream.send(ok(body)));

        WireMessage response = client.response(200);

        assertThat(response.value("content-length")).isEqualTo(Integer.toString(length));
        assertThat(response.body().equals(body)).isTrue();
    }

    @Test
    void passesAChunkedResponseBodyOn() throws Exception {
        String body = random(1_000_000);
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        Aside.start(() -> upstream.send(CHUNKED_OK + chunked(body.substring(0, 7), body.substring(7))));

        WireMessage response = client.response(200);

        assertThat(response.has("content-length")).isFalse();
        assertThat(response.body().equals(body)).isTrue();
    }

    @Test
    void passesAResponseOnThatEndsWithItsConnection() throws Exception {
        String body = random(1_000_000);
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        Aside.start(() -> upstream.send(head("HTTP/1.1 200 OK", "X: a") + body).close());

        WireMessage response = client.response(200);

        assertThat(response.value("x")).isEqualTo("a");
        assertThat(response.body().equals(body)).isTrue();
    }

    @Test
    void keepsTheClientAfterAResponseThatEndsWithItsConnection() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 200 OK") + "body").close();
        assertThat(client.response(200).body()).isEqualTo("body");

        client.send(get("/next"));
        RawPeer next = backend.accept();
        next.request();
        next.send(ok("next"));
        assertThat(client.response(200).body()).isEqualTo("next");
    }

    @Test
    void passesEachPieceOfAResponseOnWhenItComes() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();

        upstream.send(head("HTTP/1.1 200 OK", "Content-Length: 10"));
        client.head();
        for (String piece : new String[] {"01", "234", "5", "6789"}) {
            upstream.send(piece);
            assertThat(client.read(piece.length())).isEqualTo(piece);
        }
    }

    @Test
    void passesEachChunkOfAResponseOnWhenItComes() throws Exception {
        client.send(get("/events"));
        RawPeer upstream = backend.accept();
        upstream.request();

        upstream.send(CHUNKED_OK);
        client.head();
        for (int i = 10; i < 20; i++) {
            upstream.send(chunk("event " + i));
            assertThat(client.read(13)).isEqualTo(chunk("event " + i));
        }
    }

    @Test
    void passesTrailersOfAResponseOn() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(CHUNKED_OK + "2\r\nok\r\n0\r\nX-Sum: 42\r\n\r\n");

        WireMessage response = client.response(200);

        assertThat(response.body()).isEqualTo("ok");
        assertThat(response.trailer("x-sum")).containsExactly("42");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sized", "chunked"})
    void passesAnEmptyBodyOn(String kind) throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();

        upstream.send(kind.equals("sized") ? ok("") : CHUNKED_OK + "0\r\n\r\n");

        assertThat(client.response(200).body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1000000", "Transfer-Encoding: chunked", "X: no length"})
    void answersHeadWithoutABody(String field) throws Exception {
        client.send(request("HEAD / HTTP/1.1"));
        RawPeer upstream = backend.accept();
        assertThat(upstream.request().method()).isEqualTo("HEAD");
        upstream.send(head("HTTP/1.1 200 OK", field));

        WireMessage head = client.head();

        assertThat(head.startLine()).isEqualTo("HTTP/1.1 200 OK");
        if (field.startsWith("Content-Length")) {
            assertThat(head.value("content-length")).isEqualTo("1000000");
        }
        client.send(get("/"));
        upstream.request();
        upstream.send(ok("next"));
        assertThat(client.response(200).body()).isEqualTo("next");
    }

    @ParameterizedTest
    @ValueSource(strings = {"204 No Content", "304 Not Modified", "205 Reset Content"})
    void passesAResponseWithoutABodyOn(String status) throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(status.startsWith("205") ? response(status, "") : head("HTTP/1.1 " + status, "ETag: \"a\""));

        client.response(Integer.parseInt(status.substring(0, 3)));

        client.send(get("/"));
        upstream.request();
        upstream.send(ok("next"));
        assertThat(client.response(200).body()).isEqualTo("next");
    }

    @Test
    void keepsTheLengthOfANotModifiedResponse() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 304 Not Modified", "Content-Length: 12", "ETag: \"a\""));

        WireMessage response = client.response(304);

        assertThat(response.value("etag")).isEqualTo("\"a\"");
        assertThat(response.value("content-length")).isIn("12", null);
    }
}
