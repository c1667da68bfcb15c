package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each client connection is in one state, from accept to close: the states together are what the kernel's socket table has. */
final class StateCountTest {
    private static final ConnectionCounts HANDSHAKING = new ConnectionCounts(1, 0, 0, 0);
    private static final ConnectionCounts ACTIVE = new ConnectionCounts(0, 1, 0, 0);
    private static final ConnectionCounts PARKED = new ConnectionCounts(0, 0, 1, 0);
    private static final ConnectionCounts DRAINING = new ConnectionCounts(0, 0, 0, 1);

    private static final ConnectionCounts TUNNEL = new ConnectionCounts(0, 0, 0, 0, 1);

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    StateCountTest() throws IOException {}

    static Stream<String> transports() {
        return TransportTest.transports();
    }

    @BeforeEach
    void needsTheTable() {
        assumeThat(SocketTable.isThere()).isTrue();
    }

    private RunningGateway gateway() throws IOException {
        return RunningGateway.of(Setup.of(backend).streaming());
    }

    /** These many in each state, and as many as that in the kernel's table. */
    private static void await(RunningGateway gateway, ConnectionCounts expected) throws InterruptedException {
        InetSocketAddress address = gateway.address();
        Await.until(
                () -> expected + ", but " + gateway.connections() + " and held: " + held(address),
                () -> gateway.connections().equals(expected) && held(address) == expected.total());
    }

