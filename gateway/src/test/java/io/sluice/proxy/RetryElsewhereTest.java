package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests are sent to another endpoint when one has failed, and which are not. */
final class RetryElsewhereTest {
    private static final String IN_TURN = "balance: roundRobin, ejection: { failures: none, errorRate: none }";

    @AutoClose
    private final ScriptedBackend closing = ScriptedBackend.answering(request -> "");

    @AutoClose
    private final ScriptedBackend good = ScriptedBackend.answering(request -> ok("good " + request.body()));

    RetryElsewhereTest() throws IOException {}

    private static long retries(RunningGateway gateway) {
        return gateway.counted("sluice_upstream_retries_total", "upstream", "backend");
    }

    @Test
    void sendsSafeRequestsElsewhereWhenTheEndpointCloses() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(closing, good).upstream(IN_TURN));
                RawPeer client = gateway.client()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.send(get("/")).response(200).body()).isEqualTo("good ");
            }
            assertThat(closing.requests()).hasSize(10);
            assertThat(retries(gateway)).isEqualTo(10);
        }
    }

    @Test
    void sendsASafeRequestElsewhereWithItsBody() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(closing, good).upstream(IN_TURN));
                RawPeer client = gateway.client()) {
            for (int i = 0; i < 4; i++) {
                client.send(request("GET / HTTP/1.1", "Content-Length: 4") + "data");
                assertThat(client.response(200).body()).isEqualTo("good data");
            }
            assertThat(closing.requests()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
    void sendsNoOtherRequestTwice(String method) throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(closing, good).upstream(IN_TURN))) {
            int failed = 0;
            for (int i = 0; i < 6; i++) {
                String text = request(method + " / HTTP/1.1", "Content-Length: 4") + "data";
                failed += gateway.exchange(text).status() == 502 ? 1 : 0;
            }
            assertThat(failed).isEqualTo(3);
            assertThat(closing.requests()).hasSize(3);
            assertThat(good.requests()).hasSize(3);
            assertThat(retries(gateway)).isZero();
        }
    }

    @Test
    void sendsASafeRequestElsewhereThatIsNotAnsweredInTime() throws Exception {
        try (ScriptedBackend silent = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(
                        Setup.of(silent, good).upstream(IN_TURN).route("timeouts: { responseHead: 1s }"))) {
            assertThat(gateway.exchange(get("/")).body()).isEqualTo("good ");
            assertThat(gateway.exchange(get("/")).body()).isEqualTo("good ");
            RawPeer left = silent.accept();
            left.request();
            left.expectGone();
            assertThat(retries(gateway)).isEqualTo(1);
        }
    }

    @Test
    void sendsNothingElsewhereAfterTheFirstByte() throws Exception {
        try (ScriptedBackend begins = ScriptedBackend.running(connection -> {
                    connection.request();
                    connection.send("H");
                });
                RunningGateway gateway =
                        RunningGateway.of(Setup.of(begins, good).upstream(IN_TURN))) {
            assertThat(gateway.exchange(get("/")).status()
                            + gateway.exchange(get("/")).status())
                    .isEqualTo(502 + 200);
            assertThat(retries(gateway)).isZero();
        }
    }

    @Test
    void sendsAnyRequestElsewhereThatFoundNoConnection() throws Exception {
        String nobody = "127.0.0.1:" + ScriptedBackend.unusedPort();
        try (RunningGateway gateway =
                RunningGateway.of(Setup.ofEndpoints(nobody, good.endpoint()).upstream(IN_TURN))) {
            assertThat(gateway.exchange(post("/", "data")).body()).isEqualTo("good data");
            assertThat(gateway.exchange(post("/", "data")).body()).isEqualTo("good data");
            assertThat(retries(gateway)).isEqualTo(1);
        }
    }

    @Test
    void needsNoBudgetWhereNothingWasSent() throws Exception {
        String nobody = "127.0.0.1:" + ScriptedBackend.unusedPort();
        try (RunningGateway gateway = RunningGateway.of(Setup.ofEndpoints(nobody, good.endpoint())
                .upstream(IN_TURN + ", retries: { budget: 0%, perSecond: 0 }"))) {
            assertThat(gateway.exchange(post("/", "data")).body()).isEqualTo("good data");
            assertThat(gateway.exchange(post("/", "data")).body()).isEqualTo("good data");
            assertThat(retries(gateway)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"queue: 0", "queueTimeout: 100ms"})
    void movesWhoGetsNoConnectionToAnEndpointThatHasRoom(String queue) throws Exception {
        try (ScriptedBackend slow = ScriptedBackend.byHand();
                RunningGateway gateway =
                        RunningGateway.of(Setup.of(slow, good).upstream(IN_TURN).connections("max: 1, " + queue));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer held = slow.accept();
            held.request();
            for (int i = 0; i < 4; i++) {
                assertThat(gateway.exchange(post("/", "data")).body()).isEqualTo("good data");
            }
            assertThat(retries(gateway)).isEqualTo(2);
            held.send(ok("late"));
            client.response(200);
        }
    }

    @Test
    void triesEachEndpointOnce() throws Exception {
        try (ScriptedBackend two = ScriptedBackend.answering(request -> "");
                ScriptedBackend three = ScriptedBackend.answering(request -> "");
                RunningGateway gateway = RunningGateway.of(
                        Setup.of(closing, two, three, good).upstream(IN_TURN + ", retries: { attempts: 4 }"))) {
            for (int i = 0; i < 12; i++) {
                assertThat(gateway.exchange(get("/")).status()).isEqualTo(200);
            }
            assertThat(good.requests()).hasSize(12);
        }
    }

    @Test
    void makesNoMoreAttemptsThanItIsTold() throws Exception {
        try (ScriptedBackend two = ScriptedBackend.answering(request -> "");
                ScriptedBackend three = ScriptedBackend.answering(request -> "");
                RunningGateway gateway = RunningGateway.of(
                        Setup.of(closing, two, three).upstream(IN_TURN + ", retries: { attempts: 2 }"))) {
            assertThat(gateway.exchange(get("/")).status()).isEqualTo(502);
            assertThat(closing.requests().size()
                            + two.requests().size()
                            + three.requests().size())
                    .isEqualTo(2);
        }
    }

    @Test
    void goesToNoOtherEndpointWhenTheBudgetIsUsedUp() throws Exception {
        try (ScriptedBackend two = ScriptedBackend.answering(request -> "");
                RunningGateway gateway = RunningGateway.of(
                        Setup.of(closing, two).upstream(IN_TURN + ", retries: { budget: 0%, perSecond: 1 }"))) {
            for (int i = 0; i < 40; i++) {
                assertThat(gateway.exchange(get("/")).status()).isEqualTo(502);
            }
            // ten were saved up, and one a second came
            assertThat(retries(gateway)).isBetween(10L, 20L);
            assertThat(closing.requests().size() + two.requests().size()).isEqualTo(40 + (int) retries(gateway));
            assertThat(gateway.counted("sluice_upstream_retries_denied_total", "upstream", "backend"))
                    .isEqualTo(40 - retries(gateway));
        }
    }

    @Test
    void usesABackupOnlyWhenTheOthersHaveFailed() throws Exception {
        String yaml = Setup.of(good)
                .yaml()
                .replace(
                        "[\"" + good.endpoint() + "\"]",
                        "[\"%s\", { address: \"%s\", backup: true }]".formatted(good.endpoint(), closing.endpoint()));
        String turned = Setup.of(good)
                .yaml()
                .replace(
                        "[\"" + good.endpoint() + "\"]",
                        "[\"%s\", { address: \"%s\", backup: true }]".formatted(closing.endpoint(), good.endpoint()));
        try (RunningGateway gateway = RunningGateway.of(yaml);
                RunningGateway other = RunningGateway.of(turned)) {
            for (int i = 0; i < 20; i++) {
                assertThat(gateway.exchange(get("/")).status()).isEqualTo(200);
            }
            assertThat(closing.connections()).isZero();
            for (int i = 0; i < 20; i++) {
                assertThat(other.exchange(get("/")).status()).isEqualTo(200);
            }
            assertThat(closing.requests()).hasSizeBetween(1, 20);
        }
    }
}
