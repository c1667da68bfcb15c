package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.telemetry.ConnectionCounts;
import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.Flood;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.SocketTable;
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

/** What becomes of a tunnel: how it is counted, held back, told of, and what ends it. */
final class TunnelLifeTest {
    private static final ConnectionCounts ONE = new ConnectionCounts(0, 0, 0, 0, 1);
    private static final int SMALL_BUFFER = 64 * 1024;
    private static final byte[] PIECE = new byte[256 * 1024];
    private static final long PIECES = 512;
    private static final long HELD = 32L * 1024 * 1024;

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

    TunnelLifeTest() throws IOException {}

    static Stream<String> transports() {
        return TransportTest.transports();
    }

    private RawPeer tunnel(RawPeer client) throws Exception {
        client.send(request("GET /chat HTTP/1.1", "Connection: upgrade", "Upgrade: echo"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: echo"));
        client.response(101);
        return upstream;
    }

    private static void talk(RawPeer client, RawPeer upstream, int times) throws IOException {
        for (int i = 100; i < 100 + times; i++) {
            client.send("ping " + i);
            assertThat(upstream.read(8)).isEqualTo("ping " + i);
            upstream.send("pong " + i);
            assertThat(client.read(8)).isEqualTo("pong " + i);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void isAStateOfItsOwn(String transport) throws Exception {
        assumeThat(SocketTable.isThere()).isTrue();
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).top("transport: " + transport));
                RawPeer client = gateway.client()) {
            RawPeer upstream = tunnel(client);
            assertThat(gateway.connections()).isEqualTo(ONE);
            assertThat(SocketTable.held(gateway.address())).isEqualTo(1);
            assertThat(gateway.counted("sluice_client_connections", "listener", "web", "state", "tunnel"))
                    .isEqualTo(1);

            talk(client, upstream, 3);
            client.halfClose();
            upstream.expectEnd();
            assertThat(gateway.connections()).isEqualTo(ONE);
            upstream.close();
            client.expectEnd();
            Await.until("it is gone", () -> gateway.connections().equals(ConnectionCounts.NONE));
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void holdsEachSideBackWhileTheOtherDoesNotRead(String transport) throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).top("transport: " + transport));
                RawPeer client = RawPeer.connect(gateway.address(), SMALL_BUFFER)) {
            RawPeer upstream = tunnel(client);

            Flood down = Flood.into(upstream, PIECE, PIECES);
            assertThat(down.awaitStalled()).isLessThan(HELD);
            // the other direction is free meanwhile
            client.send("still");
            assertThat(upstream.read(5)).isEqualTo("still");
            client.skip(PIECES * PIECE.length);
            down.awaitDone();

            Flood up = Flood.into(client, PIECE, PIECES);
            assertThat(up.awaitStalled()).isLessThan(HELD);
            upstream.send("still");
            assertThat(client.read(5)).isEqualTo("still");
            upstream.skip(PIECES * PIECE.length);
            up.awaitDone();
            talk(client, upstream, 3);
        }
    }

    // ---- reloads

    @Test
    void goesOnAfterItsRouteIsGone() throws Exception {
        String before = ROUTES.formatted(backend.endpoint());
        try (RunningGateway gateway = RunningGateway.of(before);
                RawPeer client = gateway.client()) {
            RawPeer upstream = tunnel(client);

            gateway.reload(before.replace("/chat", "/elsewhere").replace("name: chat", "name: new"));

            assertThat(gateway.exchange(get("/chat")).status()).isEqualTo(404);
            talk(client, upstream, 20);
            assertThat(gateway.connections().tunnel()).isEqualTo(1);
            upstream.close();
            client.expectEnd();
        }
    }

    @Test
    void goesOnAfterItsUpstreamIsGone() throws Exception {
        String before = ROUTES.formatted(backend.endpoint());
        String after = before.replace("chat: { endpoints: [\"" + backend.endpoint() + "\"] }, ", "")
                .replace("to: chat", "to: other");
        try (RunningGateway gateway = RunningGateway.of(before);
                RawPeer client = gateway.client()) {
            RawPeer upstream = tunnel(client);

            for (int i = 0; i < 5; i++) {
                gateway.reload(after.replace("status: 204", "status: 20" + i));
                talk(client, upstream, 5);
            }
            client.reset();
            upstream.expectGone();
            Await.until("it is gone", () -> gateway.connections().equals(ConnectionCounts.NONE));
        }
    }

    @Test
    void keepsTheTimeoutThatItBeganWith() throws Exception {
        String before = ROUTES.formatted(backend.endpoint());
        String after = before.replace("to: chat", "to: chat, timeouts: { tunnelIdle: 50ms }");
        try (RunningGateway gateway = RunningGateway.of(before);
                RawPeer old = gateway.client();
                RawPeer young = gateway.client()) {
            RawPeer oldUpstream = tunnel(old);
            gateway.reload(after);
            RawPeer youngUpstream = tunnel(young);

            young.expectGone();
            youngUpstream.expectGone();
            talk(old, oldUpstream, 3);
        }
    }

    // ---- ends

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isNotSilentWhileOneSideTalks(boolean clientTalks) throws Exception {
        int pieces = 40;
        try (RunningGateway gateway =
                        RunningGateway.of(Setup.of(backend).route("timeouts: { tunnelIdle: 1s, bodyIdle: 50ms }"));
                RawPeer client = gateway.client()) {
            RawPeer upstream = tunnel(client);
            RawPeer talking = clientTalks ? client : upstream;
            RawPeer listening = clientTalks ? upstream : client;
            long began = System.nanoTime();
            // for longer than the silence that is allowed
            for (int i = 0; i < pieces || System.nanoTime() - began < TimeUnit.MILLISECONDS.toNanos(1500); i++) {
                talking.send("x");
                assertThat(listening.read(1)).isEqualTo("x");
                Thread.sleep(10);
            }
            listening.expectGone();
            assertThat(gateway.counted(
                            "sluice_failures_total", "route", "all", "cause", "tunnel-idle", "side", "gateway"))
                    .isEqualTo(1);
        }
    }

    @Test
    void hasTheTimeOfADrain() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend));
                RawPeer client = gateway.client();
                RawPeer parked = gateway.client()) {
            RawPeer upstream = tunnel(client);
            CompletableFuture<Void> drained = Aside.start(
                    () -> assertThat(gateway.drain(Duration.ofSeconds(20))).isTrue());
            parked.expectEnd();

            talk(client, upstream, 10);
            upstream.close();
            client.expectEnd();
            client.halfClose();

            drained.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void isCutOffWhenTheDrainIsOver() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend));
                RawPeer client = gateway.client()) {
            RawPeer upstream = tunnel(client);

            assertThat(gateway.drain(Duration.ofMillis(100))).isFalse();

            client.expectGone();
            upstream.expectGone();
            Await.until("it is gone", () -> gateway.connections().equals(ConnectionCounts.NONE));
            assertThat(gateway.counted("sluice_requests_total", "route", "all", "status", "1xx"))
                    .isEqualTo(1);
            assertThat(gateway.counted("sluice_failures_total", "route", "all", "cause", "draining", "side", "gateway"))
                    .isEqualTo(1);
        }
    }

    @Test
    void isALineOfTheAccessLogWithTheBytesOfBothDirections(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("access.log");
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).top("accessLog: " + log));
                RawPeer client = gateway.client()) {
            RawPeer upstream = tunnel(client);
            talk(client, upstream, 10);
            client.send("twenty bytes more...");
            assertThat(upstream.read(20)).endsWith("more...");
            upstream.close();
            client.expectEnd();
            client.halfClose();
            Await.until("a line", () -> read(log).endsWith("\n"));

            JsonNode line = new ObjectMapper().readTree(read(log));
            assertThat(line.get("status").asInt()).isEqualTo(101);
            assertThat(line.get("requestBytes").asInt()).isEqualTo(100);
            assertThat(line.get("responseBytes").asInt()).isEqualTo(80);
            assertThat(line.has("failure") && !line.get("failure").isNull()).isFalse();
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
