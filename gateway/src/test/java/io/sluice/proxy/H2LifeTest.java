package io.sluice.proxy;

import static io.sluice.testing.HttpText.response;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Await;
import io.sluice.testing.H2Frame;
import io.sluice.testing.H2Peer;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections of HTTP/2 come to their end, and for what they are kept. */
final class H2LifeTest {
    private static final int FIRST_STEP = Integer.MAX_VALUE;

    private static RunningGateway gateway(String listener) throws IOException {
        return RunningGateway.of("""
                listeners: { web: { bind: "127.0.0.1:0", %s } }
                routes: [ { name: all, respond: { status: 200, body: hello } } ]
                """.formatted(listener));
    }

    private static void assertEnded(RunningGateway gateway, String cause) throws Exception {
        Await.until(
                cause,
                () -> gateway.counted("sluice_client_connections_ended_total", "listener", "web", "cause", cause) == 1);
    }

    /** It says that it will go, hears that this was heard, and goes. */
    private static void assertLeavesInTwoSteps(H2Peer client, int last) throws IOException {
        assertThat(client.await(H2Frame.GOAWAY).number()).isEqualTo(FIRST_STEP);
        H2Frame ping = client.await(H2Frame.PING);
        client.frame(H2Frame.PING, H2Frame.ACK, 0, ping.payload());
        H2Frame second = client.await(H2Frame.GOAWAY);
        assertThat(second.number()).isEqualTo(last);
        assertThat(second.code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http2: { maxRequests: 3 }", "http2: { maxAge: 5ms }"})
    void leavesAfterItsShareOfRequestsOrTime(String listener) throws Exception {
        try (RunningGateway gateway = gateway(listener);
                H2Peer client = H2Peer.connect(gateway.address())) {
            int stream = -1;
            H2Frame frame;
            do {
                stream += 2;
                client.get(stream, "/");
                do {
                    frame = client.read();
                } while (frame.type() != H2Frame.GOAWAY && frame.type() != H2Frame.DATA);
            } while (frame.type() == H2Frame.DATA);
            assertThat(frame.number()).isEqualTo(FIRST_STEP);
            client.frame(
                    H2Frame.PING, H2Frame.ACK, 0, client.await(H2Frame.PING).payload());
            assertThat(client.await(H2Frame.GOAWAY).number()).isEqualTo(stream);
            while (client.readOrEnd() != null) {
                // the last answer
            }
        }
    }

    @Test
    void requestsUnderWayBetweenTheStepsAreServed() throws Exception {
        try (RunningGateway gateway = gateway("http2: { maxRequests: 1 }");
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.get(1, "/").await(H2Frame.GOAWAY);
            assertThat(client.get(3, "/").response(3).status()).isEqualTo(200);
        }
    }

    @Test
    void aDrainLetsStreamsEnd() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> response("200 OK", "done"));
                RunningGateway gateway = RunningGateway.before(backend);
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.post(1, "/").assertAlive();
            CompletableFuture<Boolean> drained =
                    CompletableFuture.supplyAsync(() -> gateway.drain(Duration.ofSeconds(20)));
            assertLeavesInTwoSteps(client, 1);
            client.get(3, "/late").data(1, "", true);
            assertThat(client.response(1).body()).isEqualTo("done");
            assertThat(client.readOrEnd()).isNull();
            assertThat(drained.get()).isTrue();
        }
    }

    @Test
    void anIdleConnectionIsSentAway() throws Exception {
        try (RunningGateway gateway = gateway("timeouts: { idle: 200ms }");
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.get(1, "/").response(1);
            assertThat(client.lost()).isZero();
            assertEnded(gateway, "idle");
        }
    }

    @Test
    void aClientThatStopsAfterThePrefaceIsNotWaitedFor() throws Exception {
        try (RunningGateway gateway = gateway("timeouts: { head: 200ms }");
                H2Peer client = H2Peer.silent(gateway.address())) {
            client.raw(H2Peer.PREFACE.getBytes(ISO_8859_1));
            assertThat(client.lost()).isZero();
            assertEnded(gateway, "silent");
        }
    }

    @Test
    void aFrameThatDoesNotEndIsNotWaitedFor() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(Setup.of(backend).listener("timeouts: { head: 200ms }"));
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.get(1, "/");
            byte[] head = new H2Frame(H2Frame.HEADERS, H2Frame.END_HEADERS, 3, client.requestBlock("GET", "/")).bytes();
            client.raw(Arrays.copyOf(head, head.length - 1));
            while (client.readOrEnd() != null) {
                // PING
            }
            assertEnded(gateway, "head");
        }
    }

    @Test
    void aClientThatAnswersPingsMayWaitAndOneThatDoesNotIsGone() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(Setup.of(backend).listener("timeouts: { send: 200ms }"));
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.get(1, "/");
            RawPeer upstream = backend.accept();
            upstream.request();
            for (int i = 0; i < 3; i++) {
                client.frame(
                        H2Frame.PING, H2Frame.ACK, 0, client.await(H2Frame.PING).payload());
            }
            upstream.send(response("200 OK", "at last"));
            assertThat(client.response(1).body()).isEqualTo("at last");
            client.get(3, "/");
            upstream.request();
            assertThat(client.await(H2Frame.PING).has(H2Frame.ACK)).isFalse();
            while (client.readOrEnd() != null) {
                // nothing is answered
            }
            assertEnded(gateway, "http2-dead");
        }
    }

    @Test
    void afterAHalfCloseAnswersStillCome() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.before(backend);
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.keepingWindows().get(1, "/").halfClose();
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(response("200 OK", "done"));
            assertThat(client.response(1).body()).isEqualTo("done");
            while (client.readOrEnd() != null) {
                // GOAWAY
            }
        }
    }

    @Test
    void aConnectionThatEndsEndsItsExchanges() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.before(backend)) {
            H2Peer client = H2Peer.connect(gateway.address());
            client.get(1, "/").get(3, "/");
            RawPeer first = backend.accept();
            RawPeer second = backend.accept();
            first.request();
            second.request();
            client.abort();
            first.readUntilGone();
            second.readUntilGone();
            Await.until("gone", () -> gateway.connections().total() == 0);
        }
    }

    @Test
    void oneSlowStreamDoesNotStopTheOthers() throws Exception {
        String large = "l".repeat(300_000);
        try (ScriptedBackend backend = ScriptedBackend.answering(
                        request -> response("200 OK", request.target().equals("/large") ? large : "small"));
                RunningGateway gateway = RunningGateway.before(backend);
                H2Peer client = H2Peer.connect(gateway.address())) {
            // the window of the connection has room for more than one stream takes
            client.openWindow(0, 1 << 20).keepingWindows();
            client.get(1, "/large");
            int got = 0;
            while (got < 65535) {
                got += client.await(H2Frame.DATA).payload().length;
            }
            for (int stream = 3; stream < 50; stream += 2) {
                assertThat(client.get(stream, "/small").response(stream).body()).isEqualTo("small");
            }
            client.openWindow(1, 1 << 20);
            H2Frame frame = client.await(H2Frame.DATA);
            got += frame.payload().length;
            while (!frame.has(H2Frame.END_STREAM)) {
                frame = client.await(H2Frame.DATA);
                got += frame.payload().length;
            }
            assertThat(got).isEqualTo(large.length());
        }
    }

    @Test
    void theWindowOfTheConnectionGoesToAllStreamsAlike() throws Exception {
        String large = "l".repeat(200_000);
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> response("200 OK", large));
                RunningGateway gateway = RunningGateway.before(backend);
                H2Peer client = H2Peer.connect(gateway.address(), H2Frame.setting(4, 1 << 20))) {
            client.keepingWindows().get(1, "/").get(3, "/").get(5, "/").get(7, "/");
            int taken = 0;
            while (taken < 65535) {
                taken += client.await(H2Frame.DATA).payload().length;
            }
            Await.until("all wait", () -> backend.requests().size() == 4);
            client.assertAlive().openWindow(0, 8 * 16384);
            int[] got = new int[8];
            for (int i = 0; i < 8; i++) {
                H2Frame frame = client.await(H2Frame.DATA);
                got[frame.stream()] += frame.payload().length;
            }
            assertThat(new int[] {got[1], got[3], got[5], got[7]}).containsOnly(2 * 16384);
        }
    }
}
