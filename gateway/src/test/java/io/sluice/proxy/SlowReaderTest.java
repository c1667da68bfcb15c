package io.sluice.proxy;

import static io.sluice.testing.HttpText.chunk;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that don't read, or read slowly, on wires of both kinds: what they leave waits in memory, and the upstream connection is free. */
@ParameterizedClass
@MethodSource("io.sluice.proxy.TransportTest#transports")
final class SlowReaderTest {
    private static final int MIB = 1 << 20;
    /** More than the kernel takes, which is 4 MB at most, and still more than twice that is left. */
    private static final int LARGE = 12_000_000;
    /** What is left of a large answer fits one loop, but that of two does not. */
    private static final String MEMORY = "memory: { responses: 26MiB }";

    private static final String ONE = "max: 1, queueTimeout: 30s";

    @Parameter
    String transport;

    private final List<RawPeer> slow = new ArrayList<>();
    private final ScriptedBackend backend = ScriptedBackend.answering(SlowReaderTest::answer);

    SlowReaderTest() throws IOException {}

    /** {@code /123} has 123 random bytes, {@code /chunked/123} has them in chunks. */
    private static String answer(WireMessage request) {
        String target = request.target();
        String body = body(Integer.parseInt(target.substring(target.lastIndexOf('/') + 1)));
        if (!target.startsWith("/chunked/")) {
            return ok(body);
        }
        StringBuilder chunks = new StringBuilder(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"));
        for (int from = 0; from < body.length(); from += 10_000) {
            chunks.append(chunk(body.substring(from, Math.min(body.length(), from + 10_000))));
        }
        return chunks + "0\r\n\r\n";
    }

    private static String body(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return new String(bytes, ISO_8859_1);
    }

    @AfterEach
    void stop() throws IOException {
        for (RawPeer peer : slow) {
            peer.close();
        }
        backend.close();
    }

    private RunningGateway gateway(Setup setup) throws IOException {
        String route = setup.route().isEmpty() ? "limits: { responseBuffer: 16MiB }" : setup.route();
        return RunningGateway.of(setup.route(route).top(setup.top() + "\ntransport: " + transport));
    }

    /** A client that has asked, and reads nothing by itself. */
    private RawPeer asked(RunningGateway gateway, String target) throws IOException {
        RawPeer client = RawPeer.connect(gateway.address(), 1);
        slow.add(client);
        return client.send(get(target));
    }

    /** Until the upstream connections of all who have asked are free. */
    private void awaitFree(RunningGateway gateway) throws InterruptedException {
        Await.until(
                "upstream connections free",
                () -> backend.requests().size() >= slow.size() && backend.running() == 0 && leased(gateway) == 0);
    }

    private long leased(RunningGateway gateway) {
        return gateway.counted("sluice_pool_leased", "upstream", "backend", "endpoint", backend.endpoint());
    }

    private static long waiting(RunningGateway gateway) {
        return gateway.counted("sluice_response_memory_bytes");
    }

    private static void awaitNothingWaits(RunningGateway gateway) throws InterruptedException {
        Await.until(() -> waiting(gateway) + " bytes wait", () -> waiting(gateway) == 0);
        assertThat(gateway.counted("sluice_response_memory_clients")).isZero();
    }

    private static long ended(RunningGateway gateway, String cause) {
        return gateway.counted("sluice_client_connections_ended_total", "listener", "web", "cause", cause);
    }

    private static long stalledExchanges(RunningGateway gateway) {
        Failure stalled = Failure.CLIENT_STALLED;
        return gateway.counted("sluice_failures_total", "route", "all", "cause", stalled.cause(), "side", "client");
    }

    private static void expectBody(RawPeer client, int length) throws IOException {
        assertThat(client.response(200).body().equals(body(length))).isTrue();
    }

    private static boolean getsWhole(RawPeer client) {
        try {
            expectBody(client, LARGE);
            return true;
        } catch (IOException reset) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {512 * 1024, MIB, LARGE})
    void leavesTheUpstreamConnectionToOthersAndGetsTheAnswerLater(int length) throws Exception {
        try (RunningGateway gateway = gateway(Setup.of(backend).connections(ONE))) {
            RawPeer late = asked(gateway, "/" + length);
            awaitFree(gateway);
            if (length == LARGE) {
                assertThat(waiting(gateway)).isBetween(1L, (long) length);
                assertThat(gateway.counted("sluice_response_memory_clients")).isEqualTo(1);
            }

            assertThat(gateway.exchange(get("/7")).body()).isEqualTo(body(7));

            expectBody(late, length);
            awaitNothingWaits(gateway);
            late.send(get("/8"));
            expectBody(late, 8);
        }
    }

    @Test
    void getsAnAnswerInChunksLater() throws Exception {
        try (RunningGateway gateway = gateway(Setup.of(backend).connections(ONE))) {
            RawPeer late = asked(gateway, "/chunked/" + LARGE);
            awaitFree(gateway);
            expectBody(late, LARGE);
            awaitNothingWaits(gateway);
        }
    }

    @Test
    void getsALongAnswerOfWhichItTookOnlyThePart() throws Exception {
        int length = 2 * LARGE;
        int soon = 14_000_000;
        String body = body(length);
        try (RunningGateway gateway = gateway(Setup.of(backend).connections(ONE))) {
            RawPeer client = asked(gateway, "/" + length);
            client.head();
            String first = client.read(soon);
            awaitFree(gateway);
            assertThat(waiting(gateway)).isPositive();

            assertThat((first + client.read(length - soon)).equals(body)).isTrue();
            awaitNothingWaits(gateway);
        }
    }

    @Test
    void getsTheAnswersToTwoRequestsInOrder() throws Exception {
        try (RunningGateway gateway = gateway(Setup.of(backend).connections(ONE))) {
            RawPeer client = asked(gateway, "/" + LARGE).send(get("/700000"));
            awaitFree(gateway);
            assertThat(backend.requests()).hasSize(1);
            expectBody(client, LARGE);
            expectBody(client, 700_000);
            awaitNothingWaits(gateway);
        }
    }

    @Test
    void getsTheWholeLastAnswer() throws Exception {
        try (RunningGateway gateway = gateway(Setup.of(backend).connections(ONE))) {
            RawPeer client = asked(gateway, "/" + LARGE).halfClose();
            awaitFree(gateway);
            expectBody(client, LARGE);
            client.expectEnd();
            awaitNothingWaits(gateway);
        }
    }

    @Test
    void givesTheMemoryBackWhenItGoes() throws Exception {
        try (RunningGateway gateway = gateway(Setup.of(backend).connections("max: 4"))) {
            for (int i = 0; i < 4; i++) {
                asked(gateway, "/" + LARGE);
            }
            awaitFree(gateway);
            assertThat(waiting(gateway)).isPositive();
            for (RawPeer client : slow) {
                client.reset();
            }
            awaitNothingWaits(gateway);
        }
    }

    @Test
    void isCutOffAfterTheTimeToTakeAnswers() throws Exception {
        try (RunningGateway gateway = gateway(Setup.of(backend).connections(ONE).listener("timeouts: { send: 1s }"))) {
            RawPeer client = asked(gateway, "/" + LARGE);
            awaitFree(gateway);
            Await.until("cut off", () -> ended(gateway, "unread") == 1);
            awaitNothingWaits(gateway);
            assertThat(client.readUntilGone().length()).isLessThan(LARGE);
        }
    }

    @Test
    void isNotCutOffWhileItReadsSlowly() throws Exception {
        for (String buffer : List.of("3MiB", "16MiB")) {
            Setup setup = Setup.of(backend)
                    .connections(ONE)
                    .listener("timeouts: { send: 1s }")
                    .route("timeouts: { bodyIdle: 1s }, limits: { responseBuffer: " + buffer + " }");
            try (RunningGateway gateway = gateway(setup)) {
                RawPeer client = asked(gateway, "/" + LARGE);
                client.head();
                StringBuilder read = new StringBuilder();
                while (read.length() < LARGE) {
                    read.append(client.read(Math.min(200_000, LARGE - read.length())));
                    Thread.sleep(25);
                }
                assertThat(read.toString().equals(body(LARGE))).isTrue();
                assertThat(ended(gateway, "unread") + ended(gateway, "cut-off") + ended(gateway, "stalled"))
                        .isZero();
            }
        }
    }

    @Test
    void losesItsMemoryToOthersWhoseUpstreamConnectionIsWanted() throws Exception {
        Setup setup = Setup.of(backend).connections(ONE).top(MEMORY);
        try (RunningGateway gateway = gateway(setup)) {
            RawPeer first = asked(gateway, "/" + LARGE);
            awaitFree(gateway);
            RawPeer second = asked(gateway, "/" + LARGE);
            awaitFree(gateway);
            assertThat(ended(gateway, "stalled")).isZero();

            RawPeer third = asked(gateway, "/" + LARGE);
            Await.until("the third one's turn", () -> backend.requests().size() == 3);
            assertThat(gateway.exchange(get("/9")).body()).isEqualTo(body(9));

            assertThat(ended(gateway, "stalled")).isEqualTo(1);
            expectBody(third, LARGE);
            assertThat(List.of(getsWhole(first), getsWhole(second))).containsExactlyInAnyOrder(true, false);
            awaitNothingWaits(gateway);
            assertThat(stalledExchanges(gateway)).isZero();
        }
    }

    @Test
    void losesItsMemoryToOthersAfterSomeSeconds() throws Exception {
        Setup setup = Setup.of(backend).connections("max: 3").top(MEMORY);
        try (RunningGateway gateway = gateway(setup)) {
            asked(gateway, "/" + LARGE);
            asked(gateway, "/" + LARGE);
            awaitFree(gateway);

            RawPeer third = asked(gateway, "/" + LARGE);
            awaitFree(gateway);

            assertThat(ended(gateway, "stalled")).isEqualTo(1);
            expectBody(third, LARGE);
        }
    }

    @Test
    void losesAnUpstreamConnectionThatOthersWaitFor() throws Exception {
        Setup setup = Setup.of(backend).connections(ONE).route("limits: { responseBuffer: 0B }");
        try (RunningGateway gateway = gateway(setup)) {
            RawPeer client = asked(gateway, "/" + LARGE);
            client.head();

            assertThat(gateway.exchange(get("/9")).body()).isEqualTo(body(9));

            assertThat(ended(gateway, "stalled")).isEqualTo(1);
            assertThat(ended(gateway, "cut-off")).isZero();
            assertThat(stalledExchanges(gateway)).isEqualTo(1);
            assertThat(client.readUntilGone().length()).isLessThan(LARGE);
            awaitNothingWaits(gateway);
        }
    }

    @Test
    void keepsAnUpstreamConnectionThatNobodyWaitsFor() throws Exception {
        Setup setup = Setup.of(backend)
                .connections("max: 2")
                .route("limits: { responseBuffer: 0B }, timeouts: { bodyIdle: 2s }");
        try (RunningGateway gateway = gateway(setup)) {
            asked(gateway, "/" + LARGE).head();
            assertThat(gateway.exchange(get("/9")).body()).isEqualTo(body(9));

            Await.until("ended", () -> stalledExchanges(gateway) == 1);
            // counted after the exchange
            Await.until("cut off", () -> ended(gateway, "cut-off") == 1);
            assertThat(ended(gateway, "stalled")).isZero();
        }
    }

    @Test
    void doesNotKeepHonestOnesFromBeingServedHoweverManyThereAre() throws Exception {
        int attackers = 30;
        Setup setup = Setup.of(backend)
                .connections("max: 4, queueTimeout: 30s")
                .top("memory: { responses: 40MiB }")
                .route("limits: { responseBuffer: 12MiB }");
        try (RunningGateway gateway = gateway(setup)) {
            for (int i = 0; i < attackers; i++) {
                // some are larger than what may wait
                asked(gateway, "/" + (i % 5 == 0 ? 2 * LARGE : LARGE));
                assertThat(waiting(gateway)).isLessThan((40 + 4 * 13) * (long) MIB);
            }
            assertThat(gateway.exchange(get("/9")).body()).isEqualTo(body(9));

            Await.until("all had their turn", () -> backend.requests().size() == attackers + 1);
            Await.until("many cut off", () -> ended(gateway, "stalled") > attackers / 3);
            assertThat(gateway.exchange(get("/10")).body()).isEqualTo(body(10));
            for (RawPeer client : slow) {
                client.reset();
            }
            awaitNothingWaits(gateway);
        }
    }
}
