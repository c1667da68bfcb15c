package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which endpoint gets a request, and that one which refuses connections costs nobody anything. */
final class BalanceTest {
    private final CountDownLatch gate = new CountDownLatch(1);

    @AutoClose
    private final ScriptedBackend one = ScriptedBackend.answering(request -> {
        if (request.target().equals("/gated")) {
            gate.await();
        }
        return ok("one");
    });

    @AutoClose
    private final ScriptedBackend two = ScriptedBackend.answering(request -> {
        if (request.target().equals("/gated")) {
            gate.await();
        }
        return ok("two");
    });

    BalanceTest() throws IOException {}

    private static List<String> ask(RunningGateway gateway, int times) throws IOException {
        List<String> answers = new ArrayList<>();
        try (RawPeer client = gateway.client()) {
            for (int i = 0; i < times; i++) {
                answers.add(client.send(get("/")).response(200).body());
            }
        }
        return answers;
    }

    @Test
    void asksInTurn() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(one, two).upstream("balance: roundRobin"))) {
            assertThat(ask(gateway, 6)).containsSequence("one", "two", "one", "two");
        }
    }

    @Test
    void asksInTurnByWeight() throws Exception {
        String yaml = Setup.of(one)
                .upstream("balance: roundRobin")
                .yaml()
                .replace(
                        "[\"" + one.endpoint() + "\"]",
                        "[{ address: \"%s\", weight: 3 }, { address: \"%s\", weight: 1 }]"
                                .formatted(one.endpoint(), two.endpoint()));
        try (RunningGateway gateway = RunningGateway.of(yaml)) {
            List<String> answers = ask(gateway, 40);

            assertThat(answers.stream().filter("one"::equals)).hasSize(30);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"random", "leastRequest"})
    void asksAll(String balance) throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(one, two).upstream("balance: " + balance))) {
            assertThat(ask(gateway, 60)).contains("one", "two");
        }
    }

    @Test
    void asksTheOneWithFewerRequests() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(one, two));
                RawPeer first = gateway.client();
                RawPeer second = gateway.client()) {
            first.send(get("/gated"));
            Await.until("the first is held", () -> one.running() + two.running() == 1);
            String busy = one.running() == 1 ? "one" : "two";

            assertThat(ask(gateway, 20)).doesNotContain(busy);

            second.send(get("/gated"));
            Await.until("the second is held", () -> one.running() == 1 && two.running() == 1);
            gate.countDown();
            first.response(200);
            second.response(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"roundRobin", "random", "leastRequest"})
    void leavesOutAnEndpointThatRefuses(String balance) throws Exception {
        Setup setup = Setup.ofEndpoints("127.0.0.1:" + ScriptedBackend.unusedPort(), one.endpoint())
                .upstream("balance: " + balance);
        try (RunningGateway gateway = RunningGateway.of(setup)) {
            assertThat(ask(gateway, 60)).containsOnly("one").hasSize(60);
        }
    }

    @Test
    void sendsAlsoAPostElsewhereThatNobodyHasSeenYet() throws Exception {
        Setup setup = Setup.ofEndpoints("127.0.0.1:" + ScriptedBackend.unusedPort(), one.endpoint())
                .upstream("balance: roundRobin");
        try (RunningGateway gateway = RunningGateway.of(setup)) {
            for (int i = 0; i < 10; i++) {
                assertThat(gateway.exchange(post("/", "data")).body()).isEqualTo("one");
            }
            assertThat(one.requests())
                    .hasSize(10)
                    .allMatch(request -> request.body().equals("data"));
        }
    }

    @Test
    void comesBackToAnEndpointThatTakesConnectionsAgain() throws Exception {
        int port = ScriptedBackend.unusedPort();
        Setup setup =
                Setup.ofEndpoints("127.0.0.1:" + port, one.endpoint()).upstream("balance: roundRobin, slowStart: none");
        try (RunningGateway gateway = RunningGateway.of(setup)) {
            assertThat(ask(gateway, 10)).containsOnly("one");

            try (ScriptedBackend back = ScriptedBackend.answeringOn(port, request -> ok("back"));
                    RawPeer client = gateway.client()) {
                Await.until("it is asked again", () -> {
                    try {
                        return client.send(get("/")).response(200).body().equals("back");
                    } catch (IOException failed) {
                        throw new AssertionError(failed);
                    }
                });
                assertThat(back.requests()).isNotEmpty();
                assertThat(ask(gateway, 10)).contains("back", "one");
            }
        }
    }

    @Test
    void answers502WhereAllRefuse() throws Exception {
        Setup setup = Setup.ofEndpoints(
                "127.0.0.1:" + ScriptedBackend.unusedPort(), "127.0.0.1:" + ScriptedBackend.unusedPort());
        try (RunningGateway gateway = RunningGateway.of(setup);
                RawPeer client = gateway.client()) {
            for (int i = 0; i < 5; i++) {
                client.send(get("/"));
                expectFailure(client, Failure.CONNECT_REFUSED);
            }
        }
    }
}
