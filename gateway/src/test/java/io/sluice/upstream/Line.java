package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;

/** One upstream with one endpoint, whose backend the test plays. One loop. */
final class Line implements AutoCloseable {
    final ScriptedBackend backend = ScriptedBackend.byHand();
    final Gate gate;

    Line(Gate.Limits limits) throws IOException {
        gate = new Gate(1, limits, backend.port());
    }

    @Override
    public void close() throws IOException {
        gate.close();
        backend.close();
    }

    Attempt leased() {
        Attempt attempt = gate.attempt().lease();
        assertThat(attempt.next()).isEqualTo("leased");
        return attempt;
    }

    Attempt sent(String method, String lines, long body) {
        return leased().send(Messages.request(method, "/", lines), body, false);
    }

    /** A GET that has reached the backend. */
    Attempt get(RawPeer peer) throws IOException {
        Attempt attempt = leased().get("/");
        peer.head();
        return attempt;
    }

    /** The backend's side of the first connection, which has carried one exchange and is idle. */
    RawPeer used() throws Exception {
        Attempt attempt = leased().get("/");
        RawPeer peer = backend.accept();
        Gate.serve(peer, "used");
        assertThat(attempt.outcome()).isEqualTo("head 200 4, body used, end");
        return peer;
    }

    /** One exchange more on an idle connection. */
    String used(RawPeer peer) throws IOException {
        Attempt attempt = leased().get("/");
        Gate.serve(peer, "used");
        return attempt.outcome();
    }

    void assertDiscarded(Discard reason) throws InterruptedException {
        gate.until(
                "discarded: " + reason,
                () -> gate.closed(reason) == 1 && gate.figures().open() == 0);
        assertThat(gate.figures().leased()).isZero();
        assertThat(gate.figures().inFlight()).isZero();
    }

    void assertIdle() {
        assertThat(gate.figures().idle()).isEqualTo(1);
        assertThat(gate.figures().leased()).isZero();
        assertThat(gate.figures().inFlight()).isZero();
    }
}
