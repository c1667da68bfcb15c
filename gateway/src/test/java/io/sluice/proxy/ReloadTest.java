package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.admin.ReloadResult;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A reload is a non-event: nothing fails, what did not change stays, what is refused changes nothing. */
final class ReloadTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> ok(request.target()));

    @AutoClose
    private final ScriptedBackend other = ScriptedBackend.answering(request -> ok(request.target()));

    ReloadTest() throws IOException {}

    private String yaml(String upstream, String version) {
        return yaml("web: { bind: \"127.0.0.1:0\" }", upstream, version);
    }

    private static String yaml(String listeners, String upstream, String version) {
        return """
                threads: 2
                listeners: { %s }
                upstreams: { backend: %s }
                routes:
                  - { name: version, match: { path: /version }, respond: { status: 200, body: "%s" } }
                  - { name: all, to: backend }
                """.formatted(listeners, upstream, version);
    }

    private String endpoints(ScriptedBackend... backends) {
        String first = "\"" + backends[0].endpoint() + "\"";
        return "{ endpoints: [" + (backends.length == 1 ? first : first + ", \"" + backends[1].endpoint() + "\"")
                + "] }";
    }

    private static String version(RunningGateway gateway) throws IOException {
        return gateway.exchange(get("/version")).body();
    }

    @Test
    void takesEffectAtOnce() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(yaml(endpoints(backend), "one"))) {
            assertThat(version(gateway)).isEqualTo("one");

            gateway.reload(yaml(endpoints(backend), "two"));

            assertThat(version(gateway)).isEqualTo("two");
        }
    }

    @Test
    void takesEffectOnConnectionsThatAreOpen() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(yaml(endpoints(backend), "one"));
                RawPeer client = gateway.client()) {
            assertThat(client.send(get("/version")).response(200).body()).isEqualTo("one");

            gateway.reload(yaml(endpoints(backend), "two"));

            assertThat(client.send(get("/version")).response(200).body()).isEqualTo("two");
        }
    }

    @Test
    void failsNothingUnderLoad() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(yaml(endpoints(backend), "0"));
                Load load = Load.of(gateway, 20)) {
            load.awaitMore(100);
            for (int i = 1; i <= 300; i++) {
                gateway.reload(yaml(endpoints(backend), Integer.toString(i)));
                load.awaitMore(1);
            }
            load.awaitMore(100);

            assertThat(load.stop()).isEmpty();
            assertThat(version(gateway)).isEqualTo("300");
        }
    }

    @Test
    void failsNothingUnderLoadWhereTheUpstreamChangesEachTime() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(yaml(endpoints(backend), "0"));
                Load load = Load.of(gateway, 20)) {
            load.awaitMore(100);
            for (int i = 1; i <= 200; i++) {
                String upstream = switch (i % 3) {
                    case 0 -> endpoints(backend);
                    case 1 -> endpoints(other);
                    default -> endpoints(other, backend);
                };
                gateway.reload(yaml(upstream, Integer.toString(i)));
                load.awaitMore(1);
            }
            load.awaitMore(100);

            assertThat(load.stop()).isEmpty();
        }
    }

    @Test
    void keepsTheConnectionsOfAnUnchangedUpstream() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(yaml(endpoints(backend), "0"));
                RawPeer client = gateway.client()) {
            for (int i = 1; i <= 50; i++) {
                client.send(get("/")).response(200);
                gateway.reload(yaml(endpoints(backend), Integer.toString(i)));
            }

            assertThat(backend.connections()).isEqualTo(1);
        }
    }

    @Test
    void closesTheConnectionsOfAnUpstreamThatIsGone() throws Exception {
        try (ScriptedBackend old = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(yaml(endpoints(old), "0"));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = old.accept();
            upstream.request();
            upstream.send(ok("ok"));
            client.response(200);

            gateway.reload(yaml(endpoints(backend), "1"));

            upstream.expectGone();
            client.send(get("/")).response(200);
            assertThat(backend.connections()).isEqualTo(1);
        }
    }

    @Test
    void letsAnExchangeEndWhoseUpstreamIsGone() throws Exception {
        try (ScriptedBackend old = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(yaml(endpoints(old), "0"));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = old.accept();
            upstream.request();

            gateway.reload(yaml(endpoints(backend), "1"));
            upstream.send(ok("from before"));

            assertThat(client.response(200).body()).isEqualTo("from before");
            upstream.expectGone();
        }
    }

    @Test
    void servesWhoWaitsForAnUpstreamThatIsGone() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (ScriptedBackend old = ScriptedBackend.answering(request -> {
                    gate.await();
                    return ok("old");
                });
                RunningGateway gateway = RunningGateway.of(yaml(
                        "{ endpoints: [\"" + old.endpoint() + "\"], connections: { max: 1, queueTimeout: 30s } }",
                        "0"));
                RawPeer first = gateway.client();
                RawPeer second = gateway.client();
                RawPeer oneLoop = gateway.client();
                RawPeer otherLoop = gateway.client()) {
            for (RawPeer client : List.of(first, second, oneLoop, otherLoop)) {
                client.send(get("/version")).response(200);
            }
            first.send(get("/first"));
            Await.until("the first is held", () -> old.running() == 1);
            second.send(get("/second") + get("/version"));
            // whatever loop it is on has taken it once these are answered, each in a turn of its own
            for (RawPeer probe : List.of(oneLoop, oneLoop, otherLoop, otherLoop)) {
                probe.send(get("/version")).response(200);
            }

            gateway.reload(yaml(endpoints(backend), "1"));
            gate.countDown();

            assertThat(first.response(200).body()).isEqualTo("old");
            assertThat(second.response(200).body()).isEqualTo("old");
            assertThat(second.response(200).body()).isEqualTo("1");
        }
    }

    @Test
    void opensAndClosesListeners() throws Exception {
        String web = "web: { bind: \"127.0.0.1:0\" }";
        String both = web + ", more: { bind: \"127.0.0.1:0\" }";
        try (RunningGateway gateway = RunningGateway.of(yaml(web, endpoints(backend), "0"))) {
            InetSocketAddress before = gateway.address();
            gateway.reload(yaml(both, endpoints(backend), "1"));
            InetSocketAddress more = gateway.address("more");
            try (RawPeer client = RawPeer.connect(more)) {
                assertThat(client.send(get("/version")).response(200).body()).isEqualTo("1");
                assertThat(gateway.address()).isEqualTo(before);

                gateway.reload(yaml(web, endpoints(backend), "2"));

                // parked: closed at once
                client.expectEnd();
            }
            assertThat(connects(more)).isFalse();
            assertThat(version(gateway)).isEqualTo("2");
        }
    }

    private static boolean connects(InetSocketAddress address) throws IOException {
        try (RawPeer client = RawPeer.connect(address)) {
            return client.local() != null;
        } catch (ConnectException refused) {
            return false;
        }
    }

    @Test
    void keepsTheOldWhereANewListenerCannotBeBound() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RunningGateway gateway = RunningGateway.of(yaml(endpoints(backend), "old"));
                RawPeer client = gateway.client()) {
            client.send(get("/")).response(200);
            String listeners =
                    "web: { bind: \"127.0.0.1:0\" }, more: { bind: \"127.0.0.1:%d\" }".formatted(taken.getLocalPort());

            ReloadResult result = gateway.tryReload(yaml(listeners, endpoints(other), "new"));

            assertThat(result).isInstanceOf(ReloadResult.Rejected.class);
            assertThat(version(gateway)).isEqualTo("old");
            client.send(get("/")).response(200);
            assertThat(backend.connections()).isEqualTo(1);
            assertThat(other.connections()).isZero();
        }
    }
}
