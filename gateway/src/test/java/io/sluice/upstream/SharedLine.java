package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.UpstreamConfig.Protocol;
import io.sluice.testing.H2Backend;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;

/** One upstream with one endpoint that speaks HTTP/2, whose backend the test plays. */
final class SharedLine implements AutoCloseable {
    final ScriptedBackend backend = ScriptedBackend.byHand();
    final Gate gate;

    SharedLine(int loops, Gate.Limits limits) throws IOException {
        gate = new Gate(loops, limits.protocol(Protocol.H2), backend.port());
    }

    @Override
    public void close() throws IOException {
        gate.close();
        backend.close();
    }

    /** The next connection, greeted with these settings. */
    H2Backend greeted(int... settings) throws Exception {
        return H2Backend.on(backend.accept()).settings(settings);
    }

    /** An exchange that leases, with the connection that is opened for it. */
    Opened opened(int... settings) throws Exception {
        Attempt attempt = gate.attempt().lease();
        H2Backend peer = greeted(settings);
        assertThat(attempt.next()).isEqualTo("leased");
        return new Opened(attempt, peer);
    }

    record Opened(Attempt attempt, H2Backend peer) {}

    /** An exchange on a connection that has room. */
    Attempt leased() {
        Attempt attempt = gate.attempt().lease();
        assertThat(attempt.next()).isEqualTo("leased");
        return attempt;
    }

    /** The backend takes a request without a body and answers it; returns its stream. */
    static int serve(H2Backend peer, String body) throws IOException {
        int stream = peer.section().stream();
        answer(peer, stream, body);
        return stream;
    }

    static void answer(H2Backend peer, int stream, String body) throws IOException {
        peer.headers(stream, false, ":status: 200", "content-length: " + body.length())
                .data(stream, true, body);
    }
}
