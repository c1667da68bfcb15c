package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.response;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.telemetry.ConnectionCounts;
import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.Flood;
import io.sluice.testing.H2Frame;
import io.sluice.testing.H2Peer;
import io.sluice.testing.H2Tunnel;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a tunnel on a stream of HTTP/2: how it is counted, held back, told of, and what ends it. */
final class H2TunnelLifeTest {
    private static final ConnectionCounts ONE_TUNNEL = new ConnectionCounts(0, 0, 0, 0, 1);
    private static final int CANCEL = 8;
    private static final int SMALL_BUFFER = 64 * 1024;
    private static final byte[] PIECE = new byte[256 * 1024];
    private static final long PIECES = 256;
    private static final long HELD = 32L * 1024 * 1024;
    private static final int MOST = 1 << 30;

    private static final String ROUTES = """
            threads: 2
            listeners: { web: { bind: "127.0.0.1:0" } }
            upstreams: { chat: { endpoints: ["%s"] }, other: { endpoints: ["127.0.0.1:1"] } }
            routes:
              - { name: other, match: { path: /other }, respond: { status: 204 } }
              - { name: chat, match: { path: /chat }, to: chat }
            """;

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand(SMALL_BUFFER);

    H2TunnelLifeTest() throws IOException {}

    static Stream<String> transports() {
        return TransportTest.transports();
    }

    @Test
    void itsConnectionIsInThatStateForAsLongAsThereIsOne() throws Exception {
        try (RunningGateway gateway = RunningGateway.before(backend);
                H2Peer client = H2Peer.connect(gateway.address())) {
            H2Tunnel one = H2Tunnel.open(client, 1, backend);
            assertThat(gateway.connections()).isEqualTo(ONE_TUNNEL);
            assertThat(gateway.counted("sluice_client_connections", "listener", "web", "state", "tunnel"))
                    .isEqualTo(1);
            H2Tunnel two = H2Tunnel.open(client, 3, backend);
            client.get(5, "/");
            RawPeer plain = backend.accept();
            plain.request();
            assertThat(gateway.connections()).isEqualTo(ONE_TUNNEL);

            client.data(1, "", true);
            one.upstream().expectEnd();
            one.upstream().close();
            client.response(1);
            assertThat(gateway.connections()).isEqualTo(ONE_TUNNEL);
            client.reset(3, CANCEL);
            two.upstream().expectGone();
            Await.until("active", () -> gateway.connections().equals(new ConnectionCounts(0, 1, 0, 0)));

            plain.send(response("200 OK", "plain", "Connection: close"));
            assertThat(client.response(5).body()).isEqualTo("plain");
            Await.until("parked", () -> gateway.connections().equals(new ConnectionCounts(0, 0, 1, 0)));
            H2Tunnel.open(client, 7, backend).talk("again", "again");
            assertThat(gateway.connections()).isEqualTo(ONE_TUNNEL);
        }
    }

    // ---- back-pressure

