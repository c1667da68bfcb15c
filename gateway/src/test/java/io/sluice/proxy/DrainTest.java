package io.sluice.proxy;

import static io.sluice.testing.HttpText.chunk;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.admin.DrainProgress;
import io.sluice.admin.DrainProgress.Phase;
import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Drain: finish what runs, accept nothing new. */
final class DrainTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    @AutoClose
    private final RunningGateway gateway = RunningGateway.of(Setup.of(backend).streaming());

    @AutoClose
    private final ScriptedBackend echo = ScriptedBackend.answering(request -> ok(request.target()));

    private final AtomicBoolean inTime = new AtomicBoolean();

    DrainTest() throws IOException {}

    private CompletableFuture<Void> drain(Duration timeout) {
        return Aside.start(() -> inTime.set(gateway.drain(timeout)));
    }

    @Test
    void closesParkedConnectionsAtOnce() throws Exception {
        try (RawPeer used = gateway.client();
                RawPeer unused = gateway.client()) {
            used.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(ok("ok"));
            used.response(200);

            drain(LONG).get(20, TimeUnit.SECONDS);

            assertThat(inTime).isTrue();
            used.expectEnd();
            unused.expectEnd();
        }
    }

    @Test
    void servesAsEverInItsGrace() throws Exception {
        CompletableFuture<Void> drained;
        try (RunningGateway other = with("{ grace: 1h }");
                RawPeer before = other.client()) {
            drained = Aside.start(other::drain);
            Await.until("it drains", () -> phase(other) == Phase.GRACE);

            assertThat(before.send(get("/")).response(200).names("connection", "close"))
                    .isFalse();
            try (RawPeer after = other.client()) {
                assertThat(after.send(get("/")).response(200).names("connection", "close"))
                        .isFalse();
                assertThat(before.send(get("/")).response(200).body()).isEqualTo("/");
            }
        }
        // who ends the gateway does not wait for the rest of the hour
        drained.get(20, TimeUnit.SECONDS);
    }

    @Test
    void closesAfterItsGrace() throws Exception {
        try (RunningGateway other = with("{ grace: 10ms }");
                RawPeer parked = other.client()) {
            parked.send(get("/")).response(200);

            assertThat(other.drain()).isTrue();

            parked.expectEnd();
            assertThat(phase(other)).isEqualTo(Phase.ENDED);
        }
    }

    @Test
    void sendsIdleClientsAwayOneByOne() throws Exception {
        CompletableFuture<Void> drained;
        try (RunningGateway other = with("{ timeout: 1h, reconnects: 1 }")) {
            List<RawPeer> parked = parked(other, 200);

            drained = Aside.start(other::drain);
            // the first to go; minutes before the last
            parked.getFirst().expectEnd();
            WireMessage last = parked.getLast().send(get("/last")).response(200);

            assertThat(last.body()).isEqualTo("/last");
            assertThat(last.names("connection", "close")).isTrue();
            parked.getLast().expectEnd();
            assertThat(Objects.requireNonNull(other.drainProgress()).atFirst()).isEqualTo(200);
            for (RawPeer client : parked) {
                client.close();
            }
        }
        drained.get(20, TimeUnit.SECONDS);
    }

    @Test
    void sendsAllIdleClientsAwayBeforeTheDeadline() throws Exception {
        try (RunningGateway other = with("{ timeout: 5s, reconnects: 1 }")) {
            List<RawPeer> parked = parked(other, 60);

            assertThat(other.drain()).isTrue();

            for (RawPeer client : parked) {
                client.expectEnd();
                client.close();
            }
        }
    }

    private RunningGateway with(String drain) throws IOException {
        return RunningGateway.of(Setup.of(echo).top("drain: " + drain));
    }

    private static List<RawPeer> parked(RunningGateway gateway, int count) throws IOException {
        List<RawPeer> parked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RawPeer client = gateway.client();
            client.send(get("/")).response(200);
            parked.add(client);
        }
        return parked;
    }

    private static @Nullable Phase phase(RunningGateway gateway) {
        DrainProgress progress = gateway.drainProgress();
        return progress == null ? null : progress.phase();
    }

    @Test
    void acceptsNoNewConnections() throws Exception {
        drain(LONG).get(20, TimeUnit.SECONDS);

        assertThatThrownBy(gateway::client).isInstanceOf(ConnectException.class);
    }

    @Test
    void letsAnExchangeEndAndSaysClose() throws Exception {
        try (RawPeer client = gateway.client();
                RawPeer parked = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();

            CompletableFuture<Void> drained = drain(LONG);
            // closed: the drain has begun
            parked.expectEnd();
            upstream.send(ok("still"));

            WireMessage response = client.response(200);
            assertThat(response.body()).isEqualTo("still");
            assertThat(response.names("connection", "close")).isTrue();
            client.expectEnd();
            drained.get(20, TimeUnit.SECONDS);
            assertThat(inTime).isTrue();
        }
    }

    @Test
    void letsAnUploadEnd() throws Exception {
        try (RawPeer client = gateway.client();
                RawPeer parked = gateway.client()) {
            client.send(request("POST / HTTP/1.1", "Content-Length: 8") + "half");
            RawPeer upstream = backend.accept();
            upstream.head();

            CompletableFuture<Void> drained = drain(LONG);
            parked.expectEnd();
            client.send("full");
            assertThat(upstream.read(8)).isEqualTo("halffull");
            upstream.send(ok("still"));

            assertThat(client.response(200).body()).isEqualTo("still");
            drained.get(20, TimeUnit.SECONDS);
            assertThat(inTime).isTrue();
        }
    }

    @Test
    void cutsOffWhatIsLeftAfterTheTimeout() throws Exception {
        try (RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + chunk("endless"));
            client.head();
            assertThat(client.read(12)).isEqualTo(chunk("endless"));

            drain(Duration.ofMillis(200)).get(20, TimeUnit.SECONDS);

            assertThat(inTime).isFalse();
            assertThat(client.readUntilGone()).isEmpty();
            upstream.expectGone();
        }
    }

    @Test
    void failsNothingUnderLoad() throws Exception {
        try (ScriptedBackend quick = ScriptedBackend.answering(request -> ok(request.target()));
                RunningGateway other = RunningGateway.before(quick);
                Load load = Load.of(other, 20)) {
            load.awaitMore(200);

            assertThat(other.drain(LONG)).isTrue();

            // each client has been closed between two answers, never inside one
            assertThat(load.stop())
                    .allMatch(failure -> failure.endsWith("expected a head, but got the end after: ")
                            || failure.endsWith("Connection reset")
                            || failure.endsWith("Broken pipe"));
        }
    }
}
