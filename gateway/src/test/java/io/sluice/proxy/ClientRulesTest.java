package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Who may connect, and who is served. */
final class ClientRulesTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> ok("served"));

    ClientRulesTest() throws IOException {}

    private RunningGateway listener(String keys) throws IOException {
        return RunningGateway.of(Setup.of(backend).listener(keys));
    }

    /** Whether a client with that address gets an answer; or is closed without one. */
    private static boolean isLetIn(RunningGateway gateway, String local) throws IOException {
        try (RawPeer client = RawPeer.connectFrom(local, gateway.address())) {
            return client.send(get("/")).response().status() == 200;
        } catch (IOException closed) {
            return false;
        }
    }

    private static long denied(RunningGateway gateway) {
        return gateway.counted("sluice_client_connections_rejected_total", "listener", "web", "cause", "denied");
    }

    @Test
    void closesConnectionsOfOthersBeforeAByteIsRead() throws Exception {
        try (RunningGateway gateway = listener("deny: 127.0.0.2")) {
            assertThat(isLetIn(gateway, "127.0.0.2")).isFalse();
            assertThat(isLetIn(gateway, "127.0.0.3")).isTrue();

            assertThat(denied(gateway)).isEqualTo(1);
            assertThat(gateway.counted("sluice_client_connections_opened_total", "listener", "web"))
                    .isEqualTo(1);
            assertThat(gateway.counted("sluice_requests_total", "route", "", "status", "4xx"))
                    .isZero();
        }
        assertThat(backend.requests()).hasSize(1);
    }

    @Test
    void closesThemWhatEverTheySay() throws Exception {
        try (RunningGateway gateway = listener("deny: 127.0.0.2")) {
            try (RawPeer silent = RawPeer.connectFrom("127.0.0.2", gateway.address())) {
                silent.expectGone();
            } catch (SocketException reset) {
                // so early that it was seen by who connects
                assertThat(reset).hasMessageContaining("reset");
            }
            Await.until("told", () -> denied(gateway) == 1);
        }
    }

    @Test
    void letsInOnlyThoseThatAreAllowed() throws Exception {
        try (RunningGateway gateway = listener("allow: 127.0.1.0/24, deny: 127.0.1.7")) {
            assertThat(isLetIn(gateway, "127.0.1.6")).isTrue();
            assertThat(isLetIn(gateway, "127.0.1.7")).isFalse();
            assertThat(isLetIn(gateway, "127.0.1.8")).isTrue();
            assertThat(isLetIn(gateway, "127.0.2.6")).isFalse();
        }
    }

    @Test
    void givesBackThePlacesOfThoseItDoesNotLetIn() throws Exception {
        try (RunningGateway gateway = listener("deny: 127.0.0.2, limits: { connections: 1 }")) {
            for (int i = 0; i < 20; i++) {
                assertThat(isLetIn(gateway, "127.0.0.2")).isFalse();
            }
            assertThat(isLetIn(gateway, "127.0.0.3")).isTrue();
        }
    }

    @Test
    void asksOtherListsOnceTheyAreReloaded() throws Exception {
        // the port stays, since a listener is known by its address
        int port = ScriptedBackend.unusedPort();
        Setup setup = Setup.of(backend);
        String all = setup.yaml().replace("127.0.0.1:0", "127.0.0.1:" + port);
        String fewer = setup.listener("deny: 127.0.0.2").yaml().replace("127.0.0.1:0", "127.0.0.1:" + port);
        try (RunningGateway gateway = RunningGateway.of(all);
                RawPeer before = RawPeer.connectFrom("127.0.0.2", gateway.address())) {
            before.send(get("/")).response(200);

            gateway.reload(fewer);

            assertThat(isLetIn(gateway, "127.0.0.2")).isFalse();
            before.send(get("/")).response(200);
            gateway.reload(all);
            assertThat(isLetIn(gateway, "127.0.0.2")).isTrue();
        }
    }

    @Test
    void answers403WhereARouteIsNotThereForAClient() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).route("deny: 127.0.0.2"));
                RawPeer other = RawPeer.connectFrom("127.0.0.2", gateway.address());
                RawPeer client = RawPeer.connectFrom("127.0.0.3", gateway.address())) {
            for (int i = 0; i < 2; i++) {
                assertThat(expectFailure(other.send(get("/")), Failure.CLIENT_DENIED)
                                .names("connection", "close"))
                        .isFalse();
            }
            client.send(get("/")).response(200);
            assertThat(gateway.counted(
                            "sluice_failures_total", "route", "all", "cause", "client-denied", "side", "gateway"))
                    .isEqualTo(2);
        }
        assertThat(backend.requests()).hasSize(1);
    }

    @Test
    void asksARouteAboutTheClientThatATrustedProxyTellsOf() throws Exception {
        Setup setup = Setup.of(backend)
                .top("trustedProxies: 127.0.0.1")
                .route("allow: [192.0.2.0/24, '2001:db8::/32'], deny: '2001:db8:0:1::/64'");
        try (RunningGateway gateway = RunningGateway.of(setup);
                RawPeer proxy = gateway.client();
                RawPeer stranger = RawPeer.connectFrom("127.0.0.2", gateway.address())) {
            String[] clients = {"192.0.2.9", "192.0.3.9", "2001:db8::1", "2001:db8:0:1::1"};
            int[] statuses = {200, 403, 200, 403};
            for (int i = 0; i < clients.length; i++) {
                String told = request("GET / HTTP/1.1", "X-Forwarded-For: " + clients[i]);
                proxy.send(told).response(statuses[i]);
                stranger.send(told).response(403);
            }
            proxy.send(get("/")).response(403);
        }
    }
}
