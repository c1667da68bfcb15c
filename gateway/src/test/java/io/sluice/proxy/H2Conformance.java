package io.sluice.proxy;

import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.H2Frame;
import io.sluice.testing.H2Peer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A gateway before a backend that answers "hello" to every whole request, and a client that has shaken hands: what all tests of the RFCs begin with. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class H2Conformance {
    static final int NO_ERROR = 0;
    static final int PROTOCOL_ERROR = 1;
    static final int FLOW_CONTROL_ERROR = 3;
    static final int STREAM_CLOSED = 5;
    static final int FRAME_SIZE_ERROR = 6;
    static final int REFUSED_STREAM = 7;
    static final int COMPRESSION_ERROR = 9;
    static final int ENHANCE_YOUR_CALM = 11;

    static final int WHOLE = H2Frame.END_HEADERS | H2Frame.END_STREAM;

    private ScriptedBackend backend;
    private RunningGateway gateway;
    H2Peer client;

    @BeforeAll
    void start() throws IOException {
        backend = ScriptedBackend.answering(request -> response("200 OK", "hello"));
        gateway = RunningGateway.of(Setup.of(backend)
                .connections("max: 200")
                .listener("limits: { head: 16KiB, fields: 50 }")
                .upstream("retries: { attempts: 1 }"));
    }

    @AfterAll
    void stop() throws Exception {
        gateway.close();
        backend.close();
    }

    @BeforeEach
    void connect() throws IOException {
        client = H2Peer.connect(gateway.address());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
    }

    RunningGateway gateway() {
        return gateway;
    }

    /** The connection is lost for that reason. */
    void assertLost(int code) throws IOException {
        assertThat(client.lost()).isEqualTo(code);
    }

    /** The stream is lost for that reason, and the connection is not. */
    void assertReset(int stream, int code) throws IOException {
        assertThat(client.resetOf(stream)).isEqualTo(code);
        client.assertAlive();
    }

    /** A request on a stream is answered. */
    void assertServed(int stream) throws IOException {
        assertThat(client.get(stream, "/").response(stream).body()).isEqualTo("hello");
    }

    /** The head of a request without its end. */
    H2Peer open(int stream) throws IOException {
        return client.post(stream, "/");
    }

    byte[] get() {
        return client.requestBlock("GET", "/");
    }
}
