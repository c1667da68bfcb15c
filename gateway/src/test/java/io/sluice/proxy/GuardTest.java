package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectRefusal;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.Flood;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that take places and give nothing: each kind is bounded and counted, and honest clients are served all the while.
 * What an attack costs them in time is measured by the bench.
 */
final class GuardTest {
    private static final int ATTACKERS = 50;
    private static final int HONEST = 4;
    /** Answers that an honest client has got while the attack is at its height. */
    private static final int MEANWHILE = 200;

    private static final int SMALL_BUFFER = 16 * 1024;
    private static final String LARGE = "x".repeat(8 << 20);
    private static final String MIDDLE = "y".repeat(50_000);

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(GuardTest::answer);

    private final List<RawPeer> attackers = new ArrayList<>();

    GuardTest() throws IOException {}

    private static String answer(WireMessage request) {
        return switch (request.target()) {
            case "/large" -> ok(LARGE);
            case "/middle" -> ok(MIDDLE);
            default -> ok(request.target());
        };
    }

    @AfterEach
    void close() throws IOException {
        for (RawPeer attacker : attackers) {
            attacker.close();
        }
    }

    private RawPeer attacker(RunningGateway gateway) throws IOException {
        RawPeer attacker = RawPeer.connect(gateway.address(), SMALL_BUFFER);
        attackers.add(attacker);
        return attacker;
    }

    private static long ended(RunningGateway gateway, String cause) {
        return gateway.counted("sluice_client_connections_ended_total", "listener", "web", "cause", cause);
    }

    private static long failures(RunningGateway gateway, String route, Failure failure) {
        return gateway.counted("sluice_failures_total", "route", route, "cause", failure.cause(), "side", "client");
    }

