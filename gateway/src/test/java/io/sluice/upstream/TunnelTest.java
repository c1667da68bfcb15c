package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Upgrades: bytes both ways, each side ends by itself. */
final class TunnelTest {
    private static final String SWITCH =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";

    private ScriptedBackend backend;
    private Gate gate;
    private Attempt attempt;
    private RawPeer peer;

    @BeforeEach
    void open() throws Exception {
        backend = ScriptedBackend.byHand();
        gate = new Gate(1, Gate.limits(), backend.port());
    }

    @AfterEach
    void close() throws IOException {
        gate.close();
        backend.close();
    }

    private void ask(boolean upgrade) throws Exception {
        attempt = gate.attempt().lease();
        assertThat(attempt.next()).isEqualTo("leased");
        attempt.send(Messages.request("GET", "/", "Connection: upgrade\r\nUpgrade: echo\r\n"), 0, upgrade);
        peer = backend.accept();
        peer.head();
    }

    private void tunnel() throws Exception {
        ask(true);
        peer.send(SWITCH);
        assertThat(attempt.next()).isEqualTo("head 101 0");
    }

    private void assertGone(Discard reason) throws InterruptedException {
        gate.until("gone", () -> gate.figures().open() == 0 && gate.figures().inFlight() == 0);
        assertThat(gate.closed(reason)).isEqualTo(1);
        assertThat(gate.figures().leased()).isZero();
    }

    @Test
    void asksForTheUpgrade() throws Exception {
        attempt = gate.attempt().lease();
        attempt.next();
        attempt.send(Messages.request("GET", "/", "Connection: upgrade\r\nUpgrade: echo\r\n"), 0, true);
        assertThat(backend.accept().head().head())
                .containsIgnoringCase("connection: upgrade")
                .contains("Upgrade: echo");
    }

    @Test
    void carriesBytesBothWaysAsTheyAre() throws Exception {
        tunnel();
        attempt.body("GET / HTTP/1.1\r\n\r\n");
        assertThat(peer.read(18)).isEqualTo("GET / HTTP/1.1\r\n\r\n");
        peer.send("HTTP/1.1 200 OK\r\n\r\n");
        assertThat(attempt.next()).isEqualTo("body HTTP/1.1 200 OK\r\n\r\n");
        attempt.cancel();
    }

    @Test
    void handsOverBytesThatCameWithTheHead() throws Exception {
        ask(true);
        peer.send(SWITCH + "hello");
        assertThat(attempt.next()).isEqualTo("head 101 0");
        assertThat(attempt.next()).isEqualTo("body hello");
        attempt.cancel();
    }

    @Test
    void endsByTheEndpointFirst() throws Exception {
        tunnel();
        peer.send("bye").halfClose();
        assertThat(attempt.outcome()).isEqualTo("body bye, end");
        attempt.body("still here");
        assertThat(peer.read(10)).isEqualTo("still here");
        attempt.finish();
        peer.expectEnd();
        assertGone(Discard.TUNNEL_ENDED);
    }

    @Test
    void endsByTheClientFirst() throws Exception {
        tunnel();
        attempt.body("bye").finish();
        assertThat(peer.readToEnd()).isEqualTo("bye");
        peer.send("still here");
        assertThat(attempt.next()).isEqualTo("body still here");
        peer.halfClose();
        assertThat(attempt.next()).isEqualTo("end");
        assertGone(Discard.TUNNEL_ENDED);
    }

    @Test
    void failsWhenTheEndpointResets() throws Exception {
        tunnel();
        peer.reset();
        assertThat(attempt.outcome()).isEqualTo("failed UPSTREAM_CLOSED");
        assertGone(Discard.FAILED);
    }

    @Test
    void failsWhenTheEndpointResetsAfterItsHalfClose() throws Exception {
        tunnel();
        peer.halfClose();
        assertThat(attempt.outcome()).isEqualTo("end");
        peer.reset();
        // on some transports only a write shows it
        gate.until("reset", () -> {
            attempt.body("x");
            return gate.figures().open() == 0;
        });
        assertThat(attempt.outcome()).isEqualTo("failed UPSTREAM_CLOSED");
        assertGone(Discard.FAILED);
    }

    @Test
    void deliversAllThatWasWrittenBeforeItsEnd() throws Exception {
        tunnel();
        peer.halfClose();
        assertThat(attempt.outcome()).isEqualTo("end");
        String much = "x".repeat(5_000_000);
        attempt.on(() -> attempt.body(much).finish());
        assertThat(peer.readToEnd().length()).isEqualTo(much.length());
        assertGone(Discard.TUNNEL_ENDED);
    }

    @Test
    void refusesASwitchThatNobodyAskedFor() throws Exception {
        ask(false);
        peer.send(SWITCH);
        assertThat(attempt.outcome()).isEqualTo("failed RESPONSE_UPGRADE");
        assertGone(Discard.FAILED);
    }

    @Test
    void refusesASwitchThatNamesNoProtocol() throws Exception {
        ask(true);
        peer.send("HTTP/1.1 101 Switching Protocols\r\n\r\n");
        assertThat(attempt.outcome()).isEqualTo("failed RESPONSE_UPGRADE");
        assertGone(Discard.FAILED);
    }

    @Test
    void takesAnOrdinaryResponseForARefusalOfTheUpgrade() throws Exception {
        ask(true);
        peer.send("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno");
        assertThat(attempt.outcome()).isEqualTo("head 426 2, body no, end");
        assertThat(gate.figures().idle()).isEqualTo(1);
    }
}
