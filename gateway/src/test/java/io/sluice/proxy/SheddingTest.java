package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What is given up when memory is short: a hundredth of the heap counts as much here, and more than that is in use. */
final class SheddingTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    private final byte[] inUse = new byte[(int) (Runtime.getRuntime().maxMemory() / 50)];
    private final int port = ScriptedBackend.unusedPort();

    SheddingTest() throws IOException {}

    @AfterEach
    void keep() {
        assertThat(inUse).isNotEmpty();
    }

    /** @param memory what counts as short */
    private String config(String memory) {
        return """
                threads: 2
                overload: { memory: %s, lag: off }
                listeners: { web: { bind: "127.0.0.1:%d" } }
                upstreams: { backend: { endpoints: ["%s"] } }
                routes:
                  - { name: low, match: { path: /low }, respond: { status: 200 }, importance: low }
                  - { name: normal, match: { path: /normal }, respond: { status: 200 } }
                  - { name: high, match: { path: /high }, respond: { status: 200 }, importance: high }
                  - { name: slow, to: backend, importance: high }
                """.formatted(memory, port, backend.endpoint());
    }

    private static void awaitLevel(RunningGateway gateway, int level) throws InterruptedException {
        Await.until("level " + level, () -> gateway.counted("sluice_overload_level") == level);
    }

    private static void expectShed(RawPeer client, String path) throws IOException {
        assertThat(expectFailure(client.send(get(path)), Failure.SHED_MEMORY).value("retry-after"))
                .isEqualTo("1");
    }

    @Test
    void refusesExchangesOfLowImportanceFirst() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(config("{ low: 1, normal: 100 }"));
                RawPeer client = gateway.client()) {
            awaitLevel(gateway, 1);

            expectShed(client, "/low");
            client.send(get("/normal")).response(200);
            client.send(get("/high")).response(200);
            try (RawPeer another = gateway.client()) {
                another.send(get("/normal")).response(200);
            }
            assertThat(gateway.counted(
                            "sluice_failures_total", "route", "low", "cause", "shed-memory", "side", "gateway"))
                    .isEqualTo(1);
        }
    }

    @Test
    void thenThoseOfNormalImportanceAndNewConnections() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(config("off"));
                RawPeer client = gateway.client()) {
            client.send(get("/low")).response(200);
            gateway.reload(config("{ low: 1, normal: 1, all: 100 }"));
            awaitLevel(gateway, 2);

            expectShed(client, "/low");
            expectShed(client, "/normal");
            client.send(get("/high")).response(200);
            try (RawPeer waiting = gateway.client()) {
                waiting.send(get("/high"));
                Await.until(
                        "at rest",
                        () -> gateway.counted("sluice_accept_rests_total", "listener", "web", "cause", "memory") > 0);
                assertThat(gateway.connections().total()).isEqualTo(1);

                gateway.reload(config("off"));
                waiting.response(200);
                awaitLevel(gateway, 0);
                client.send(get("/low")).response(200);
            }
        }
    }

    @Test
    void thenAllAndParkedConnectionsButNotWhatIsUnderWay() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(config("off"));
                RawPeer busy = gateway.client();
                RawPeer parked = gateway.client();
                RawPeer silent = gateway.client()) {
            parked.send(get("/low")).response(200);
            // the second one is looked at when the first is answered
            busy.send(get("/slow") + get("/high"));
            RawPeer upstream = backend.accept();
            upstream.request();
            Await.until("taken", () -> gateway.connections().total() == 3);

            gateway.reload(config("{ low: 1, normal: 1, all: 1 }"));
            awaitLevel(gateway, 3);
            parked.expectEnd();
            assertThat(gateway.counted("sluice_client_connections_ended_total", "listener", "web", "cause", "shed"))
                    .isEqualTo(1);

            upstream.send(ok("done"));
            assertThat(busy.response(200).body()).isEqualTo("done");
            expectFailure(busy, Failure.SHED_MEMORY);
            assertThat(gateway.connections().handshaking())
                    .as("who has not asked yet is not parked")
                    .isEqualTo(1);
            silent.send(get("/low"));
            expectFailure(silent, Failure.SHED_MEMORY);
        }
    }
}