    @ParameterizedTest
    @MethodSource("transports")
    void aBackendIsHeldBackWhileItsClientOpensNoWindow(String transport) throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).top("transport: " + transport));
                H2Peer client = H2Peer.connect(gateway.address())) {
            H2Tunnel stalled = H2Tunnel.open(client, 1, backend);
            client.openWindow(0, MOST);
            Flood flood = Flood.into(stalled.upstream(), PIECE, PIECES);
            assertThat(flood.awaitStalled()).isLessThan(HELD);

            // the other direction is free meanwhile, and so are other tunnels
            client.data(1, "still", false);
            assertThat(stalled.upstream().read(5)).isEqualTo("still");
            long came = skipData(client, 1, H2_WINDOW);
            H2Tunnel.open(client, 3, backend).talk("ping", "pong");

            client.openWindow(1, MOST);
            skipData(client, 1, PIECES * PIECE.length - came);
            flood.awaitDone();
        }
    }

    /** What a client allows that has said nothing of its windows. */
    private static final long H2_WINDOW = 65_535;

    private static long skipData(H2Peer client, int stream, long bytes) throws IOException {
        long came = 0;
        while (came < bytes) {
            H2Frame frame = client.await(H2Frame.DATA);
            assertThat(frame.stream()).isEqualTo(stream);
            came += frame.payload().length;
        }
        return came;
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aClientGetsNoWindowWhileItsBackendTakesNothing(String transport) throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).top("transport: " + transport));
                H2Peer client = H2Peer.connect(gateway.address())) {
            H2Tunnel tunnel = H2Tunnel.open(client, 1, backend);
            Windowed sender = new Windowed(client, 1);
            sender.sendUntilStalled(HELD);
            assertThat(sender.sent()).isLessThan(HELD);

            // the other direction is free meanwhile
            tunnel.upstream().send("still");
            assertThat(new String(client.await(H2Frame.DATA).payload(), ISO_8859_1))
                    .isEqualTo("still");
            CompletableFuture<Void> taken = Aside.start(() -> tunnel.upstream().skip(HELD));
            sender.sendAll(HELD);
            taken.get(60, TimeUnit.SECONDS);
        }
    }

    /** A client that sends as much as it may. */
    private static final class Windowed {
        private static final int FRAME = 16_384;
        private static final int CLOSED_FOR = 100;

        private final H2Peer client;
        private final int stream;
        private long window = 256 * 1024;
        private long all = 4 * window;
        private long sent;

        Windowed(H2Peer client, int stream) {
            this.client = client;
            this.stream = stream;
        }

        long sent() {
            return sent;
        }

        private boolean may() {
            return Math.min(window, all) >= FRAME;
        }

        private void send() throws IOException {
            client.frame(H2Frame.DATA, 0, stream, new byte[FRAME]);
            sent += FRAME;
            window -= FRAME;
            all -= FRAME;
        }

        private void take(H2Frame frame) {
            if (frame.type() == H2Frame.WINDOW_UPDATE && frame.stream() == 0) {
                all += frame.number();
            } else if (frame.type() == H2Frame.WINDOW_UPDATE) {
                window += frame.number();
            }
        }

        /** Until no window was opened for half a second, or so much was sent. */
        void sendUntilStalled(long most) throws Exception {
            for (int closed = 0; closed < CLOSED_FOR && sent < most; closed++) {
                while (may() && sent < most) {
                    send();
                    closed = 0;
                }
                client.frame(H2Frame.PING, 0, 0, new byte[8]);
                H2Frame frame = client.read();
                while (frame.type() != H2Frame.PING) {
                    take(frame);
                    frame = client.read();
                }
                Thread.sleep(5);
            }
        }

        void sendAll(long bytes) throws IOException {
            while (sent < bytes) {
                if (may()) {
                    send();
                } else {
                    take(client.read());
                }
            }
        }
    }

    @Test
    void isNotTakenForAStreamThatNobodyReads() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).listener("timeouts: { send: 200ms }"));
                H2Peer client = H2Peer.connect(gateway.address(), H2Frame.setting(4, 0))) {
            H2Tunnel tunnel = H2Tunnel.open(client, 1, backend);
            tunnel.upstream().send("waits");
            client.get(3, "/");
            RawPeer plain = backend.accept();
            plain.request();
            plain.send(ok("waits too"));

            assertThat(client.resetOf(3)).isEqualTo(CANCEL);
            client.openWindow(1, 5);
            assertThat(new String(client.await(H2Frame.DATA).payload(), ISO_8859_1))
                    .isEqualTo("waits");
        }
    }

    // ---- reloads

    @Test
    void goesOnAfterItsRouteIsGone() throws Exception {
        String before = ROUTES.formatted(backend.endpoint());
        try (RunningGateway gateway = RunningGateway.of(before);
                H2Peer client = H2Peer.connect(gateway.address())) {
            H2Tunnel tunnel = H2Tunnel.open(client, 1, backend);

            gateway.reload(before.replace("/chat", "/elsewhere").replace("name: chat", "name: new"));

            assertThat(gateway.exchange(get("/chat")).status()).isEqualTo(404);
            tunnel.talk("ping", "pong");
            assertThat(gateway.connections().tunnel()).isEqualTo(1);
        }
    }

    @Test
    void goesOnAfterItsUpstreamIsGone() throws Exception {
        String before = ROUTES.formatted(backend.endpoint());
        String after = before.replace("chat: { endpoints: [\"" + backend.endpoint() + "\"] }, ", "")
                .replace("to: chat", "to: other");
        try (RunningGateway gateway = RunningGateway.of(before);
                H2Peer client = H2Peer.connect(gateway.address())) {
            H2Tunnel tunnel = H2Tunnel.open(client, 1, backend);
            for (int i = 0; i < 5; i++) {
                gateway.reload(after.replace("status: 204", "status: 20" + i));
                tunnel.talk("ping " + i, "pong " + i);
            }
            client.reset(1, CANCEL);
            tunnel.upstream().expectGone();
        }
    }

    // ---- ends

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsWhenBothSidesAreSilentForTooLong(boolean http2Only) throws Exception {
        String timeouts = "timeouts: { tunnelIdle: 300ms, bodyIdle: " + (http2Only ? "10ms" : "1h") + " }";
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).route(timeouts));
                H2Peer client = H2Peer.connect(gateway.address())) {
            H2Tunnel tunnel = H2Tunnel.open(client, 1, backend);
            tunnel.talk("ping", "pong");
            assertThat(client.resetOf(1)).isEqualTo(CANCEL);
            tunnel.upstream().expectGone();
            assertThat(gateway.counted(
                            "sluice_failures_total", "route", "all", "cause", "tunnel-idle", "side", "gateway"))
                    .isEqualTo(1);
            client.assertAlive();
        }
    }

    @Test
    void hasTheTimeOfADrain() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend));
                H2Peer client = H2Peer.connect(gateway.address())) {
            H2Tunnel tunnel = H2Tunnel.open(client, 1, backend);
            CompletableFuture<Void> drained = Aside.start(
                    () -> assertThat(gateway.drain(Duration.ofSeconds(20))).isTrue());
            assertThat(client.await(H2Frame.GOAWAY).code()).isZero();

            tunnel.talk("ping", "pong");
            tunnel.upstream().close();
            client.response(1);
            client.data(1, "", true);
            drained.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void isCutOffWhenTheDrainIsOver() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend));
                H2Peer client = H2Peer.connect(gateway.address())) {
            H2Tunnel one = H2Tunnel.open(client, 1, backend);
            H2Tunnel two = H2Tunnel.open(client, 3, backend);

            assertThat(gateway.drain(Duration.ofMillis(100))).isFalse();

            one.upstream().expectGone();
            two.upstream().expectGone();
            while (client.readOrEnd() != null) {
                // up to the end of the connection
            }
            Await.until("it is gone", () -> gateway.connections().equals(ConnectionCounts.NONE));
            assertThat(gateway.counted("sluice_failures_total", "route", "all", "cause", "draining", "side", "gateway"))
                    .isEqualTo(2);
        }
    }

    @Test
    void isALineOfTheAccessLogWithTheBytesOfBothDirections(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("access.log");
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).top("accessLog: " + log));
                H2Peer client = H2Peer.connect(gateway.address())) {
            H2Tunnel tunnel = H2Tunnel.open(client, 1, backend);
            tunnel.talk("20 bytes to there...", "and 10 back");
            client.data(1, "", true);
            tunnel.upstream().expectEnd();
            tunnel.upstream().close();
            client.response(1);
            Await.until("a line", () -> Files.exists(log) && !LogLines.of(log).isEmpty());

            JsonNode line = LogLines.of(log).getFirst();
            assertThat(line.get("status").asInt()).isEqualTo(200);
            assertThat(line.get("method").asText()).isEqualTo("GET");
            assertThat(line.get("requestBytes").asInt()).isEqualTo(20);
            assertThat(line.get("responseBytes").asInt()).isEqualTo(11);
            assertThat(LogLines.cause(line)).isEqualTo(LogLines.NONE);
        }
    }
}
