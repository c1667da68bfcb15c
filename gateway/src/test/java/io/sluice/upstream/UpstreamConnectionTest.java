package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.http.Head;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One connection and the bytes on it: requests and responses. */
final class UpstreamConnectionTest {
    private Line line;

    @BeforeEach
    void open() throws IOException {
        line = new Line(Gate.limits().max(4));
    }

    @AfterEach
    void close() throws IOException {
        line.close();
    }

    // ---- requests

    @Test
    void writesAHeadWithoutABody() throws Exception {
        line.sent("GET", "X-A: b\r\n", 0);
        assertThat(line.backend.accept().head().head()).isEqualTo("GET / HTTP/1.1\r\nHost: test\r\nX-A: b\r\n\r\n");
    }

    @Test
    void sendsHeadAndFirstBodyBytesInOneWrite() throws Exception {
        Attempt attempt = line.leased();
        attempt.on(() -> {
            attempt.send(Messages.request("POST", "/", "Content-Length: 5\r\n"), 5, false);
            attempt.body("hello");
        });
        assertThat(line.backend.accept().readOnce()).endsWith("\r\n\r\nhello");
    }

    @Test
    void writesABodyOfKnownLengthAsItIs() throws Exception {
        Attempt attempt = line.sent("POST", "Content-Length: 10\r\n", 10);
        RawPeer peer = line.backend.accept();
        peer.head();
        attempt.body("hello");
        assertThat(peer.read(5)).isEqualTo("hello");
        attempt.body("world").finish();
        assertThat(peer.read(5)).isEqualTo("world");
        peer.send(HttpText.ok("ok"));
        assertThat(attempt.outcome()).isEqualTo("head 200 2, body ok, end");
        line.assertIdle();
    }

    @Test
    void framesABodyOfUnknownLengthInChunks() throws Exception {
        Attempt attempt = line.sent("POST", "Transfer-Encoding: chunked\r\n", Head.CHUNKED);
        RawPeer peer = line.backend.accept();
        assertThat(peer.head().head()).contains("Transfer-Encoding: chunked");
        attempt.body("hello").body("").body("0123456789abcdef!").finish();
        String chunks = HttpText.chunked("hello", "0123456789abcdef!");
        assertThat(peer.read(chunks.length())).isEqualTo(chunks);
        peer.send(HttpText.ok("ok"));
        assertThat(attempt.outcome()).isEqualTo("head 200 2, body ok, end");
        line.assertIdle();
    }

    @Test
    void refusesMoreBodyThanTheRequestAnnounced() {
        Attempt attempt = line.sent("POST", "Content-Length: 3\r\n", 3);
        assertThatThrownBy(() -> attempt.body("hello")).hasMessage("body: 5 bytes (expected: at most 3)");
        assertThatThrownBy(attempt::finish).hasMessage("end of the body: 3 bytes missing (expected: 0)");
        attempt.body("hel").finish();
        assertThatThrownBy(() -> attempt.body("lo")).hasMessage("body: 2 bytes (expected: at most 0)");
        attempt.cancel();
    }

    @Test
    void refusesChunksBehindTheLastOne() {
        Attempt attempt = line.sent("POST", "Transfer-Encoding: chunked\r\n", Head.CHUNKED);
        attempt.finish();
        assertThatThrownBy(() -> attempt.body("late")).hasMessage("body: 4 bytes (expected: at most 0)");
        attempt.cancel();
    }

    @Test
    void tellsWhenTheEndpointTakesABodyAgain() throws Exception {
        Attempt attempt = line.sent("POST", "Transfer-Encoding: chunked\r\n", Head.CHUNKED);
        RawPeer peer = line.backend.accept();
        peer.head();
        String piece = "x".repeat(64 * 1024);
        int sent = 0;
        while (sent < 1000 && attempt.connection().isWritable()) {
            attempt.body(piece);
            sent++;
        }
        assertThat(attempt.connection().isWritable()).isFalse();
        int length = sent * (piece.length() + "10000\r\n\r\n".length());
        assertThat(peer.read(length).length()).isEqualTo(length);
        assertThat(attempt.next()).isEqualTo("writable");
        attempt.cancel();
    }

    // ---- responses

