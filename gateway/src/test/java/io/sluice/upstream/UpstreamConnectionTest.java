package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection and the bytes on it: requests, responses, and when it is used again. */
final class UpstreamConnectionTest {
    private ScriptedBackend backend;
    private Gate gate;

    @BeforeEach
    void open() throws IOException {
        backend = ScriptedBackend.byHand();
        gate = new Gate(1, Gate.limits().max(4), backend.port());
    }

    @AfterEach
    void close() throws IOException {
        gate.close();
        backend.close();
    }

    private Attempt leased() {
        Attempt attempt = gate.attempt().lease();
        assertThat(attempt.next()).isEqualTo("leased");
        return attempt;
    }

    private Attempt sent(String method, String lines, long body) {
        return leased().send(Messages.request(method, "/", lines), body, false);
    }

    /** A GET that has reached the backend. */
    private Attempt get(RawPeer peer) throws IOException {
        Attempt attempt = leased().get("/");
        peer.head();
        return attempt;
    }

    /** The backend's side of the first connection, which has carried one exchange and is idle. */
    private RawPeer used() throws Exception {
        Attempt attempt = leased().get("/");
        RawPeer peer = backend.accept();
        Gate.serve(peer, "used");
        assertThat(attempt.outcome()).isEqualTo("head 200 4, body used, end");
        return peer;
    }

    private void assertDiscarded(Discard reason) throws InterruptedException {
        gate.until(
                "discarded: " + reason,
                () -> gate.closed(reason) == 1 && gate.figures().open() == 0);
        assertThat(gate.figures().leased()).isZero();
        assertThat(gate.figures().inFlight()).isZero();
    }

    private void assertIdle() {
        assertThat(gate.figures().idle()).isEqualTo(1);
        assertThat(gate.figures().leased()).isZero();
        assertThat(gate.figures().inFlight()).isZero();
    }

    // ---- requests

    @Test
    void writesAHeadWithoutABody() throws Exception {
        sent("GET", "X-A: b\r\n", 0);
        assertThat(backend.accept().head().head()).isEqualTo("GET / HTTP/1.1\r\nHost: test\r\nX-A: b\r\n\r\n");
    }

    @Test
    void sendsHeadAndFirstBodyBytesInOneWrite() throws Exception {
        Attempt attempt = leased();
        attempt.on(() -> {
            attempt.send(Messages.request("POST", "/", "Content-Length: 5\r\n"), 5, false);
            attempt.body("hello");
        });
        assertThat(backend.accept().readOnce()).endsWith("\r\n\r\nhello");
    }

    @Test
    void writesABodyOfKnownLengthAsItIs() throws Exception {
        Attempt attempt = sent("POST", "Content-Length: 10\r\n", 10);
        RawPeer peer = backend.accept();
        peer.head();
        attempt.body("hello");
        assertThat(peer.read(5)).isEqualTo("hello");
        attempt.body("world").finish();
        assertThat(peer.read(5)).isEqualTo("world");
        peer.send(HttpText.ok("ok"));
        assertThat(attempt.outcome()).isEqualTo("head 200 2, body ok, end");
        assertIdle();
    }

    @Test
    void framesABodyOfUnknownLengthInChunks() throws Exception {
        Attempt attempt = sent("POST", "Transfer-Encoding: chunked\r\n", io.sluice.http.Head.CHUNKED);
        RawPeer peer = backend.accept();
        assertThat(peer.head().head()).contains("Transfer-Encoding: chunked");
        attempt.body("hello").body("").body("0123456789abcdef!").finish();
        String chunks = HttpText.chunked("hello", "0123456789abcdef!");
        assertThat(peer.read(chunks.length())).isEqualTo(chunks);
        peer.send(HttpText.ok("ok"));
        assertThat(attempt.outcome()).isEqualTo("head 200 2, body ok, end");
        assertIdle();
    }

    @Test
    void tellsWhenTheEndpointTakesABodyAgain() throws Exception {
        Attempt attempt = sent("POST", "Transfer-Encoding: chunked\r\n", io.sluice.http.Head.CHUNKED);
        RawPeer peer = backend.accept();
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
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
        assertThat(List.of(attempt.next(), attempt.next())).containsExactly("head 200 5", "body hel");
        peer.send("lo");
        assertThat(attempt.outcome()).isEqualTo("body lo, end");
        assertIdle();
    }

