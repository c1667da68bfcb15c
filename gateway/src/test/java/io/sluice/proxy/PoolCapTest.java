package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.Aside;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cap on upstream connections is exact, and who waits for one waits in turn, over both loops. */
final class PoolCapTest {
    private static final int CLIENTS = 200;
    private static final int EACH = 3;
    /** A waiter of the loop on which a connection becomes free counts as this much older. */
    private static final long BIAS_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private static String work(WireMessage request) throws InterruptedException {
        Thread.sleep(1);
        return ok(request.target());
    }

    private static String workAndClose(WireMessage request) throws InterruptedException {
        Thread.sleep(1);
        int number =
                Integer.parseInt(request.target().substring(request.target().lastIndexOf('/') + 1));
        return number % 3 == 0 ? response("200 OK", request.target(), "Connection: close") : ok(request.target());
    }

    private static void run(RunningGateway gateway, int client) throws Exception {
        try (RawPeer peer = gateway.client()) {
            for (int i = 0; i < EACH; i++) {
                String target = "/" + client + "/" + i;
                assertThat(peer.send(get(target)).response(200).body()).isEqualTo(target);
            }
        }
    }

    private static void runAll(RunningGateway gateway) throws Exception {
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            clients.add(Aside.start(() -> run(gateway, client)));
        }
        for (CompletableFuture<Void> client : clients) {
            client.get(60, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void isNeverExceeded(int max) throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answering(PoolCapTest::work);
                RunningGateway gateway =
                        RunningGateway.of(Setup.of(backend).connections("queueTimeout: 30s, max: " + max))) {
            runAll(gateway);

            assertThat(backend.requests()).hasSize(CLIENTS * EACH);
            assertThat(backend.peakOpen()).isEqualTo(max);
            assertThat(backend.peakRunning()).isLessThanOrEqualTo(max);
            assertThat(backend.connections()).isEqualTo(max);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void isNeverExceededWhileConnectionsComeAndGo(int max) throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.closingAfterClose(PoolCapTest::workAndClose);
                RunningGateway gateway =
                        RunningGateway.of(Setup.of(backend).connections("queueTimeout: 30s, max: " + max))) {
            runAll(gateway);

            assertThat(backend.requests()).hasSize(CLIENTS * EACH);
            assertThat(backend.peakOpen()).isLessThanOrEqualTo(max);
            assertThat(backend.peakRunning()).isLessThanOrEqualTo(max);
            assertThat(backend.connections()).isGreaterThan(max);
        }
    }

    @Test
    void letsNobodyWaitOutOfTurn() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                Queued queued = new Queued(backend, 60, "queueTimeout: 30s")) {
            RawPeer upstream = queued.occupy();
            for (int i = 0; i < 60; i++) {
                queued.add();
            }

            upstream.send(ok("first"));
            List<Integer> served = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                served.add(Integer.parseInt(upstream.request().target().substring(1)));
                upstream.send(ok("next"));
            }

            assertThat(served).doesNotHaveDuplicates();
            for (int i = 0; i < served.size(); i++) {
                for (int later : served.subList(i + 1, served.size())) {
                    assertThat(queued.surelyOlder(later, served.get(i), BIAS_NANOS))
                            .as("%s before %s in %s", served.get(i), later, served)
                            .isFalse();
                }
            }
        }
    }

    @Test
    void answers503WhenTheQueueIsFull() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                Queued queued = new Queued(backend, 4, "queue: 2, queueTimeout: 30s")) {
            RawPeer upstream = queued.occupy();
            queued.add();
            queued.add();

            RawPeer third = queued.send();

            expectFailure(third, Failure.QUEUE_FULL);
            upstream.send(ok("first"));
            assertThat(upstream.request().target()).isIn("/0", "/1");
        }
    }

    @Test
    void answers503WithoutAQueueAtOnce() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                Queued queued = new Queued(backend, 4, "queue: 0, queueTimeout: 30s")) {
            queued.occupy();

            RawPeer second = queued.send();

            expectFailure(second, Failure.QUEUE_FULL);
        }
    }

    @Test
    void answers503WhenItTakesTooLong() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                Queued queued = new Queued(backend, 4, "queueTimeout: 100ms")) {
            RawPeer upstream = queued.occupy();

            RawPeer late = queued.send();

            expectFailure(late, Failure.QUEUE_TIMEOUT);
            // its place is free again, and nothing of it reaches the backend
            RawPeer next = queued.send();
            upstream.send(ok("first"));
            String target = upstream.request().target();
            assertThat(target).isEqualTo("/1");
            upstream.send(ok("next"));
            assertThat(next.response(200).body()).isEqualTo("next");
        }
    }

    @Test
    void keepsTheClientAfterA503() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                Queued queued = new Queued(backend, 4, "queue: 0, queueTimeout: 30s")) {
            RawPeer upstream = queued.occupy();
            RawPeer client = queued.send();
            assertThat(expectFailure(client, Failure.QUEUE_FULL).names("connection", "close"))
                    .isFalse();

            upstream.send(ok("first"));
            queued.first().response(200);
            client.send(get("/again"));

            assertThat(upstream.request().target()).isEqualTo("/again");
            upstream.send(ok("again"));
            assertThat(client.response(200).body()).isEqualTo("again");
        }
    }
}
