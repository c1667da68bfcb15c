package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import org.junit.jupiter.api.Test;

/** How long pooled upstream connections live, and which one is lent. */
final class PoolLifeTest {

    @Test
    void closesWhatIsIdleForTooLong() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(Setup.of(backend).connections("idle: 100ms"));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(ok("ok"));
            client.response(200);

            upstream.expectEnd();
        }
    }

    @Test
    void lendsNoConnectionMoreOftenThanAllowed() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> ok("ok"));
                RunningGateway gateway = RunningGateway.of(Setup.of(backend).connections("maxRequests: 3"));
                RawPeer client = gateway.client()) {
            for (int i = 0; i < 7; i++) {
                client.send(get("/")).response(200);
            }

            assertThat(backend.connections()).isEqualTo(3);
        }
    }

    @Test
    void lendsNoConnectionThatIsTooOld() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> ok("ok"));
                RunningGateway gateway = RunningGateway.of(Setup.of(backend).connections("maxAge: 50ms"));
                RawPeer client = gateway.client()) {
            long end = System.nanoTime() + 10_000_000_000L;
            while (backend.connections() < 3 && System.nanoTime() - end < 0) {
                client.send(get("/")).response(200);
            }

            assertThat(backend.connections()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void noticesTheEndOfAnIdleConnection() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.before(backend);
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(ok("ok"));
            client.response(200);

            upstream.halfClose().expectEnd();

            // a POST is not tried twice: it must not get the dead one
            client.send(post("/", "body"));
            RawPeer next = backend.accept();
            assertThat(next.request().body()).isEqualTo("body");
            next.send(ok("ok"));
            client.response(200);
        }
    }

    @Test
    void lendsTheConnectionThatWasUsedLast() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                RunningGateway gateway =
                        RunningGateway.of(Setup.of(backend).yaml().replace("threads: 2", "threads: 1"));
                RawPeer client = gateway.client();
                RawPeer other = gateway.client()) {
            client.send(get("/a"));
            RawPeer one = backend.accept();
            one.request();
            other.send(get("/b"));
            RawPeer two = backend.accept();
            two.request();
            two.send(ok("b"));
            other.response(200);
            one.send(ok("a"));
            client.response(200);

            for (int i = 0; i < 5; i++) {
                client.send(get("/again"));
                assertThat(one.request().target()).isEqualTo("/again");
                one.send(ok("again"));
                client.response(200);
            }
        }
    }

    @Test
    void opensConnectionsOnlyAsNeeded() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> ok("ok"));
                RunningGateway gateway = RunningGateway.before(backend)) {
            assertThat(backend.connections()).isZero();
            for (int i = 0; i < 20; i++) {
                gateway.exchange(get("/"));
            }

            assertThat(backend.peakOpen()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void movesAnIdleConnectionToTheLoopThatNeedsIt() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> ok("ok"));
                RunningGateway gateway = RunningGateway.of(Setup.of(backend).connections("max: 1"))) {
            // clients land on the two loops in turn, and there is only one connection
            for (int i = 0; i < 100; i++) {
                assertThat(gateway.exchange(get("/")).status()).isEqualTo(200);
            }

            assertThat(backend.connections()).isEqualTo(1);
            Await.until("nothing runs", () -> backend.running() == 0);
        }
    }
}