    @Test
    void clientsThatSayNothingAreClosed() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).listener("timeouts: { head: 1s }"));
                Load honest = Load.of(gateway, HONEST)) {
            for (int i = 0; i < 500; i++) {
                attacker(gateway);
            }
            honest.awaitMore(MEANWHILE);

            for (RawPeer attacker : attackers) {
                attacker.expectEnd();
            }
            assertThat(ended(gateway, "silent")).isEqualTo(attackers.size());
            honest.awaitMore(MEANWHILE);
            assertThat(honest.stop()).isEmpty();
        }
    }

    @Test
    void slowHeadsAreAnswered408() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).listener("timeouts: { head: 1s }"));
                Load honest = Load.of(gateway, HONEST)) {
            for (int i = 0; i < ATTACKERS; i++) {
                attacker(gateway).send("GET / HTTP/1.1\r\nHost: a\r\nX-" + i);
            }
            honest.awaitMore(MEANWHILE);

            for (RawPeer attacker : attackers) {
                expectRefusal(attacker, Failure.REQUEST_HEAD_TIMEOUT);
            }
            assertThat(ended(gateway, "head")).isEqualTo(ATTACKERS);
            assertThat(failures(gateway, "", Failure.REQUEST_HEAD_TIMEOUT)).isEqualTo(ATTACKERS);
            honest.awaitMore(MEANWHILE);
            assertThat(honest.stop()).isEmpty();
        }
    }

    @Test
    void slowBodiesHoldNoUpstreamConnection() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).connections("max: 1, queueTimeout: 30s"));
                Load honest = Load.of(gateway, HONEST)) {
            for (int i = 0; i < ATTACKERS; i++) {
                attacker(gateway).send(request("POST /" + i + " HTTP/1.1", "Content-Length: 100") + "slow");
            }
            honest.awaitMore(MEANWHILE);

            for (int i = 0; i < ATTACKERS; i++) {
                RawPeer late = attackers.get(i);
                late.send("x".repeat(50));
                late.send("y".repeat(46));
                assertThat(late.response(200).body()).isEqualTo("/" + i);
            }
            assertThat(honest.stop()).isEmpty();
        }
        assertThat(backend.requests().stream()
                        .filter(request -> request.method().equals("POST"))
                        .map(WireMessage::body))
                .hasSize(ATTACKERS)
                .containsOnly("slow" + "x".repeat(50) + "y".repeat(46));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100000", "Transfer-Encoding: chunked"})
    void bodiesThatDripAreCutOffAndTheOthersServed(String framing) throws Exception {
        String slow = "timeouts: { bodyGrace: 500ms }, limits: { bodyRate: 1MiB }";
        try (RunningGateway gateway = RunningGateway.of(
                        Setup.of(backend).connections("max: 100").route(slow));
                Load honest = Load.of(gateway, HONEST)) {
            List<CompletableFuture<Void>> drips = new ArrayList<>();
            for (int i = 0; i < ATTACKERS; i++) {
                RawPeer attacker = attacker(gateway);
                attacker.send(request("POST / HTTP/1.1", framing));
                drips.add(Aside.start(() -> drip(attacker, framing.endsWith("chunked") ? "1\r\nx\r\n" : "x")));
            }
            honest.awaitMore(MEANWHILE);

            for (RawPeer attacker : attackers) {
                assertThat(attacker.response(408).value("proxy-status")).contains("request-body-slow");
                attacker.reset();
            }
            assertThat(failures(gateway, "all", Failure.REQUEST_BODY_SLOW)).isEqualTo(ATTACKERS);
            honest.awaitMore(MEANWHILE);
            assertThat(honest.stop()).isEmpty();
            drips.forEach(CompletableFuture::join);
        }
    }

    /** Until it is closed, here or there. */
    private static void drip(RawPeer client, String piece) throws Exception {
        try {
            while (true) {
                client.send(piece);
                Thread.sleep(50);
            }
        } catch (SocketException closed) {
            assertThat(closed).isNotNull();
        }
    }

    @Test
    void aSteadyBodyThatIsFastEnoughTakesItsTime() throws Exception {
        String route = "timeouts: { bodyGrace: 1ms }, limits: { bodyRate: 1B, requestBuffer: 0B }";
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).route(route));
                RawPeer client = gateway.client()) {
            client.send(request("POST /steady HTTP/1.1", "Content-Length: 15"));
            for (int i = 0; i < 15; i++) {
                client.send("x");
                Thread.sleep(20);
            }
            assertThat(client.response(200).body()).isEqualTo("/steady");
        }
    }

    @Test
    void aBodyIsNotSlowWhileTheBackendDoesNotTakeIt() throws Exception {
        String route = "timeouts: { bodyGrace: 1s }, limits: { bodyRate: 1GiB, requestBuffer: 0B }";
        try (ScriptedBackend busy = ScriptedBackend.byHand(SMALL_BUFFER);
                RunningGateway gateway = RunningGateway.of(Setup.of(busy).route(route));
                RawPeer client = gateway.client()) {
            client.send(request("POST / HTTP/1.1", "Content-Length: " + (16 << 20)));
            RawPeer upstream = busy.accept();
            upstream.head();
            Flood flood = Flood.into(client, new byte[1 << 20], 16);
            flood.awaitStalled();
            Thread.sleep(1500);

            upstream.skip(16 << 20);
            flood.awaitDone();
            upstream.send(ok("all"));
            assertThat(client.response(200).body()).isEqualTo("all");
        }
    }

    @Test
    void clientsThatDoNotReadAreCutOffAndTheirUpstreamConnectionsFreed() throws Exception {
        Setup setup = Setup.of(backend).connections("max: " + (ATTACKERS + 1)).route("timeouts: { bodyIdle: 1s }");
        try (RunningGateway gateway = RunningGateway.of(setup);
                Load honest = Load.of(gateway, HONEST)) {
            for (int i = 0; i < ATTACKERS; i++) {
                attacker(gateway).send(get("/large"));
            }
            honest.awaitMore(MEANWHILE);

            Await.until("all cut off", () -> ended(gateway, "cut-off") == ATTACKERS);
            assertThat(failures(gateway, "all", Failure.CLIENT_STALLED)).isEqualTo(ATTACKERS);
            Await.until("upstream connections freed", () -> backend.open() <= HONEST);
            honest.awaitMore(MEANWHILE);
            assertThat(honest.stop()).isEmpty();
        }
    }

    @Test
    void clientsThatPipelineAndDoNotReadAreCutOff() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).listener("timeouts: { send: 1s }"));
                Load honest = Load.of(gateway, HONEST)) {
            byte[] piece = get("/middle").repeat(100).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            for (int i = 0; i < HONEST; i++) {
                Flood.into(attacker(gateway), piece, 1000);
            }
            honest.awaitMore(MEANWHILE);

            Await.until("all cut off", () -> ended(gateway, "unread") == HONEST);
            honest.awaitMore(MEANWHILE);
            assertThat(honest.stop()).isEmpty();
        }
    }

    @Test
    void aFloodFromOneAddressLeavesPlacesToOthers() throws Exception {
        Setup setup = Setup.of(backend).listener("limits: { connections: 20, connectionsPerAddress: 10 }");
        try (RunningGateway gateway = RunningGateway.of(setup);
                Load honest = Load.of(gateway, HONEST)) {
            for (int i = 0; i < 500; i++) {
                connectFromElsewhere(gateway);
            }
            honest.awaitMore(MEANWHILE);

            Await.until(
                    "refusals",
                    () -> gateway.counted(
                                    "sluice_client_connections_rejected_total", "listener", "web", "cause", "address")
                            == 490);
            assertThat(gateway.connections().total()).isEqualTo(10 + HONEST);
            honest.awaitMore(MEANWHILE);
            assertThat(honest.stop()).isEmpty();
        }
    }

    private void connectFromElsewhere(RunningGateway gateway) throws IOException {
        try {
            attackers.add(RawPeer.connectFrom("127.0.0.2", gateway.address()));
        } catch (SocketException reset) {
            // closed before this side had noticed that it was open
            assertThat(attackers).hasSizeGreaterThanOrEqualTo(10);
        }
    }

    @Test
    void anAddressGetsAPlaceBackWithEachConnectionThatEnds() throws Exception {
        try (RunningGateway gateway =
                RunningGateway.of(Setup.of(backend).listener("limits: { connectionsPerAddress: 1 }"))) {
            for (int i = 0; i < 20; i++) {
                try (RawPeer client = gateway.client()) {
                    client.send(get("/")).response(200);
                }
                Await.until("gone", () -> gateway.connections().total() == 0);
            }
        }
    }

    @Test
    void trustedProxiesHaveAnyNumberOfConnections() throws Exception {
        Setup setup =
                Setup.of(backend).top("trustedProxies: 127.0.0.1").listener("limits: { connectionsPerAddress: 1 }");
        try (RunningGateway gateway = RunningGateway.of(setup);
                RawPeer first = gateway.client();
                RawPeer second = gateway.client();
                RawPeer other = RawPeer.connectFrom("127.0.0.2", gateway.address())) {
            for (RawPeer client : List.of(first, second, other)) {
                client.send(get("/")).response(200);
            }
            assertThat(serves(gateway, "127.0.0.2")).isFalse();
            assertThat(serves(gateway, "127.0.0.3")).isTrue();
        }
    }

    private static boolean serves(RunningGateway gateway, String address) {
        try (RawPeer client = RawPeer.connectFrom(address, gateway.address())) {
            return client.send(get("/")).response().status() == 200;
        } catch (IOException reset) {
            return false;
        }
    }
}
