package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Connections that begin with a header of the PROXY protocol: each is one client's. */
final class ProxiedUpstreamTest {
    private static final int V2_HEAD = 16;

    private final Queue<String> headers = new ConcurrentLinkedQueue<>();

    /** Answers with the header that its connection began with. */
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.running(this::serve);

    ProxiedUpstreamTest() throws IOException {}

    private void serve(RawPeer connection) throws IOException {
        String header = line(connection);
        headers.add(header);
        while (connection.requestOrEnd() != null) {
            connection.send(ok(header));
        }
    }

    private static String line(RawPeer connection) throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < 2 || line.charAt(line.length() - 1) != '\n') {
            line.append(connection.read(1));
        }
        return line.toString().strip();
    }

    private RunningGateway gateway(String connections) throws IOException {
        return RunningGateway.of(Setup.of(backend).upstream("proxyProtocol: v1").connections(connections));
    }

    private static String told(RawPeer client, RunningGateway gateway) {
        return "PROXY TCP4 127.0.0.1 127.0.0.1 " + client.local().getPort() + " "
                + gateway.address().getPort();
    }

    @Test
    void tellsWhoseConnectionItIsOnceForAllItsRequests() throws Exception {
        try (RunningGateway gateway = gateway("");
                RawPeer client = gateway.client()) {
            for (int i = 0; i < 10; i++) {
                assertThat(client.send(get("/" + i)).response(200).body()).isEqualTo(told(client, gateway));
            }
            assertThat(client.send(post("/", "body")).response(200).body()).isEqualTo(told(client, gateway));
        }
        assertThat(headers).hasSize(1);
    }

    @Test
    void usesNoConnectionForSomebodyElse() throws Exception {
        try (RunningGateway gateway = gateway("");
                RawPeer first = gateway.client();
                RawPeer second = gateway.client()) {
            for (int i = 0; i < 5; i++) {
                assertThat(first.send(get("/")).response(200).body()).isEqualTo(told(first, gateway));
                assertThat(second.send(get("/")).response(200).body()).isEqualTo(told(second, gateway));
            }
        }
        assertThat(headers).hasSize(2);
    }

    @Test
    void makesRoomForOtherClients() throws Exception {
        try (RunningGateway gateway = gateway("max: 2")) {
            for (int i = 0; i < 20; i++) {
                try (RawPeer client = gateway.client()) {
                    assertThat(client.send(get("/")).response(200).body()).isEqualTo(told(client, gateway));
                }
            }
        }
        assertThat(headers).hasSize(20);
    }

    @Test
    void sharesFewConnectionsOutAmongManyClients() throws Exception {
        int clients = 16;
        int requests = 50;
        Map<String, Integer> wrong = new ConcurrentHashMap<>();
        try (RunningGateway gateway = gateway("max: 5, queueTimeout: 30s")) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int c = 0; c < clients; c++) {
                all.add(Aside.start(() -> {
                    try (RawPeer client = gateway.client()) {
                        for (int i = 0; i < requests; i++) {
                            String body = client.send(get("/")).response(200).body();
                            if (!body.equals(told(client, gateway))) {
                                wrong.merge(body, 1, Integer::sum);
                            }
                        }
                    }
                }));
            }
            for (CompletableFuture<Void> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        }
        assertThat(wrong).isEmpty();
        // that the cap is never exceeded is shown where connections are counted exactly: PoolChurnTest
        assertThat(headers.size()).isBetween(clients, clients * requests);
    }

    @Test
    void tellsOfTheClientThatATrustedProxyTells() throws Exception {
        Setup setup = Setup.of(backend).top("trustedProxies: 127.0.0.1").upstream("proxyProtocol: v1");
        try (RunningGateway gateway = RunningGateway.of(setup);
                RawPeer client = gateway.client()) {
            String port = " " + gateway.address().getPort();
            for (String address : new String[] {"192.0.2.1", "192.0.2.2", "192.0.2.1"}) {
                client.send(request("GET / HTTP/1.1", "X-Forwarded-For: " + address));
                assertThat(client.response(200).body()).isEqualTo("PROXY TCP4 " + address + " 127.0.0.1 0" + port);
            }
            client.send(request("GET / HTTP/1.1", "X-Forwarded-For: 2001:db8::1"));
            assertThat(client.response(200).body()).isEqualTo("PROXY TCP6 2001:db8::1 ::ffff:127.0.0.1 0" + port);
        }
        assertThat(headers).hasSize(3);
    }

    @Test
    void repeatsARequestOnAConnectionOfItsClient() throws Exception {
        try (ScriptedBackend stale = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(Setup.of(stale).upstream("proxyProtocol: v1"));
                RawPeer client = gateway.client()) {
            client.send(get("/1"));
            RawPeer first = stale.accept();
            assertThat(line(first)).isEqualTo(told(client, gateway));
            first.request();
            first.send(ok("1"));
            client.response(200);

            client.send(get("/2"));
            first.request();
            first.close();

            RawPeer second = stale.accept();
            assertThat(line(second)).isEqualTo(told(client, gateway));
            assertThat(second.request().target()).isEqualTo("/2");
            second.send(ok("2"));
            assertThat(client.response(200).body()).isEqualTo("2");
        }
    }

    @Test
    void sendsABinaryHeader() throws Exception {
        try (ScriptedBackend byHand = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(Setup.of(byHand).upstream("proxyProtocol: v2"));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = byHand.accept();

            String header = upstream.read(V2_HEAD + 12);
            int port = client.local().getPort();
            int to = gateway.address().getPort();
            assertThat(header)
                    .isEqualTo("\r\n\r\n\0\r\nQUIT\n!\u0011\0\u000c\u007f\0\0\u0001\u007f\0\0\u0001"
                            + (char) (port >> 8) + (char) (port & 0xff) + (char) (to >> 8) + (char) (to & 0xff));
            assertThat(upstream.request().target()).isEqualTo("/");
            upstream.send(ok("binary"));
            assertThat(client.response(200).body()).isEqualTo("binary");
        }
    }

    @Test
    void checksEndpointsOnItsOwnBehalf() throws Exception {
        try (ScriptedBackend byHand = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(
                        Setup.of(byHand).upstream("proxyProtocol: v2, health: { path: /healthz, interval: 100ms }"))) {
            RawPeer check = byHand.accept();
            assertThat(check.read(V2_HEAD)).isEqualTo("\r\n\r\n\0\r\nQUIT\n \0\0\0");
            assertThat(check.request().target()).isEqualTo("/healthz");
            check.send(ok("well"));
            Await.until("it is seen", () -> gateway.sum("sluice_endpoint_checks_total") > 0);
        }
    }

    @Test
    void failsAWaitThatIsTooLongAsEverywhere() throws Exception {
        try (ScriptedBackend byHand = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(
                        Setup.of(byHand).upstream("proxyProtocol: v1").connections("max: 1, queueTimeout: 50ms"));
                RawPeer first = gateway.client();
                RawPeer second = gateway.client()) {
            first.send(get("/1"));
            RawPeer upstream = byHand.accept();
            line(upstream);
            upstream.request();

            second.send(get("/2"));
            expectFailure(second, Failure.QUEUE_TIMEOUT);

            upstream.send(ok("1"));
            first.response(200);
            second.send(get("/3"));
            RawPeer next = byHand.accept();
            assertThat(line(next)).isEqualTo(told(second, gateway));
            upstream.expectGone();
            next.request();
            next.send(ok("3"));
            assertThat(second.response(200).body()).isEqualTo("3");
        }
    }
}
