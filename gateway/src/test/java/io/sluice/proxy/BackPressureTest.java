package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Flood;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A side that does not read holds the other back: the gateway keeps only a little, whatever the size of the body. */
final class BackPressureTest {
    private static final int SMALL_BUFFER = 64 * 1024;
    private static final byte[] PIECE = new byte[256 * 1024];
    private static final long PIECES = 1024;
    private static final long BODY = PIECES * PIECE.length;
    /** What the kernels' buffers and the gateway's may hold together; most of it is the kernels'. */
    private static final long HELD = 32L * 1024 * 1024;

    static {
        Arrays.fill(PIECE, (byte) 'x');
    }

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand(SMALL_BUFFER);

    @AutoClose
    private final RunningGateway gateway = RunningGateway.of(Setup.of(backend).streaming());

    @AutoClose
    private final RawPeer client = RawPeer.connect(gateway.address(), SMALL_BUFFER);

    BackPressureTest() throws IOException {}

    @Test
    void holdsABackendBackWhoseClientDoesNotRead() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 200 OK", "Content-Length: " + BODY));

        Flood flood = Flood.into(upstream, PIECE, PIECES);

        assertThat(flood.awaitStalled()).isLessThan(HELD);
        client.head();
        client.skip(BODY);
        flood.awaitDone();
    }

    @Test
    void holdsAClientBackWhoseBackendDoesNotRead() throws Exception {
        client.send(request("POST / HTTP/1.1", "Content-Length: " + BODY));
        RawPeer upstream = backend.accept();
        upstream.head();

        Flood flood = Flood.into(client, PIECE, PIECES);

        assertThat(flood.awaitStalled()).isLessThan(HELD);
        upstream.skip(BODY);
        flood.awaitDone();
        upstream.send(ok("all"));
        assertThat(client.response(200).body()).isEqualTo("all");
    }

    @Test
    void holdsABackendBackThatSendsChunks() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"));
        byte[] chunk = ("10\r\n" + "x".repeat(16) + "\r\n")
                .repeat(10_000)
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);

        Flood flood = Flood.into(upstream, chunk, 1000);

        assertThat(flood.awaitStalled()).isLessThan(HELD);
        client.reset();
    }

    @Test
    void servesOthersWhileOneIsHeldBack() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 200 OK", "Content-Length: " + BODY));
        Flood.into(upstream, PIECE, PIECES).awaitStalled();

        for (int i = 0; i < 4; i++) {
            try (RawPeer other = gateway.client()) {
                other.send(get("/other"));
                RawPeer quick = backend.accept();
                quick.request();
                quick.send(ok("quick")).close();
                assertThat(other.response(200).body()).isEqualTo("quick");
            }
        }
        client.reset();
    }

    @Test
    void cancelsTheAttemptOfAClientThatLeavesWhileHeldBack() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 200 OK", "Content-Length: " + BODY));
        Flood.into(upstream, PIECE, PIECES).awaitStalled();

        client.reset();

        upstream.expectGone();
    }
}
