package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a connection is used again, and when it is not. */
final class ConnectionReuseTest {
    private Line line;

    @BeforeEach
    void open() throws IOException {
        line = new Line(Gate.limits().max(4));
    }

    @AfterEach
    void close() throws IOException {
        line.close();
    }

    private void limits(Gate.Limits limits) throws IOException {
        line.close();
        line = new Line(limits);
    }

    // ---- what is used again

    @Test
    void carriesOneExchangeAfterTheOther() throws Exception {
        RawPeer peer = line.used();
        for (int i = 0; i < 100; i++) {
            assertThat(line.used(peer)).isEqualTo("head 200 4, body used, end");
        }
        assertThat(line.gate.figures().opened()).isEqualTo(1);
        assertThat(line.gate.figures().reused()).isEqualTo(100);
    }

    @Test
    void leasesToTheNextRequestFromWithinTheEndOfTheLast() throws Exception {
        Attempt second = line.gate.attempt();
        second.onLeased(() -> second.get("/second"));
        Attempt first = line.gate.attempt();
        first.onEnd(second::lease).lease();
        assertThat(first.next()).isEqualTo("leased");
        first.get("/first");
        RawPeer peer = line.backend.accept();
        Gate.serve(peer, "1");
        assertThat(first.outcome()).isEqualTo("head 200 1, body 1, end");
        Gate.serve(peer, "2");
        assertThat(second.outcome()).isEqualTo("leased, head 200 1, body 2, end");
        assertThat(line.gate.figures().opened()).isEqualTo(1);
    }

    @Test
    void discardsOneThatSentMoreThanItsResponse() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
        assertThat(attempt.outcome()).isEqualTo("head 200 2, body ok, end");
        line.assertDiscarded(Discard.STRAY_BYTES);
    }

    @Test
    void discardsOneThatSentMoreThanItsChunks() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n\r\n");
        assertThat(attempt.outcome()).isEqualTo("head 200 -1, body ok, end");
        line.assertDiscarded(Discard.STRAY_BYTES);
    }

    @Test
    void discardsOneThatSentABodyWhereThereIsNone() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.sent("HEAD", "", 0);
        peer.head();
        peer.send(HttpText.ok("body"));
        assertThat(attempt.outcome()).isEqualTo("head 200 0, end");
        line.assertDiscarded(Discard.STRAY_BYTES);
    }

    @Test
    void discardsAnIdleOneAtAStrayByte() throws Exception {
        line.used().send("H");
        line.assertDiscarded(Discard.STRAY_BYTES);
    }

    @Test
    void discardsAnIdleOneAtAFin() throws Exception {
        line.used().halfClose();
        line.assertDiscarded(Discard.ENDPOINT_CLOSED);
    }

    @Test
    void discardsAnIdleOneAtAReset() throws Exception {
        line.used().reset();
        line.assertDiscarded(Discard.ENDPOINT_CLOSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK|Connection: close|", "HTTP/1.0 200 OK|"})
    void discardsOneThatTheEndpointDoesNotKeep(String head) throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = line.get(peer);
        peer.send(head.replace("|", "\r\n") + "Content-Length: 2\r\n\r\nok");
        assertThat(attempt.outcome()).isEqualTo("head 200 2, body ok, end");
        line.assertDiscarded(Discard.NOT_KEPT);
        peer.expectEnd();
    }

    // ---- limits of life

    @Test
    void isUsedForNoMoreExchangesThanAllowed() throws Exception {
        limits(Gate.limits().maxRequests(3));
        RawPeer peer = line.used();
        line.used(peer);
        line.assertIdle();
        line.used(peer);
        line.assertDiscarded(Discard.REQUESTS);
        peer.expectEnd();
    }

    @Test
    void closesAnIdleOneInTime() throws Exception {
        limits(Gate.limits().idle(Duration.ofMillis(30)));
        RawPeer peer = line.used();
        peer.expectEnd();
        line.assertDiscarded(Discard.IDLE);
    }

    @Test
    void isNotUsedAgainAfterItsMaximumAge() throws Exception {
        // long enough that it is not old already when it is leased for the first time
        limits(Gate.limits().maxAge(Duration.ofMillis(500)));
        Attempt attempt = line.leased().get("/");
        long leasedAt = System.nanoTime();
        Await.until("time passes", () -> System.nanoTime() - leasedAt > 500_000_000);
        Gate.serve(line.backend.accept(), "x");
        assertThat(attempt.outcome()).isEqualTo("head 200 1, body x, end");
        line.assertDiscarded(Discard.AGE);
    }

    @Test
    void isNotLeasedIfItAgedWhileIdle() throws Exception {
        limits(Gate.limits().maxAge(Duration.ofMillis(500)));
        long before = System.nanoTime();
        RawPeer peer = line.used();
        Await.until("time passes", () -> System.nanoTime() - before > 1_000_000_000);
        Attempt attempt = line.leased().get("/");
        Gate.serve(line.backend.accept(), "x");
        assertThat(attempt.outcome()).isEqualTo("head 200 1, body x, end");
        peer.expectEnd();
    }
}
