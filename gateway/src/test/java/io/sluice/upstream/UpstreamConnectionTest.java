package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One connection and the bytes on it. */
final class UpstreamConnectionTest {
    private ScriptedBackend backend;
    private Gate gate;

    @BeforeEach
    void open() throws IOException {
        backend = new ScriptedBackend();
        gate = new Gate(1, Gate.limits().max(4), backend.port());
    }

    @AfterEach
    void close() throws IOException {
        gate.close();
        backend.close();
    }

    @Test
    void carriesARequestAndItsResponse() throws Exception {
        Attempt attempt = gate.attempt().lease();
        assertThat(attempt.next()).isEqualTo("leased");
        attempt.get("/a");
        ScriptedBackend.Peer peer = backend.accept();
        assertThat(peer.readHead()).isEqualTo("GET /a HTTP/1.1\r\nHost: test\r\n\r\n");
        peer.respond("hello");
        assertThat(attempt.outcome()).isEqualTo("head 200 5, body hello, end");
    }
}
