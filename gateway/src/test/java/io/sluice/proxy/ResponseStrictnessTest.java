package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.proxy.Refusals.refused;
import static io.sluice.proxy.Refusals.shown;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Stream.concat;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Responses that are malformed or of ambiguous length: RFC 9112 sections 4 to 7. Each gives 502 with its cause, and its
 * connection is discarded.
 */
final class ResponseStrictnessTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    @AutoClose
    private final RunningGateway gateway = RunningGateway.before(backend);

    @AutoClose
    private final RawPeer client = gateway.client();

    ResponseStrictnessTest() throws IOException {}

    static Stream<Arguments> statusLines() {
        return Stream.of(
                        "hello",
                        "HTTP/1.1",
                        "HTTP/1.1 20 OK",
                        "HTTP/1.1 2000 OK",
                        "HTTP/1.1 2x0 OK",
                        "HTTP/1.1 -20 OK",
                        "HTTP/1.1 099 No",
                        "HTTP/1.1 000 No",
                        "HTTP/1.1  200 OK",
                        "HTTP/1.1\t200 OK",
                        " HTTP/1.1 200 OK",
                        "HTTP/1.1 200OK",
                        "HTTP/1.1 200 O\0K",
                        "HTTP/1.1 200 O\u0001K",
                        "HTTP/2.0 200 OK",
                        "HTTP/1.2 200 OK",
                        "http/1.1 200 OK",
                        "ICY 200 OK",
                        "SIP/2.0 200 OK")
                .map(line -> refused(shown(line), Failure.RESPONSE_HEAD, head(line, "Content-Length: 2") + "ok"));
    }

    static Stream<Arguments> fields() {
        return Stream.of(
                        "X : a",
                        ": a",
                        "X",
                        "X Y: a",
                        "X@: a",
                        "X: a\0b",
                        "X: a\u0001b",
                        "X: a\u007fb",
                        "X: a\r\n b",
                        "X: a\r\n\tb",
                        " X: a",
                        "X: a\nY: b",
                        "X: a\rY: b")
                .map(field -> refused(
                        shown(field),
                        Failure.RESPONSE_HEAD,
                        "HTTP/1.1 200 OK\r\n" + field + "\r\nContent-Length: 2\r\n\r\nok"));
    }

    static Stream<Arguments> lineEnds() {
        return Stream.of(
                refused("LF only", Failure.RESPONSE_HEAD, ok("ok").replace("\r", "")),
                refused("LF after the status line", Failure.RESPONSE_HEAD, ok("ok").replaceFirst("\r", "")),
                refused("CR only", Failure.RESPONSE_HEAD, ok("ok").replace("\n", "")),
                refused("CR CR LF", Failure.RESPONSE_HEAD, ok("ok").replaceFirst("\r", "\r\r")));
    }

    static Stream<Arguments> framings() {
        Stream<Arguments> ambiguous = Stream.of(
                        "Content-Length: 2\r\nTransfer-Encoding: chunked",
                        "Transfer-Encoding: chunked\r\nContent-Length: 2",
                        "Content-Length: 2\r\nContent-Length: 2",
                        "Content-Length: 2\r\nContent-Length: 3",
                        "Content-Length: 2, 2",
                        "Content-Length: 2,3",
                        "Content-Length:",
                        "Content-Length: +2",
                        "Content-Length: -2",
                        "Content-Length: 0x2",
                        "Content-Length: 2 2",
                        "Content-Length: 99999999999999999999")
                .map(fields -> framed(Failure.RESPONSE_AMBIGUOUS, fields));
        Stream<Arguments> unsupported = Stream.of(
                        "Transfer-Encoding: gzip",
                        "Transfer-Encoding: gzip, chunked",
                        "Transfer-Encoding: chunked, gzip",
                        "Transfer-Encoding: chunked, chunked",
                        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                        "Transfer-Encoding: chunked;x=y",
                        "Transfer-Encoding: identity",
                        "Transfer-Encoding: xchunked",
                        "Transfer-Encoding:")
                .map(fields -> framed(Failure.RESPONSE_ENCODING, fields));
        return concat(ambiguous, unsupported);
    }

    private static Arguments framed(Failure failure, String fields) {
        return refused(shown(fields), failure, "HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\nok");
    }

    static Stream<Arguments> sizes() {
        String[] many = Stream.generate(() -> "X: a").limit(2000).toArray(String[]::new);
        return Stream.of(
                refused(
                        "an endless field",
                        Failure.RESPONSE_HEAD_LARGE,
                        "HTTP/1.1 200 OK\r\nX: " + "a".repeat(500_000)),
                refused("too many fields", Failure.RESPONSE_HEAD_LARGE, head("HTTP/1.1 200 OK", many)),
                refused("an endless reason", Failure.RESPONSE_HEAD_LARGE, "HTTP/1.1 200 " + "a".repeat(500_000)));
    }

    @ParameterizedTest
    @MethodSource({"statusLines", "fields", "lineEnds", "framings", "sizes"})
    void answers502AndDiscardsTheConnection(Failure failure, String response) throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();

        sendWhatIsTaken(upstream, response.getBytes(ISO_8859_1));

        expectFailure(client, failure);
        upstream.expectGone();
    }

    /** The connection may be discarded while there is still something to send. */
    private static void sendWhatIsTaken(RawPeer upstream, byte[]... pieces) {
        try {
            for (byte[] piece : pieces) {
                upstream.send(piece);
            }
        } catch (IOException discarded) {
            assertThat(discarded).hasMessageMatching(".*(reset|Broken pipe).*");
        }
    }

    @ParameterizedTest
    @MethodSource({"statusLines", "fields", "lineEnds", "framings"})
    void answers502AlsoByteByByte(Failure failure, String response) throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();

        byte[] bytes = response.getBytes(ISO_8859_1);
        byte[][] single = new byte[bytes.length][];
        for (int i = 0; i < bytes.length; i++) {
            single[i] = new byte[] {bytes[i]};
        }
        sendWhatIsTaken(upstream, single);

        expectFailure(client, failure);
    }

    @Test
    void answersTheNextRequestOverAFreshConnection() throws Exception {
        client.send(get("/"));
        RawPeer bad = backend.accept();
        bad.request();
        bad.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok" + ok("evil"));
        expectFailure(client, Failure.RESPONSE_AMBIGUOUS);

        try (RawPeer other = gateway.client()) {
            other.send(get("/"));
            RawPeer good = backend.accept();
            good.request();
            good.send(ok("good"));

            assertThat(other.response(200).body()).isEqualTo("good");
        }
    }

    @Test
    void answers502WhenTransferEncodingComesInHttp10() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();

        upstream.send("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");

        assertThat(client.response().status()).isEqualTo(502);
        upstream.expectGone();
    }

    @Test
    void answers502ToAnUpgradeThatNobodyAskedFor() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();

        upstream.send(head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: websocket"));

        expectFailure(client, Failure.RESPONSE_UPGRADE);
        upstream.expectGone();
    }

    @Test
    void answers502WhenTheConnectionEndsWithoutAResponse() throws Exception {
        // a POST, since a GET might be tried again
        client.send(request("POST / HTTP/1.1", "Content-Length: 0"));
        RawPeer upstream = backend.accept();
        upstream.request();

        upstream.close();

        expectFailure(client, Failure.UPSTREAM_CLOSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"H", "HTTP/1.1", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"})
    void answers502WhenTheConnectionEndsInsideTheHead(String start) throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();

        upstream.send(start).close();

        expectFailure(client, Failure.RESPONSE_TRUNCATED);
    }

    @Test
    void keepsTheClientConnectionAfterAnAnswerOfItsOwn() throws Exception {
        client.send(get("/"));
        RawPeer bad = backend.accept();
        bad.request();
        bad.send("nonsense\r\n\r\n");
        assertThat(client.response().names("connection", "close")).isFalse();

        client.send(get("/"));
        RawPeer good = backend.accept();
        good.request();
        good.send(ok("good"));
        assertThat(client.response(200).body()).isEqualTo("good");
    }
}
