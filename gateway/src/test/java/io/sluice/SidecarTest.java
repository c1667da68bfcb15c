package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.LoadResult;
import io.sluice.testing.AdminClient;
import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.TomcatBackend;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Sluice as it runs from flags alone, beside a Tomcat with five threads: what clients do to it without Sluice, and
 * that they can't with it. The Tomcat takes 500 connections, so that the test gets by with few.
 */
final class SidecarTest {
    private static final int THREADS = 5;
    private static final int CONNECTIONS = 500;
    private static final int IDLE = 2_000;
    private static final String STALLED =
            HttpText.request("POST / HTTP/1.1", "Content-Length: 100") + "a form that never comes to its end";

    private final List<RawPeer> clients = new ArrayList<>();
    private TomcatBackend tomcat;

    @BeforeEach
    void start() throws IOException {
        tomcat = TomcatBackend.start(THREADS, CONNECTIONS);
    }

    @AfterEach
    void end() throws IOException {
        for (RawPeer client : clients) {
            client.close();
        }
        tomcat.close();
    }

    @Test
    void idleClientsTakeAllConnectionsOfATomcatAlone() throws Exception {
        idle(tomcat.address(), CONNECTIONS);

        RawPeer honest = connect(tomcat.address()).send(HttpText.get("/"));
        honest.expectNothing();

        close(clients.getFirst());
        assertThat(honest.response(200).body()).isEqualTo("0");
    }

    @Test
    void fiveFormsThatStopHalfwayTakeAllThreadsOfATomcatAlone() throws Exception {
        for (int i = 0; i < THREADS; i++) {
            connect(tomcat.address()).send(STALLED);
        }
        Await.until("busy threads", () -> tomcat.busy() == THREADS);

        RawPeer honest = connect(tomcat.address()).send(HttpText.get("/"));
        honest.expectNothing();

        close(clients.getFirst());
        assertThat(honest.response(200).body()).isEqualTo("0");
    }

    @Test
    void neitherTakesAnythingBehindSluice() throws Exception {
        try (Gateway gateway = sidecar()) {
            InetSocketAddress inbound = gateway.address(Sidecar.INBOUND);
            idle(inbound, IDLE);
            for (int i = 0; i < 20 * THREADS; i++) {
                connect(inbound).send(STALLED);
            }
            for (int i = 0; i < 10 * THREADS; i++) {
                RawPeer honest = connect(inbound);
                assertThat(honest.send(HttpText.get("/")).response(200).body()).isEqualTo("0");
                assertThat(honest.send(HttpText.post("/", "all of it"))
                                .response(200)
                                .body())
                        .isEqualTo("9");
            }
            for (RawPeer client : clients.subList(0, IDLE)) {
                // who was idle finds its connection as it was
                assertThat(client.send(HttpText.get("/")).response(200).body()).isEqualTo("0");
            }
            assertThat(tomcat.connections()).isBetween(1L, (long) THREADS);
        }
    }

    @Test
    void isReadyWhileItsApplicationLives() throws Exception {
        try (Gateway gateway = sidecar()) {
            assertThat(ready(gateway)).isEqualTo("ready");
            tomcat.close();

            Await.until("not ready", () -> gateway.notReady() != null);
            assertThat(ready(gateway)).isEqualTo("upstream app has no healthy endpoint");
        }
    }

    private static String ready(Gateway gateway) throws IOException {
        AdminClient admin = AdminClient.of(gateway.adminAddress());
        return AdminClient.json(admin.get("/readyz")).get("status").asText();
    }

    @Test
    void isLookedAfterFromElsewhereWithATokenOnly() throws Exception {
        StringWriter refused = new StringWriter();
        Map<String, String> open = Map.of(Sidecar.TO, "127.0.0.1:1", Sidecar.ADMIN, "0.0.0.0:0");
        assertThat(Sidecar.read(open, new PrintWriter(refused))).isNull();
        assertThat(refused.toString()).contains("admin.bind: 0.0.0.0:0 (expected: a loopback address");

        Map<String, String> guarded = new HashMap<>(open);
        guarded.put("SLUICE_ADMIN_TOKEN", "a-token-of-a-good-length");
        guarded.put(Sidecar.LISTEN, "127.0.0.1:0");
        guarded.put(Sidecar.TO, "127.0.0.1:" + tomcat.address().getPort());
        try (Gateway gateway = start(guarded)) {
            AdminClient admin = AdminClient.of(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), gateway.adminAddress().getPort()));

            assertThat(admin.get("/readyz").status()).isEqualTo(200);
            assertThat(admin.get("/api/v1/routes").status()).isEqualTo(401);
            assertThat(gateway.snapshot().text()).doesNotContain("a-token-of-a-good-length");
        }
    }

    private Gateway sidecar() throws StartException {
        return start(Map.of(
                Sidecar.TO,
                "127.0.0.1:" + tomcat.address().getPort(),
                Sidecar.LISTEN,
                "127.0.0.1:0",
                Sidecar.ADMIN,
                "127.0.0.1:0",
                Sidecar.CONNECTIONS,
                Integer.toString(THREADS)));
    }

    private static Gateway start(Map<String, String> flags) throws StartException {
        LoadResult.Loaded loaded = Sidecar.read(flags, new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        assertThat(loaded).isNotNull();
        return Gateway.start(loaded.config(), loaded.text(), null);
    }

    /** So many who have had one answer, and stay. */
    private void idle(InetSocketAddress address, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            assertThat(connect(address).send(HttpText.get("/")).response(200).body())
                    .isEqualTo("0");
        }
    }

    private RawPeer connect(InetSocketAddress address) throws IOException {
        RawPeer client = RawPeer.connect(address);
        clients.add(client);
        return client;
    }

    private static void close(RawPeer client) {
        try {
            client.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
