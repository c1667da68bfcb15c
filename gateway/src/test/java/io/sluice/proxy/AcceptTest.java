package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.SocketTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How a listener accepts: on each transport that works here. */
final class AcceptTest {
    private static final String LISTENS = "0A";
    private static final String ESTABLISHED = "01";
    private static final String KEEP_ALIVE_TIMER = "02";

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> ok(request.target()));

    AcceptTest() throws IOException {}

    static Stream<String> transports() {
        return TransportTest.transports();
    }

    private Setup setup(String transport, String listener) {
        return Setup.of(backend).top("transport: " + transport).listener(listener);
    }

    private static long open(RunningGateway gateway) {
        return gateway.connections().total();
    }

    private static long rests(RunningGateway gateway) {
        return gateway.counted("sluice_accept_rests_total", "listener", "web", "cause", "connections");
    }

    private static long rejected(RunningGateway gateway) {
        return gateway.counted("sluice_client_connections_rejected_total", "listener", "web", "cause", "connections");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aClientBeyondTheLimitWaitsUntilOneLeaves(String transport) throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup(transport, "limits: { connections: 3 }"));
                RawPeer first = gateway.client();
                RawPeer second = gateway.client();
                RawPeer third = gateway.client()) {
            for (RawPeer client : List.of(first, second, third)) {
                client.send(get("/")).response(200);
            }
            Await.until("accepting rests", () -> rests(gateway) == 1);

            try (RawPeer fourth = gateway.client()) {
                fourth.send(get("/fourth"));
                second.send(get("/second")).response(200);
                assertThat(open(gateway)).isEqualTo(3);

                first.reset();

                assertThat(fourth.response(200).body()).isEqualTo("/fourth");
                Await.until("accepting rests again", () -> rests(gateway) == 2);
                assertThat(open(gateway)).isEqualTo(3);
                third.send(get("/third")).response(200);
            }
            assertThat(rejected(gateway)).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void servesEachOfACrowdInItsTurn(String transport) throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup(transport, "limits: { connections: 2 }"))) {
            List<CompletableFuture<Void>> clients = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String target = "/" + i;
                clients.add(Aside.start(() -> {
                    try (RawPeer client = gateway.client()) {
                        assertThat(client.send(get(target)).response(200).body())
                                .isEqualTo(target);
                    }
                }));
            }
            for (CompletableFuture<Void> client : clients) {
                client.get(20, TimeUnit.SECONDS);
            }
            assertThat(rests(gateway)).isPositive();
            assertThat(rejected(gateway)).isZero();
        }
    }

    @Test
    void aReloadThatRaisesTheLimitLetsWaitingClientsIn() throws Exception {
        Setup setup = setup("auto", "limits: { connections: 1 }");
        String yaml = setup.yaml();
        try (RunningGateway gateway = RunningGateway.of(yaml);
                RawPeer first = gateway.client();
                RawPeer second = gateway.client()) {
            first.send(get("/")).response(200);
            second.send(get("/second"));
            Await.until("accepting rests", () -> rests(gateway) == 1);

            gateway.reload(yaml.replace("connections: 1 ", "connections: 2 "));

            second.response(200);
            first.send(get("/")).response(200);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void hasASocketForEachLoopIfTold(String transport) throws Exception {
        assumeThat(transport).isNotEqualTo("kqueue");
        assumeThat(SocketTable.isThere()).isTrue();
        try (RunningGateway gateway = RunningGateway.of(setup(transport, "accept: { reusePort: true }"));
                RunningGateway plain = RunningGateway.of(setup(transport, ""))) {
            assertThat(SocketTable.rows(gateway.address(), LISTENS)).hasSize(2);
            assertThat(SocketTable.rows(plain.address(), LISTENS)).hasSize(1);

            for (int i = 0; i < 20; i++) {
                assertThat(gateway.exchange(get("/" + i)).body()).isEqualTo("/" + i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void holdsTheLimitWithSeveralSockets(String transport) throws Exception {
        try (RunningGateway gateway =
                        RunningGateway.of(setup(transport, "accept: { reusePort: true }, limits: { connections: 2 }"));
                RawPeer first = gateway.client();
                RawPeer second = gateway.client()) {
            first.send(get("/")).response(200);
            second.send(get("/")).response(200);
            Await.until("accepting rests", () -> rests(gateway) >= 1);
            try (RawPeer third = gateway.client()) {
                third.send(get("/third"));
                first.send(get("/")).response(200);
                second.send(get("/")).response(200);
                first.reset();

                assertThat(third.response(200).body()).isEqualTo("/third");
            }
            assertThat(rejected(gateway)).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void leavesClientsThatSayNothingToTheKernelIfTold(String transport) throws Exception {
        assumeThat(transport).isIn("epoll", "io_uring");
        try (RunningGateway gateway = RunningGateway.of(setup(transport, "accept: { deferAccept: 60s }"));
                RawPeer silent = gateway.client();
                RawPeer speaks = gateway.client()) {
            speaks.send(get("/")).response(200);

            assertThat(open(gateway)).isEqualTo(1);
            silent.send(get("/at-last"));
            assertThat(silent.response(200).body()).isEqualTo("/at-last");
            assertThat(open(gateway)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void letsTheKernelProbeSilentClientsIfTold(String transport) throws Exception {
        assumeThat(transport).isNotEqualTo("kqueue");
        assumeThat(SocketTable.isThere()).isTrue();
        String probes = "accept: { keepAlive: { idle: 100s, interval: 7s, probes: 3 } }";
        try (RunningGateway gateway = RunningGateway.of(setup(transport, probes));
                RunningGateway plain = RunningGateway.of(setup(transport, ""));
                RawPeer probed = gateway.client();
                RawPeer unprobed = plain.client()) {
            probed.send(get("/")).response(200);
            unprobed.send(get("/")).response(200);

            assertThat(timer(gateway)).startsWith(KEEP_ALIVE_TIMER);
            assertThat(timer(plain)).doesNotStartWith(KEEP_ALIVE_TIMER);
            // in hundredths of a second; the default would be two hours
            assertThat(Long.parseLong(timer(gateway).substring(3), 16)).isLessThanOrEqualTo(10_000);
        }
    }

    /** The kind of timer of the gateway's end of its only connection, and when it fires, as the kernel writes them. */
    private static String timer(RunningGateway gateway) throws IOException {
        List<String[]> rows = SocketTable.rows(gateway.address(), ESTABLISHED);
        assertThat(rows).hasSize(1);
        return rows.getFirst()[5];
    }
}
