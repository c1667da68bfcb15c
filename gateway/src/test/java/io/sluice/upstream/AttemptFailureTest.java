package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts that fail or are cancelled, and what becomes of their connection. */
final class AttemptFailureTest {
    private Line line;

    @BeforeEach
    void open() throws IOException {
        line = new Line(Gate.limits().max(4));
    }

    @AfterEach
    void close() throws IOException {
        line.close();
    }

    // ---- failures

    @ParameterizedTest
    @CsvSource({
        "RESPONSE_HEAD, nonsense||",
        "RESPONSE_HEAD, HTTP/1.1 99 Low||",
        "RESPONSE_HEAD, HTTP/2 200 OK||",
        "RESPONSE_HEAD, HTTP/1.1 200 OK|Bad Name: x||",
        "RESPONSE_HEAD, HTTP/1.1 200 OK|A: b| c||",
        "RESPONSE_AMBIGUOUS, HTTP/1.1 200 OK|Content-Length: 2|Transfer-Encoding: chunked||",
        "RESPONSE_AMBIGUOUS, HTTP/1.1 200 OK|Content-Length: 2|Content-Length: 3||",
        "RESPONSE_ENCODING, HTTP/1.1 200 OK|Transfer-Encoding: gzip||",
    })
    void failsAtAResponseHeadThatIsMalformedOrAmbiguous(String failure, String response) throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send(response.replace("|", "\r\n"));
        assertThat(attempt.outcome()).isEqualTo("failed " + failure);
        line.assertDiscarded(Discard.FAILED);
        peer.expectReset();
    }

    @Test
    void failsAtABareLineFeed() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send("HTTP/1.1 200 OK\nContent-Length: 2\n\nok");
        assertThat(attempt.outcome()).isEqualTo("failed RESPONSE_HEAD");
        line.assertDiscarded(Discard.FAILED);
    }

    @Test
    void failsAtAHeadThatIsTooLarge() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send("HTTP/1.1 200 OK\r\nX: " + "x".repeat(70_000) + "\r\n\r\n");
        assertThat(attempt.outcome()).isEqualTo("failed RESPONSE_HEAD_LARGE");
        line.assertDiscarded(Discard.FAILED);
    }

    @Test
    void failsAtAMalformedChunk() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokxx");
        assertThat(attempt.outcome()).isEqualTo("head 200 -1, body ok, failed RESPONSE_CHUNK");
        line.assertDiscarded(Discard.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10", "Transfer-Encoding: chunked"})
    void failsWhenTheBodyEndsTooEarly(String framing) throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n5\r\nhe").halfClose();
        assertThat(attempt.outcome()).endsWith("failed RESPONSE_TRUNCATED");
        line.assertDiscarded(Discard.FAILED);
    }

    @Test
    void callsAUsedOneStaleThatEndsBeforeTheResponse() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.halfClose();
        assertThat(attempt.outcome()).isEqualTo("failed UPSTREAM_CLOSED stale");
        line.assertDiscarded(Discard.FAILED);
    }

    @Test
    void callsAUsedOneStaleThatIsResetBeforeTheResponse() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.reset();
        assertThat(attempt.outcome()).isEqualTo("failed UPSTREAM_CLOSED stale");
        line.assertDiscarded(Discard.FAILED);
    }

    @Test
    void doesNotCallAFreshOneStale() throws Exception {
        Attempt attempt = line.leased().get("/");
        RawPeer peer = line.backend.accept();
        peer.head();
        peer.close();
        assertThat(attempt.outcome()).isEqualTo("failed UPSTREAM_CLOSED");
        line.assertDiscarded(Discard.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"H", "HTTP/1.1 100 Continue\r\n\r\n"})
    void doesNotCallOneStaleThatHasBegunToRespond(String begun) throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send(begun).halfClose();
        assertThat(attempt.outcome()).endsWith("failed RESPONSE_TRUNCATED");
        line.assertDiscarded(Discard.FAILED);
    }

    @Test
    void tellsLaterThatOneDiedBetweenLeaseAndSend() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.leased();
        peer.reset();
        line.gate.until("closed", () -> line.gate.figures().open() == 0);
        attempt.on(() -> {
            attempt.get("/");
            assertThat(attempt.isQuiet()).isTrue();
        });
        assertThat(attempt.outcome()).isEqualTo("failed UPSTREAM_CLOSED stale");
        line.assertDiscarded(Discard.ENDPOINT_CLOSED);
    }

    @Test
    void tellsNothingIfOneDiedBetweenLeaseAndSendAndTheAttemptIsCancelled() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.leased();
        peer.reset();
        line.gate.until("closed", () -> line.gate.figures().open() == 0);
        attempt.on(() -> attempt.get("/").cancel()).on(() -> {});
        assertThat(attempt.isQuiet()).isTrue();
        line.assertDiscarded(Discard.ENDPOINT_CLOSED);
    }

    // ---- cancel

    @Test
    void givesOneBackOnWhichNothingWasSent() throws Exception {
        RawPeer peer = line.used();
        line.leased().cancel();
        assertThat(line.used(peer)).isEqualTo("head 200 4, body used, end");
        assertThat(line.gate.figures().opened()).isEqualTo(1);
    }

    @Test
    void resetsOneWhoseAttemptIsCancelled() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer).cancel();
        peer.expectReset();
        line.assertDiscarded(Discard.CANCELLED);
        assertThat(attempt.isQuiet()).isTrue();
    }

    @Test
    void tellsNothingAfterACancelFromWithinTheHead() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        attempt.onHead(() -> attempt.connection().cancel());
        peer.send(HttpText.ok("hello"));
        assertThat(attempt.next()).isEqualTo("head 200 5");
        line.assertDiscarded(Discard.CANCELLED);
        assertThat(attempt.isQuiet()).isTrue();
    }

    @Test
    void tellsNothingAfterACancelFromWithinTheBody() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        attempt.onBody(() -> attempt.connection().cancel());
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\nX-T: 1\r\n\r\n");
        assertThat(List.of(attempt.next(), attempt.next())).containsExactly("head 200 -1", "body a");
        line.assertDiscarded(Discard.CANCELLED);
        assertThat(attempt.isQuiet()).isTrue();
    }

    @Test
    void readsCleanlyAfterAnAttemptWasCancelledInTheMiddleOfItsTrailers() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Ta");
        assertThat(List.of(attempt.next(), attempt.next())).containsExactly("head 200 -1", "body a");
        attempt.cancel();
        line.assertDiscarded(Discard.CANCELLED);
        Attempt next = line.leased().get("/");
        RawPeer fresh = line.backend.accept();
        fresh.head();
        fresh.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\nX-T: 1\r\n\r\n");
        assertThat(next.outcome()).isEqualTo("head 200 -1, body b, end X-T=1");
    }
}
