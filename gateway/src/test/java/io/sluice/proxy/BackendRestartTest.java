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
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Backends that are killed and started again under load. */
final class BackendRestartTest {
    private static String echo(WireMessage request) {
        return ok(request.target());
    }

    @Test
    void failsNothingWhereABackendEndsItsIdleConnections() throws Exception {
        // each connection is closed right behind a complete answer, without a word
        try (ScriptedBackend backend = ScriptedBackend.running(connection -> {
                    for (int i = 0; i < 5; i++) {
                        connection.send(ok(connection.request().target()));
                    }
                });
                RunningGateway gateway = RunningGateway.before(backend);
                Load load = Load.of(gateway, 20)) {
            load.awaitMore(2000);

            assertThat(load.stop()).isEmpty();
            assertThat(backend.connections()).isGreaterThan(100);
        }
    }

    @Test
    void failsAtMostWhatIsUnderWayWhereOneOfTwoIsKilled() throws Exception {
        try (ScriptedBackend stays = ScriptedBackend.answering(BackendRestartTest::echo)) {
            ScriptedBackend killed = ScriptedBackend.answering(BackendRestartTest::echo);
            int port = killed.port();
            try (RunningGateway gateway = RunningGateway.of(Setup.of(stays, killed));
                    Load load = Load.of(gateway, 20)) {
                load.awaitMore(500);
                for (int round = 0; round < 3; round++) {
                    killed.kill();
                    load.awaitMore(500);
                    killed = ScriptedBackend.answeringOn(port, BackendRestartTest::echo);
                    ScriptedBackend back = killed;
                    Await.until("it is asked again", () -> !back.requests().isEmpty());
                    load.awaitMore(200);
                }

                // a request on a fresh connection that is killed may have had an effect; all others are sent again
                List<String> failures = load.stop();
                assertThat(failures)
                        .allMatch(failure -> failure.contains("502") && failure.contains("upstream-closed"));
                assertThat(failures).hasSizeLessThanOrEqualTo(3 * 20);
            } finally {
                killed.close();
            }
        }
    }

    @Test
    void answers502WhileTheOnlyOneIsDeadAndServesAgainAfterwards() throws Exception {
        ScriptedBackend backend = ScriptedBackend.answering(BackendRestartTest::echo);
        int port = backend.port();
        try (RunningGateway gateway = RunningGateway.before(backend);
                RawPeer client = gateway.client()) {
            client.send(get("/a")).response(200);
            backend.kill();

            client.send(get("/b"));
            expectFailure(client, Failure.CONNECT_REFUSED);

            backend = ScriptedBackend.answeringOn(port, BackendRestartTest::echo);
            Await.until("it serves again", () -> status(client) == 200);
            assertThat(client.send(get("/c")).response(200).body()).isEqualTo("/c");
        } finally {
            backend.close();
        }
    }

    private static int status(RawPeer client) {
        try {
            return client.send(get("/again")).response().status();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