    @Test
    void endsAResponseExactlyAtItsLength() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
        assertThat(List.of(attempt.next(), attempt.next())).containsExactly("head 200 5", "body hel");
        peer.send("lo");
        assertThat(attempt.outcome()).isEqualTo("body lo, end");
        line.assertIdle();
    }

    @Test
    void takesAResponseByteByByte() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        String response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n";
        for (int i = 0; i < response.length(); i++) {
            peer.send(response.substring(i, i + 1));
        }
        assertThat(attempt.outcome()).isEqualTo("head 200 -1, body hello, end X-T=1");
        line.assertIdle();
    }

    @Test
    void readsChunksAndHandsOverTrailers() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\nX-T: 1\r\n\r\n");
        assertThat(attempt.outcome()).isEqualTo("head 200 -1, body hello!, end X-T=1");
        line.assertIdle();
    }

    @Test
    void readsUntilTheEndpointClosesWhereNothingElseEndsTheResponse() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send("HTTP/1.1 200 OK\r\n\r\nhello").halfClose();
        assertThat(attempt.outcome()).isEqualTo("head 200 -2, body hello, end");
        line.assertDiscarded(Discard.NOT_KEPT);
    }

    @Test
    void takesAResetForNoEndOfAResponse() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send("HTTP/1.1 200 OK\r\n\r\nhello");
        assertThat(List.of(attempt.next(), attempt.next())).containsExactly("head 200 -2", "body hello");
        peer.reset();
        assertThat(attempt.outcome()).isEqualTo("failed RESPONSE_TRUNCATED");
        line.assertDiscarded(Discard.FAILED);
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD, HTTP/1.1 200 OK|Content-Length: 5||, head 200 0",
        "HEAD, HTTP/1.1 200 OK|Transfer-Encoding: chunked||, head 200 0",
        "HEAD, HTTP/1.1 200 OK||, head 200 0",
        "GET, HTTP/1.1 204 No Content||, head 204 0",
        "GET, HTTP/1.1 304 Not Modified|Content-Length: 5||, head 304 0",
        "GET, HTTP/1.1 200 OK|Content-Length: 0||, head 200 0",
    })
    void expectsNoBodyWhereThereIsNone(String method, String response, String head) throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.sent(method, "", 0);
        peer.head();
        peer.send(response.replace("|", "\r\n"));
        assertThat(attempt.outcome()).isEqualTo(head + ", end");
        line.assertIdle();
    }

    @Test
    void passesInterimResponsesOn() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n")
                .send(HttpText.ok("x"));
        assertThat(attempt.outcome()).isEqualTo("interim 100, interim 103, head 200 1, body x, end");
        line.assertIdle();
    }

    @Test
    void refusesMoreInterimResponsesThanTheLimit() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(17));
        assertThat(attempt.outcome()).isEqualTo("interim 103, ".repeat(16) + "failed RESPONSE_HEAD");
        line.assertDiscarded(Discard.FAILED);
    }

    @Test
    void stopsReadingWhilePaused() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        attempt.onBody(() -> attempt.connection().pause());
        int length = 30_000_000;
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length));
            } catch (IOException gone) {
                // the test has failed
            }
        });
        assertThat(attempt.next()).isEqualTo("head 200 " + length);
        int received = attempt.next().length() - "body ".length();
        while (received < length) {
            // each resume lets one read through, which pauses again
            assertThat(attempt.isQuiet()).isTrue();
            assertThat(sender.isAlive() || length - received < 20_000_000).isTrue();
            attempt.on(() -> attempt.connection().resume());
            String piece = attempt.next();
            assertThat(piece).startsWith("body ");
            received += piece.length() - "body ".length();
        }
        assertThat(received).isEqualTo(length);
        assertThat(attempt.next()).isEqualTo("end");
        line.assertIdle();
        assertThat(line.used(peer)).isEqualTo("head 200 4, body used, end");
    }

    // ---- responses that come before the request is complete

    @Test
    void endsTheAttemptWhenTheResponseIsCompleteBeforeTheRequest() throws Exception {
        Attempt attempt = line.sent("POST", "Content-Length: 10\r\n", 10);
        RawPeer peer = line.backend.accept();
        peer.head();
        attempt.body("hello");
        peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
        assertThat(attempt.outcome()).isEqualTo("head 413 2, body no, end");
        attempt.body("world").finish();
        line.assertDiscarded(Discard.EARLY_RESPONSE);
    }

    @Test
    void keepsOneWhoseResponseBeganBeforeTheRequestWasComplete() throws Exception {
        Attempt attempt = line.sent("POST", "Content-Length: 10\r\n", 10);
        RawPeer peer = line.backend.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfi");
        assertThat(List.of(attempt.next(), attempt.next())).containsExactly("head 200 4", "body fi");
        attempt.body("helloworld").finish();
        peer.send("ne");
        assertThat(attempt.outcome()).isEqualTo("body ne, end");
        line.assertIdle();
    }

    // ---- many

    @Test
    void hasManyAtOnce() throws Exception {
        List<Attempt> attempts =
                IntStream.range(0, 4).mapToObj(i -> line.leased().get("/" + i)).toList();
        for (int i = 0; i < 4; i++) {
            RawPeer peer = line.backend.accept();
            String target = peer.head().target();
            peer.send(HttpText.ok(target));
        }
        for (int i = 0; i < 4; i++) {
            assertThat(attempts.get(i).outcome()).isEqualTo("head 200 2, body /" + i + ", end");
        }
        assertThat(line.gate.figures().idle()).isEqualTo(4);
    }
}