    private static int held(InetSocketAddress address) {
        try {
            return SocketTable.held(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void handshakesUntilTheFirstByte() throws Exception {
        try (RunningGateway gateway = gateway()) {
            try (RawPeer client = gateway.client()) {
                await(gateway, HANDSHAKING);

                client.send("G");
                await(gateway, ACTIVE);
            }
            await(gateway, ConnectionCounts.NONE);
        }
    }

    @Test
    void isActiveUntilItIsAnsweredAndThenParked() throws Exception {
        try (RunningGateway gateway = gateway();
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();
            await(gateway, ACTIVE);

            upstream.send(head("HTTP/1.1 200 OK", "Content-Length: 10") + "01234");
            client.head();
            await(gateway, ACTIVE);

            upstream.send("56789");
            client.read(10);
            await(gateway, PARKED);

            client.send("GET / HT");
            await(gateway, ACTIVE);
            client.send("TP/1.1\r\nHost: example.test\r\n\r\n");
            upstream.request();
            upstream.send(ok("again"));
            client.response(200);
            await(gateway, PARKED);

            client.halfClose().expectEnd();
            await(gateway, ConnectionCounts.NONE);
        }
    }

    @Test
    void isActiveWhileItWaitsForAConnection() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).connections("max: 1, queueTimeout: 30s"));
                RawPeer first = gateway.client();
                RawPeer second = gateway.client()) {
            first.send(get("/1"));
            RawPeer upstream = backend.accept();
            upstream.request();
            second.send(get("/2"));
            await(gateway, new ConnectionCounts(0, 2, 0, 0));

            upstream.send(ok("1"));
            upstream.request();
            first.response(200);
            await(gateway, new ConnectionCounts(0, 1, 1, 0));

            first.reset();
            await(gateway, ACTIVE);
            second.reset();
            await(gateway, ConnectionCounts.NONE);
        }
    }

    @Test
    void isActiveWhileItIsHalfClosedAndUnanswered() throws Exception {
        try (RunningGateway gateway = gateway();
                RawPeer client = gateway.client()) {
            client.send(get("/")).halfClose();
            RawPeer upstream = backend.accept();
            upstream.request();
            await(gateway, ACTIVE);

            upstream.send(ok("late"));
            client.response(200);
            client.expectEnd();
            await(gateway, ConnectionCounts.NONE);
        }
    }

    @Test
    void isATunnelAfterTheSwitch() throws Exception {
        try (RunningGateway gateway = gateway();
                RawPeer client = gateway.client()) {
            client.send(request("GET / HTTP/1.1", "Connection: upgrade", "Upgrade: x"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: x"));
            client.response(101);
            await(gateway, TUNNEL);

            upstream.close();
            client.halfClose();
            await(gateway, ConnectionCounts.NONE);
        }
    }

    @Test
    void drainsAfterAnEarlyRefusalUntilTheClientCloses() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).route("limits: { body: 10B }"))) {
            try (RawPeer client = gateway.client()) {
                client.send(request("POST / HTTP/1.1", "Content-Length: 1000000"));
                client.response(413);
                await(gateway, DRAINING);

                client.send("more");
                await(gateway, DRAINING);
            }
            await(gateway, ConnectionCounts.NONE);
        }
    }

    @Test
    void isActiveUntilTheClientTakesItsAnswer() throws Exception {
        byte[] piece = new byte[64 * 1024];
        int pieces = 256;
        try (RunningGateway gateway = gateway();
                RawPeer client = RawPeer.connect(gateway.address(), 4096)) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(head("HTTP/1.1 200 OK", "Content-Length: " + piece.length * pieces));
            Flood flood = Flood.into(upstream, piece, pieces);
            flood.awaitStalled();
            await(gateway, ACTIVE);

            client.head();
            client.skip((long) piece.length * pieces);
            flood.awaitDone();
            await(gateway, PARKED);
        }
    }

    @Test
    void endsWithADrain() throws Exception {
        try (RunningGateway gateway = gateway();
                RawPeer silent = gateway.client();
                RawPeer parked = gateway.client();
                RawPeer active = gateway.client()) {
            parked.send(get("/none\u0001")).response(400);
            parked.expectEnd();
            active.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();
            await(gateway, new ConnectionCounts(1, 1, 0, 0));

            CompletableFuture<Void> drained = Aside.start(() -> gateway.drain(Duration.ofSeconds(20)));
            silent.expectEnd();
            await(gateway, ACTIVE);
            upstream.send(ok("done"));
            active.response(200);
            active.expectEnd();
            drained.get(20, TimeUnit.SECONDS);
            await(gateway, ConnectionCounts.NONE);
        }
    }

    @Test
    void endsWithAnAbort() throws Exception {
        try (RunningGateway gateway = gateway();
                RawPeer active = gateway.client()) {
            active.send(get("/"));
            backend.accept().request();
            await(gateway, ACTIVE);

            gateway.drain(Duration.ofMillis(1));

            active.expectGone();
            await(gateway, ConnectionCounts.NONE);
        }
    }

    @Test
    void hasOneOfARefusedAddressInNoState() throws Exception {
        try (RunningGateway gateway =
                        RunningGateway.of(Setup.of(backend).listener("limits: { connectionsPerAddress: 1 }"));
                RawPeer first = gateway.client()) {
            await(gateway, HANDSHAKING);
            try (RawPeer second = gateway.client()) {
                second.expectGone();
            } catch (SocketException refusedBeforeItWasKnownToBeConnected) {
                // as well
            }
            Await.until("refusal", () -> rejected(gateway) == 1);
            await(gateway, HANDSHAKING);
            first.send("GET");
            await(gateway, ACTIVE);
        }
    }

    private static long rejected(RunningGateway gateway) {
        return gateway.counted("sluice_client_connections_rejected_total", "listener", "web", "cause", "address");
    }

    @Test
    void hasOneThatWaitsInTheBacklogInNoState() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).listener("limits: { connections: 1 }"));
                RawPeer first = gateway.client()) {
            await(gateway, HANDSHAKING);
            try (RawPeer second = gateway.client()) {
                second.send("GET");
                first.send("GET");
                await(gateway, ACTIVE);
                first.reset();
                await(gateway, ACTIVE);
            }
            await(gateway, ConnectionCounts.NONE);
        }
    }

    @Test
    void endsWithATimeout() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(
                        Setup.of(backend).listener("timeouts: { head: 100ms, idle: 100ms, send: 100ms }"));
                RawPeer silent = gateway.client();
                RawPeer slow = gateway.client()) {
            slow.send("GET /");
            silent.expectEnd();
            slow.response(408);
            slow.expectEnd();
            await(gateway, ConnectionCounts.NONE);
        }
    }

    @Test
    void isCountedWhereItCameInAfterItsListenerGotAnotherName() throws Exception {
        String yaml = Setup.of(backend).yaml();
        try (RunningGateway gateway = RunningGateway.of(yaml.replace(":0\"", ":" + freePort() + "\""));
                RawPeer before = gateway.client()) {
            InetSocketAddress address = gateway.address();
            await(gateway, HANDSHAKING);
            gateway.reload(yaml.replace(":0\"", ":" + address.getPort() + "\"").replace("web:", "entry:"));
            try (RawPeer after = RawPeer.connect(address)) {
                after.send("GET");
                Await.until("both are there", () -> gateway.connections().equals(new ConnectionCounts(1, 1, 0, 0)));
                assertThat(held(address)).isEqualTo(2);
                assertThat(inState(gateway, "web", "handshaking")).isEqualTo(1);
                assertThat(inState(gateway, "entry", "active")).isEqualTo(1);

                before.send("GET");
                Await.until("active", () -> inState(gateway, "web", "active") == 1);
            }
        }
    }

    private static long inState(RunningGateway gateway, String listener, String state) {
        return gateway.counted("sluice_client_connections", "listener", listener, "state", state);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void endsWithTheGateway() throws Exception {
        RunningGateway gateway = gateway();
        try (gateway;
                RawPeer silent = gateway.client();
                RawPeer active = gateway.client()) {
            active.send(get("/"));
            backend.accept().request();
            await(gateway, new ConnectionCounts(1, 1, 0, 0));
            InetSocketAddress address = gateway.address();
            gateway.close();

            active.expectGone();
            silent.expectGone();
            Await.until("nothing is open", () -> held(address) == 0);
            assertThat(gateway.connections()).isEqualTo(ConnectionCounts.NONE);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void isExactAfterAnythingThatClientsDo(String transport) throws Exception {
        try (ScriptedBackend answering = ScriptedBackend.answering(request -> ok(request.body()));
                RunningGateway gateway = RunningGateway.of(
                        Setup.of(answering).top("transport: " + transport).route("limits: { body: 100KiB }"))) {
            List<CompletableFuture<Void>> doing = new ArrayList<>();
            Queue<RawPeer> stay = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < 8; i++) {
                Random random = new Random(i);
                doing.add(Aside.start(() -> {
                    for (int j = 0; j < 40; j++) {
                        RawPeer client = gateway.client();
                        if (act(client, random)) {
                            stay.add(client);
                        }
                    }
                }));
            }
            for (CompletableFuture<Void> clients : doing) {
                clients.get(30, TimeUnit.SECONDS);
            }
            await(gateway, new ConnectionCounts(0, 0, stay.size(), 0));

            for (RawPeer client : stay) {
                client.close();
            }
            await(gateway, ConnectionCounts.NONE);
        }
    }

    /** Whether the client stays. */
    private static boolean act(RawPeer client, Random random) throws IOException {
        switch (random.nextInt(8)) {
            case 0 -> client.close();
            case 1 -> client.reset();
            case 2 -> client.send("GET / HTTP/1.1\r\n").close();
            case 3 -> client.send(get("/")).reset();
            case 4 -> client.send(post("/", "x".repeat(150_000))).response(413);
            case 5 -> client.send(get("/")).halfClose().response(200);
            case 6 -> client.send(post("/", "abc") + get("/")).close();
            default -> {
                for (int i = 0; i <= random.nextInt(4); i++) {
                    client.send(post("/", "x".repeat(random.nextInt(90_000)))).response(200);
                }
                return true;
            }
        }
        client.close();
        return false;
    }
}