    @Test
    void takesAResponseByteByByte() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        String response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n";
        for (int i = 0; i < response.length(); i++) {
            peer.send(response.substring(i, i + 1));
        }
        assertThat(attempt.outcome()).isEqualTo("head 200 -1, body hello, end X-T=1");
        assertIdle();
    }

    @Test
    void readsChunksAndHandsOverTrailers() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\nX-T: 1\r\n\r\n");
        assertThat(attempt.outcome()).isEqualTo("head 200 -1, body hello!, end X-T=1");
        assertIdle();
    }

    @Test
    void readsUntilTheEndpointClosesWhereNothingElseEndsTheResponse() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send("HTTP/1.1 200 OK\r\n\r\nhello").halfClose();
        assertThat(attempt.outcome()).isEqualTo("head 200 -2, body hello, end");
        assertDiscarded(Discard.NOT_KEPT);
    }

    @Test
    void takesAResetForNoEndOfAResponse() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send("HTTP/1.1 200 OK\r\n\r\nhello");
        assertThat(List.of(attempt.next(), attempt.next())).containsExactly("head 200 -2", "body hello");
        peer.reset();
        assertThat(attempt.outcome()).isEqualTo("failed RESPONSE_TRUNCATED");
        assertDiscarded(Discard.FAILED);
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
        RawPeer peer = used();
        Attempt attempt = sent(method, "", 0);
        peer.head();
        peer.send(response.replace("|", "\r\n"));
        assertThat(attempt.outcome()).isEqualTo(head + ", end");
        assertIdle();
    }

    @Test
    void passesInterimResponsesOn() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n")
                .send(HttpText.ok("x"));
        assertThat(attempt.outcome()).isEqualTo("interim 100, interim 103, head 200 1, body x, end");
        assertIdle();
    }

    @Test
    void refusesMoreInterimResponsesThanTheLimit() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(17));
        assertThat(attempt.outcome()).isEqualTo("interim 103, ".repeat(16) + "failed RESPONSE_HEAD");
        assertDiscarded(Discard.FAILED);
    }

    @Test
    void stopsReadingWhilePaused() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
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
        assertIdle();
        assertThat(used(peer)).isEqualTo("head 200 4, body used, end");
    }

    private String used(RawPeer peer) throws IOException {
        Attempt attempt = leased().get("/");
        Gate.serve(peer, "used");
        return attempt.outcome();
    }

    // ---- what is used again

    @Test
    void carriesOneExchangeAfterTheOther() throws Exception {
        RawPeer peer = used();
        for (int i = 0; i < 100; i++) {
            assertThat(used(peer)).isEqualTo("head 200 4, body used, end");
        }
        assertThat(gate.figures().opened()).isEqualTo(1);
        assertThat(gate.figures().reused()).isEqualTo(100);
    }

    @Test
    void leasesToTheNextRequestFromWithinTheEndOfTheLast() throws Exception {
        Attempt second = gate.attempt();
        second.onLeased(() -> second.get("/second"));
        Attempt first = gate.attempt();
        first.onEnd(second::lease).lease();
        assertThat(first.next()).isEqualTo("leased");
        first.get("/first");
        RawPeer peer = backend.accept();
        Gate.serve(peer, "1");
        assertThat(first.outcome()).isEqualTo("head 200 1, body 1, end");
        Gate.serve(peer, "2");
        assertThat(second.outcome()).isEqualTo("leased, head 200 1, body 2, end");
        assertThat(gate.figures().opened()).isEqualTo(1);
    }

    @Test
    void discardsOneThatSentMoreThanItsResponse() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
        assertThat(attempt.outcome()).isEqualTo("head 200 2, body ok, end");
        assertDiscarded(Discard.STRAY_BYTES);
    }

    @Test
    void discardsOneThatSentMoreThanItsChunks() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n\r\n");
        assertThat(attempt.outcome()).isEqualTo("head 200 -1, body ok, end");
        assertDiscarded(Discard.STRAY_BYTES);
    }

    @Test
    void discardsOneThatSentABodyWhereThereIsNone() throws Exception {
        RawPeer peer = used();
        Attempt attempt = sent("HEAD", "", 0);
        peer.head();
        peer.send(HttpText.ok("body"));
        assertThat(attempt.outcome()).isEqualTo("head 200 0, end");
        assertDiscarded(Discard.STRAY_BYTES);
    }

    @Test
    void discardsAnIdleOneAtAStrayByte() throws Exception {
        used().send("H");
        assertDiscarded(Discard.STRAY_BYTES);
    }

    @Test
    void discardsAnIdleOneAtAFin() throws Exception {
        used().halfClose();
        assertDiscarded(Discard.ENDPOINT_CLOSED);
    }

    @Test
    void discardsAnIdleOneAtAReset() throws Exception {
        used().reset();
        assertDiscarded(Discard.ENDPOINT_CLOSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK|Connection: close|", "HTTP/1.0 200 OK|"})
    void discardsOneThatTheEndpointDoesNotKeep(String head) throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send(head.replace("|", "\r\n") + "Content-Length: 2\r\n\r\nok");
        assertThat(attempt.outcome()).isEqualTo("head 200 2, body ok, end");
        assertDiscarded(Discard.NOT_KEPT);
        peer.expectEnd();
    }

    // ---- responses that come before the request is complete

    @Test
    void endsTheAttemptWhenTheResponseIsCompleteBeforeTheRequest() throws Exception {
        Attempt attempt = sent("POST", "Content-Length: 10\r\n", 10);
        RawPeer peer = backend.accept();
        peer.head();
        attempt.body("hello");
        peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
        assertThat(attempt.outcome()).isEqualTo("head 413 2, body no, end");
        attempt.body("world").finish();
        assertDiscarded(Discard.EARLY_RESPONSE);
    }

    @Test
    void keepsOneWhoseResponseBeganBeforeTheRequestWasComplete() throws Exception {
        Attempt attempt = sent("POST", "Content-Length: 10\r\n", 10);
        RawPeer peer = backend.accept();
        peer.head();
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfi");
        assertThat(List.of(attempt.next(), attempt.next())).containsExactly("head 200 4", "body fi");
        attempt.body("helloworld").finish();
        peer.send("ne");
        assertThat(attempt.outcome()).isEqualTo("body ne, end");
        assertIdle();
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
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send(response.replace("|", "\r\n"));
        assertThat(attempt.outcome()).isEqualTo("failed " + failure);
        assertDiscarded(Discard.FAILED);
        peer.expectReset();
    }

    @Test
    void failsAtABareLineFeed() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send("HTTP/1.1 200 OK\nContent-Length: 2\n\nok");
        assertThat(attempt.outcome()).isEqualTo("failed RESPONSE_HEAD");
        assertDiscarded(Discard.FAILED);
    }

    @Test
    void failsAtAHeadThatIsTooLarge() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send("HTTP/1.1 200 OK\r\nX: " + "x".repeat(70_000) + "\r\n\r\n");
        assertThat(attempt.outcome()).isEqualTo("failed RESPONSE_HEAD_LARGE");
        assertDiscarded(Discard.FAILED);
    }

    @Test
    void failsAtAMalformedChunk() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokxx");
        assertThat(attempt.outcome()).isEqualTo("head 200 -1, body ok, failed RESPONSE_CHUNK");
        assertDiscarded(Discard.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10", "Transfer-Encoding: chunked"})
    void failsWhenTheBodyEndsTooEarly(String framing) throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n5\r\nhe").halfClose();
        assertThat(attempt.outcome()).endsWith("failed RESPONSE_TRUNCATED");
        assertDiscarded(Discard.FAILED);
    }

    @Test
    void callsAUsedOneStaleThatEndsBeforeTheResponse() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.halfClose();
        assertThat(attempt.outcome()).isEqualTo("failed UPSTREAM_CLOSED stale");
        assertDiscarded(Discard.FAILED);
    }

    @Test
    void callsAUsedOneStaleThatIsResetBeforeTheResponse() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.reset();
        assertThat(attempt.outcome()).isEqualTo("failed UPSTREAM_CLOSED stale");
        assertDiscarded(Discard.FAILED);
    }

    @Test
    void doesNotCallAFreshOneStale() throws Exception {
        Attempt attempt = leased().get("/");
        RawPeer peer = backend.accept();
        peer.head();
        peer.close();
        assertThat(attempt.outcome()).isEqualTo("failed UPSTREAM_CLOSED");
        assertDiscarded(Discard.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"H", "HTTP/1.1 100 Continue\r\n\r\n"})
    void doesNotCallOneStaleThatHasBegunToRespond(String begun) throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send(begun).halfClose();
        assertThat(attempt.outcome()).endsWith("failed UPSTREAM_CLOSED");
        assertDiscarded(Discard.FAILED);
    }

    @Test
    void tellsLaterThatOneDiedBetweenLeaseAndSend() throws Exception {
        RawPeer peer = used();
        Attempt attempt = leased();
        peer.reset();
        gate.until("closed", () -> gate.figures().open() == 0);
        attempt.on(() -> {
            attempt.get("/");
            assertThat(attempt.isQuiet()).isTrue();
        });
        assertThat(attempt.outcome()).isEqualTo("failed UPSTREAM_CLOSED stale");
        assertDiscarded(Discard.ENDPOINT_CLOSED);
    }

    @Test
    void tellsNothingIfOneDiedBetweenLeaseAndSendAndTheAttemptIsCancelled() throws Exception {
        RawPeer peer = used();
        Attempt attempt = leased();
        peer.reset();
        gate.until("closed", () -> gate.figures().open() == 0);
        attempt.on(() -> attempt.get("/").cancel()).on(() -> {});
        assertThat(attempt.isQuiet()).isTrue();
        assertDiscarded(Discard.ENDPOINT_CLOSED);
    }

    // ---- cancel

    @Test
    void givesOneBackOnWhichNothingWasSent() throws Exception {
        RawPeer peer = used();
        leased().cancel();
        assertThat(used(peer)).isEqualTo("head 200 4, body used, end");
        assertThat(gate.figures().opened()).isEqualTo(1);
    }

    @Test
    void resetsOneWhoseAttemptIsCancelled() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer).cancel();
        peer.expectReset();
        assertDiscarded(Discard.CANCELLED);
        assertThat(attempt.isQuiet()).isTrue();
    }

    @Test
    void tellsNothingAfterACancelFromWithinTheHead() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        attempt.onHead(() -> attempt.connection().cancel());
        peer.send(HttpText.ok("hello"));
        assertThat(attempt.next()).isEqualTo("head 200 5");
        assertDiscarded(Discard.CANCELLED);
        assertThat(attempt.isQuiet()).isTrue();
    }

    @Test
    void tellsNothingAfterACancelFromWithinTheBody() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        attempt.onBody(() -> attempt.connection().cancel());
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\nX-T: 1\r\n\r\n");
        assertThat(List.of(attempt.next(), attempt.next())).containsExactly("head 200 -1", "body a");
        assertDiscarded(Discard.CANCELLED);
        assertThat(attempt.isQuiet()).isTrue();
    }

    @Test
    void readsCleanlyAfterAnAttemptWasCancelledInTheMiddleOfItsTrailers() throws Exception {
        RawPeer peer = used();
        Attempt attempt = get(peer);
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Ta");
        assertThat(List.of(attempt.next(), attempt.next())).containsExactly("head 200 -1", "body a");
        attempt.cancel();
        assertDiscarded(Discard.CANCELLED);
        Attempt next = leased().get("/");
        RawPeer fresh = backend.accept();
        fresh.head();
        fresh.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\nX-T: 1\r\n\r\n");
        assertThat(next.outcome()).isEqualTo("head 200 -1, body b, end X-T=1");
    }

    // ---- limits of life

    @Test
    void isUsedForNoMoreExchangesThanAllowed() throws Exception {
        gate.close();
        gate = new Gate(1, Gate.limits().maxRequests(3), backend.port());
        RawPeer peer = used();
        used(peer);
        assertIdle();
        used(peer);
        assertDiscarded(Discard.REQUESTS);
        peer.expectEnd();
    }

    @Test
    void closesAnIdleOneInTime() throws Exception {
        gate.close();
        gate = new Gate(1, Gate.limits().idle(java.time.Duration.ofMillis(30)), backend.port());
        RawPeer peer = used();
        peer.expectEnd();
        assertDiscarded(Discard.IDLE);
    }

    @Test
    void isNotUsedAgainAfterItsMaximumAge() throws Exception {
        gate.close();
        gate = new Gate(1, Gate.limits().maxAge(java.time.Duration.ofMillis(1)), backend.port());
        Attempt attempt = leased().get("/");
        long leasedAt = System.nanoTime();
        Await.until("time passes", () -> System.nanoTime() - leasedAt > 2_000_000);
        Gate.serve(backend.accept(), "x");
        assertThat(attempt.outcome()).isEqualTo("head 200 1, body x, end");
        assertDiscarded(Discard.AGE);
    }

    @Test
    void isNotLeasedIfItAgedWhileIdle() throws Exception {
        gate.close();
        gate = new Gate(1, Gate.limits().maxAge(java.time.Duration.ofMillis(500)), backend.port());
        long before = System.nanoTime();
        RawPeer peer = used();
        Await.until("time passes", () -> System.nanoTime() - before > 1_000_000_000);
        Attempt attempt = leased().get("/");
        Gate.serve(backend.accept(), "x");
        assertThat(attempt.outcome()).isEqualTo("head 200 1, body x, end");
        peer.expectEnd();
    }

    // ---- many

    @Test
    void hasManyAtOnce() throws Exception {
        List<Attempt> attempts =
                IntStream.range(0, 4).mapToObj(i -> leased().get("/" + i)).toList();
        for (int i = 0; i < 4; i++) {
            RawPeer peer = backend.accept();
            String target = peer.head().target();
            peer.send(HttpText.ok(target));
        }
        for (int i = 0; i < 4; i++) {
            assertThat(attempts.get(i).outcome()).isEqualTo("head 200 2, body /" + i + ", end");
        }
        assertThat(gate.figures().idle()).isEqualTo(4);
    }
}
