package io.sluice.bench.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActiveClientsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    void eachClientAsksAsOftenAsItIsTold() throws Exception {
        try (Server server = Model.EPOLL.serve(0)) {
            ActiveClients.Outcome outcome =
                    new ActiveClients(3, 50, Duration.ofMillis(200), PATIENCE).run(target(server.port()));

            assertThat(outcome.served()).isEqualTo(3);
            assertThat(outcome.nanos()).hasSize(3 * 10).isSorted();
        }
    }

    @Test
    void aQueueThatGrowsBehindSlowAnswersCountsFromWhenEachRequestWasDue() throws Exception {
        try (ServerSocket slow = new ServerSocket()) {
            slow.bind(Server.loopback(0));
            Thread.ofVirtual().start(() -> answerSlowly(slow, Duration.ofMillis(20)));

            // 20 ms each and one due every 5 ms: no single answer is late, and soon all are.
            ActiveClients.Outcome outcome =
                    new ActiveClients(1, 200, PATIENCE, Duration.ofMillis(500)).run(target(slow.getLocalPort()));

            assertThat(outcome.served()).isZero();
            assertThat(outcome.nanos().getLast())
                    .isGreaterThan(Duration.ofMillis(500).toNanos());
        }
    }

    @Test
    void latencyIsTheOneThatAShareOfTheAnswersDidNotExceed() {
        ActiveClients.Outcome outcome = new ActiveClients.Outcome(1, 1, List.of(1_000_000L, 2_000_000L, 9_000_000L));

        assertThat(outcome.millis(0.5)).isEqualTo(2);
        assertThat(outcome.millis(0.99)).isEqualTo(9);
    }

    private static Target target(int port) {
        return new Target(port, "models.bench.test", "/", Model.BODY_BYTES);
    }

    private static void answerSlowly(ServerSocket server, Duration pause) {
        try (Socket client = server.accept()) {
            Requests requests = new Requests();
            byte[] bytes = new byte[1024];
            for (int count = client.getInputStream().read(bytes); count > 0; ) {
                if (requests.endedIn(ByteBuffer.wrap(bytes, 0, count)) > 0) {
                    Thread.sleep(pause);
                    client.getOutputStream().write(Requests.answer());
                }
                count = client.getInputStream().read(bytes);
            }
        } catch (IOException | InterruptedException ended) {
            // The client gave up, or the test is over.
        }
    }
}
