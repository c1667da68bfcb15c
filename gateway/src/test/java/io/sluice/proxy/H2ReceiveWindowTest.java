package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.H2Backend;
import io.sluice.testing.H2Frame;
import io.sluice.testing.H2Peer;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Whoever sends more than the gateway has room for (RFC 9113 section 6.9.1): it costs him the stream, or the connection, and nobody else anything. */
final class H2ReceiveWindowTest {
    private static final int FLOW_CONTROL_ERROR = 3;
    private static final int FRAME = 16_384;
    private static final int WINDOW = 4 * FRAME;
    /** Of a connection, in windows of a stream. */
    private static final int WINDOWS = 4;

    private static final String PIECE = "x".repeat(FRAME);

    /** Who sends requests. Their bodies find nobody: the only connection to the endpoint is taken. */
    @Nested
    final class Client {
        @AutoClose
        private final ScriptedBackend backend = ScriptedBackend.byHand();

        @AutoClose
        private final RunningGateway gateway = RunningGateway.of(Setup.of(backend)
                .streaming()
                .listener("http2: { window: 64KiB }")
                .connections("max: 1, queueTimeout: 30s"));

        @AutoClose
        private final H2Peer client = H2Peer.connect(gateway.address());

        Client() throws IOException {}

        /** The other requests wait for it. */
        private RawPeer first() throws Exception {
            client.get(1, "/first");
            RawPeer upstream = backend.accept();
            upstream.request();
            return upstream;
        }

        private void fill(int stream) throws IOException {
            client.post(stream, "/waits");
            for (int i = 0; i < WINDOW / FRAME; i++) {
                client.data(stream, PIECE, false);
            }
        }

        @Test
        void losesAStreamForWhichItSendsTooMuch() throws Exception {
            RawPeer upstream = first();
            fill(3);
            client.assertAlive();
            client.data(3, "x", false);
            assertThat(client.resetOf(3)).isEqualTo(FLOW_CONTROL_ERROR);

            upstream.send(ok("first"));
            assertThat(client.response(1).body()).isEqualTo("first");
            client.post(5, "/next").data(5, "body", true);
            assertThat(upstream.request().body()).isEqualTo("body");
            upstream.send(ok("next"));
            assertThat(client.response(5).body()).isEqualTo("next");
        }

        @Test
        void paysForPaddingToo() throws Exception {
            first();
            client.post(3, "/waits");
            byte[] padded = new byte[FRAME];
            padded[0] = (byte) 255;
            for (int i = 0; i < WINDOW / FRAME; i++) {
                client.frame(H2Frame.DATA, H2Frame.PADDED, 3, padded);
            }
            client.assertAlive();
            client.data(3, "x", false);
            assertThat(client.resetOf(3)).isEqualTo(FLOW_CONTROL_ERROR);
        }

        @Test
        void hasTheRoomOfALostStreamAgainForOthers() throws Exception {
            RawPeer upstream = first();
            // more than the connection has room for
            for (int stream = 3; stream <= 4 * WINDOWS + 3; stream += 2) {
                fill(stream);
                client.data(stream, "x", false);
                assertThat(client.resetOf(stream)).isEqualTo(FLOW_CONTROL_ERROR);
            }
            upstream.send(ok("first"));
            assertThat(client.response(1).body()).isEqualTo("first");
        }

        @Test
        void losesItsConnectionForWhichItSendsTooMuchAndNobodyElseDoes() throws Exception {
            RawPeer upstream = first();
            try (H2Peer other = H2Peer.connect(gateway.address())) {
                other.post(1, "/other").data(1, "body", true);
                for (int i = 0; i < WINDOWS; i++) {
                    fill(3 + 2 * i);
                }
                client.assertAlive();
                client.post(3 + 2 * WINDOWS, "/waits").data(3 + 2 * WINDOWS, "x", false);
                assertThat(client.lost()).isEqualTo(FLOW_CONTROL_ERROR);

                upstream.expectGone();
                RawPeer next = backend.accept();
                assertThat(next.request().body()).isEqualTo("body");
                next.send(ok("other"));
                assertThat(other.response(1).body()).isEqualTo("other");
            }
            Await.until("all of the client is gone", () -> gateway.connections().total() == 0);
        }
    }

    /** Who sends responses. Their client takes nothing. */
    @Test
    void anEndpointLosesAStreamForWhichItSendsTooMuch() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(
                        Setup.of(backend).upstream("protocol: h2").connections("max: 1"));
                RawPeer slow = RawPeer.connect(gateway.address(), 4096);
                RawPeer other = gateway.client()) {
            slow.send(get("/slow"));
            H2Backend peer = H2Backend.on(backend.accept()).settings();
            int stream = peer.section().stream();
            peer.headers(stream, false, ":status: 200");
            CompletableFuture<Integer> reset = new CompletableFuture<>();
            Aside.start(() -> reset.complete(peer.next(H2Backend.RST_STREAM).number(0)))
                    .exceptionally(broken -> {
                        reset.completeExceptionally(broken);
                        return null;
                    });
            // whatever the buffers on the way take
            while (!reset.isDone()) {
                peer.data(stream, false, PIECE);
            }
            assertThat(reset.get(10, TimeUnit.SECONDS)).isEqualTo(FLOW_CONTROL_ERROR);

            other.send(get("/other"));
            int next = peer.section().stream();
            peer.headers(next, false, ":status: 200", "content-length: 5").data(next, true, "other");
            assertThat(other.response(200).body()).isEqualTo("other");
        }
    }
}
