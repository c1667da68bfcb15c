package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectRefusal;
import static io.sluice.proxy.Refusals.refused;
import static io.sluice.proxy.Refusals.shown;
import static io.sluice.testing.HttpText.chunk;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.postChunked;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Request bodies that are refused: RFC 9112 section 7, RFC 9110 section 15.5.14. */
final class RequestBodyRefusalTest {
    private static final String CHUNKED = request("POST / HTTP/1.1", "Transfer-Encoding: chunked");

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> ok(request.body()));

    @AutoClose
    private final RunningGateway gateway = RunningGateway.of(Setup.of(backend).route("limits: { body: 1KiB }"));

    @AutoClose
    private final RawPeer client = gateway.client();

    RequestBodyRefusalTest() throws IOException {}

    static Stream<Arguments> chunks() {
        return Stream.of(
                        "g\r\n",
                        "\r\n",
                        "-1\r\n",
                        "+5\r\nhello\r\n0\r\n\r\n",
                        "0x5\r\nhello\r\n0\r\n\r\n",
                        " 5\r\nhello\r\n0\r\n\r\n",
                        "5 \r\nhello\r\n0\r\n\r\n",
                        "5\nhello\r\n0\r\n\r\n",
                        "5\rhello\r\n0\r\n\r\n",
                        "5\r\nhello0\r\n\r\n",
                        "5\r\nhello\n0\r\n\r\n",
                        "5\r\nhello\r0\r\n\r\n",
                        "5\r\nhelloworld\r\n0\r\n\r\n",
                        "5\0\r\nhello\r\n0\r\n\r\n",
                        "8000000000000000\r\n",
                        "FFFFFFFFFFFFFFFF\r\n",
                        "10000000000000005\r\n",
                        "00000000000000000000000000000005\r\nhello\r\n0\r\n\r\n",
                        "5;a=b\nc\r\nhello\r\n0\r\n\r\n",
                        "5;a=b\rc\r\nhello\r\n0\r\n\r\n",
                        "5;a\0\r\nhello\r\n0\r\n\r\n",
                        "5;a=\u0001\r\nhello\r\n0\r\n\r\n",
                        "5;" + "a".repeat(20_000) + "\r\nhello\r\n0\r\n\r\n")
                .map(chunks -> refused(shown(chunks), Failure.REQUEST_CHUNK, chunks));
    }

    static Stream<Arguments> trailers() {
        return Stream.of(
                        "X : a\r\n\r\n",
                        "X\r\n\r\n",
                        ": a\r\n\r\n",
                        "X: a\0b\r\n\r\n",
                        "X: a\nY: b\r\n\r\n",
                        "X: a\rY: b\r\n\r\n",
                        "X: a\r\n b\r\n\r\n",
                        " X: a\r\n\r\n",
                        "X: a\r\n\n",
                        "X Y: a\r\n\r\n",
                        "X: " + "a".repeat(40_000) + "\r\n\r\n",
                        "X: a\r\n".repeat(200) + "\r\n")
                .map(trailers -> refused(shown(trailers), Failure.REQUEST_TRAILERS, "0\r\n" + trailers));
    }

    @ParameterizedTest
    @MethodSource({"chunks", "trailers"})
    void refuses(Failure failure, String body) throws Exception {
        client.send(CHUNKED + body);

        expectRefusal(client, failure);
        assertThat(backend.requests()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource({"chunks", "trailers"})
    void refusesByteByByte(Failure failure, String body) throws Exception {
        client.sendByteByByte(CHUNKED + body.substring(0, Math.min(5_000, body.length())));
        client.send(body.substring(Math.min(5_000, body.length())));

        expectRefusal(client, failure);
        assertThat(backend.requests()).isEmpty();
    }

    @Test
    void cutsTheUpstreamRequestShortWhoseBodyTurnsOutBad() throws Exception {
        try (ScriptedBackend other = ScriptedBackend.byHand();
                RunningGateway through = RunningGateway.before(other);
                RawPeer sender = through.client()) {
            sender.send(CHUNKED + chunk("good"));
            RawPeer upstream = other.accept();
            upstream.head();
            assertThat(upstream.read(9)).isEqualTo("4\r\ngood\r\n");

            sender.send("bad\r");
            sender.send("bad\r\n");

            expectRefusal(sender, Failure.REQUEST_CHUNK);
            assertThat(upstream.readUntilGone()).isEmpty();
        }
    }

    @Test
    void takesABodyOfExactlyTheLimit() throws Exception {
        client.send(post("/", "a".repeat(1024))).response(200);
        client.send(postChunked("/", "a".repeat(1000), "a".repeat(24))).response(200);
    }

    @Test
    void refusesABodyLargerThanTheRouteAllowsByItsLength() throws Exception {
        client.send(post("/", "a".repeat(1025)));

        expectRefusal(client, Failure.REQUEST_BODY_LARGE);
        assertThat(backend.connections()).isZero();
    }

    @Test
    void refusesABodyThatIsOnlyAnnounced() throws Exception {
        client.send(request("POST / HTTP/1.1", "Content-Length: 1000000000000"));

        expectRefusal(client, Failure.REQUEST_BODY_LARGE);
        assertThat(backend.connections()).isZero();
    }

    @Test
    void refusesInsteadOfSayingContinue() throws Exception {
        client.send(request("POST / HTTP/1.1", "Content-Length: 1025", "Expect: 100-continue"));

        expectRefusal(client, Failure.REQUEST_BODY_LARGE);
        assertThat(backend.connections()).isZero();
    }

    @Test
    void refusesChunksThatAddUpToMoreThanTheRouteAllows() throws Exception {
        client.send(CHUNKED + chunk("a".repeat(1000)) + chunk("a".repeat(24)) + chunk("b"));

        expectRefusal(client, Failure.REQUEST_BODY_LARGE);
        assertThat(backend.requests()).isEmpty();
    }

    @Test
    void refusesOneChunkThatIsLargerThanTheRouteAllows() throws Exception {
        client.send(CHUNKED + "7fffffff\r\n" + "a".repeat(2000));

        expectRefusal(client, Failure.REQUEST_BODY_LARGE);
        assertThat(backend.requests()).isEmpty();
    }

    @Test
    void refusesTheSecondRequestAfterAnsweringTheFirst() throws Exception {
        client.send(post("/", "first") + CHUNKED + "zz\r\n");

        assertThat(client.response(200).body()).isEqualTo("first");
        expectRefusal(client, Failure.REQUEST_CHUNK);
    }

    @Test
    void takesNoLengthForNoBody() throws Exception {
        client.send(request("POST / HTTP/1.1") + head("GET /next HTTP/1.1", "Host: a"));

        client.response(200);
        client.response(200);
        assertThat(backend.requests()).hasSize(2);
    }
}
