package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.Flood;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies so long that the kernel may pass them on (the transport of {@code auto}) keep all the rules that others keep. */
@ParameterizedClass
@ValueSource(strings = {"auto", "nio"})
final class LongBodyTest {
    private static final int LENGTH = 5_000_000;
    private static final int HALF = LENGTH / 2;
    private static final int SMALL_BUFFER = 16 * 1024;
    private static final byte[] PIECE = new byte[256 * 1024];
    private static final long PIECES = 256;

    @Parameter
    String transport;

    @TempDir
    Path folder;

    private final byte[] body = new byte[LENGTH];
    private ScriptedBackend backend;
    private RunningGateway gateway;

    @BeforeEach
    void start() throws IOException {
        new Random(5).nextBytes(body);
        backend = ScriptedBackend.byHand();
        gateway = gateway("");
    }

    private RunningGateway gateway(String timeouts) throws IOException {
        return RunningGateway.of(Setup.of(backend)
                .top("transport: " + transport + "\naccessLog: " + log())
                .route("timeouts: { " + timeouts + " }"));
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        backend.close();
    }

    private Path log() {
        return folder.resolve("access.log");
    }

    /** The log, once so many exchanges are in it. */
    private List<String> awaitLogged(int count) throws Exception {
        Await.until("exchanges in the log", () -> logged().size() >= count);
        return logged();
    }

    private List<String> logged() {
        try {
            return Files.readAllLines(log());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long responseBytes(String line) {
        return Long.parseLong(line.replaceFirst(".*\"responseBytes\":(\\d+).*", "$1"));
    }

    private static String headOf(long length) {
        return head("HTTP/1.1 200 OK", "Content-Length: " + length);
    }

    private CompletableFuture<Void> respond(RawPeer upstream) {
        return Aside.start(() -> upstream.send(headOf(LENGTH)).send(body));
    }

    private void expectBody(RawPeer client) throws IOException {
        assertThat(client.head().status()).isEqualTo(200);
        assertThat(client.read(LENGTH).getBytes(ISO_8859_1)).isEqualTo(body);
    }

    private RawPeer begun(RawPeer client) throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        return upstream;
    }

    @Test
    void followEachOtherAndShortOnesOnTheSameConnections() throws Exception {
        try (RawPeer client = gateway.client()) {
            RawPeer upstream = begun(client);
            for (int i = 0; i < 10; i++) {
                respond(upstream);
                expectBody(client);
                client.send(get("/short"));
                upstream.request();
                upstream.send(ok("short"));
                assertThat(client.response(200).body()).isEqualTo("short");
                client.send(get("/"));
                upstream.request();
            }
            upstream.send(ok(""));
            client.response(200);
        }
        assertThat(backend.connections()).isEqualTo(1);
        assertThat(awaitLogged(21))
                .filteredOn(line -> responseBytes(line) == LENGTH)
                .hasSize(10);
    }

    @Test
    void letThePipelinedRequestWait() throws Exception {
        try (RawPeer client = RawPeer.connect(gateway.address(), SMALL_BUFFER)) {
            RawPeer upstream = begun(client);
            CompletableFuture<Void> sent = respond(upstream);
            client.head();
            client.send(get("/next"));
            assertThat(client.read(LENGTH).getBytes(ISO_8859_1)).isEqualTo(body);
            sent.get(10, TimeUnit.SECONDS);

            assertThat(upstream.request().target()).isEqualTo("/next");
            upstream.send(ok("next"));
            assertThat(client.response(200).body()).isEqualTo("next");
        }
    }

    @Test
    void reachAClientThatHasHalfClosed() throws Exception {
        try (RawPeer client = RawPeer.connect(gateway.address(), SMALL_BUFFER)) {
            RawPeer upstream = begun(client);
            client.halfClose();
            respond(upstream);

            expectBody(client);
            client.expectEnd();
        }
    }

    @Test
    void mayEndWithTheConnection() throws Exception {
        try (RawPeer client = RawPeer.connect(gateway.address(), SMALL_BUFFER)) {
            RawPeer upstream = begun(client);
            Aside.start(() -> upstream.send(head("HTTP/1.1 200 OK", "Connection: close", "Content-Length: " + LENGTH))
                    .send(body)
                    .close());

            expectBody(client);
            RawPeer fresh = begun(client);
            fresh.send(ok("fresh"));
            assertThat(client.response(200).body()).isEqualTo("fresh");
        }
    }

    @Test
    void areNotTheNextResponsesWhereTheyAreTooLong() throws Exception {
        try (RawPeer client = gateway.client()) {
            RawPeer upstream = begun(client);
            byte[] evil = ok("evil").getBytes(ISO_8859_1);
            byte[] tooLong = Arrays.copyOf(body, LENGTH + evil.length);
            System.arraycopy(evil, 0, tooLong, LENGTH, evil.length);
            Aside.start(() -> upstream.send(headOf(LENGTH)).send(tooLong));

            expectBody(client);
            upstream.expectGone();
            RawPeer fresh = begun(client);
            fresh.send(ok("good"));
            assertThat(client.response(200).body()).isEqualTo("good");
        }
    }

    @Test
    void thatTheBackendCutsShortAreCutForTheClient() throws Exception {
        for (boolean reset : new boolean[] {false, true}) {
            try (RawPeer client = gateway.client()) {
                RawPeer upstream = begun(client);
                upstream.send(headOf(2L * LENGTH)).send(body);
                client.head();
                client.read(HALF);
                if (reset) {
                    upstream.reset();
                } else {
                    upstream.close();
                }
                assertThat(client.readUntilGone().length()).isLessThanOrEqualTo(LENGTH - HALF);
            }
        }
        assertThat(awaitLogged(2)).allSatisfy(line -> {
            assertThat(line).contains("\"failure\":\"response-truncated\"");
            assertThat(responseBytes(line)).isBetween((long) HALF, (long) LENGTH);
        });
    }

    @Test
    void thatTheClientLeavesFreeTheBackend() throws Exception {
        RawPeer client = RawPeer.connect(gateway.address(), SMALL_BUFFER);
        RawPeer upstream = begun(client);
        upstream.send(headOf(PIECES * PIECE.length));
        Flood flood = Flood.into(upstream, PIECE, PIECES);
        client.head();
        client.skip(HALF);
        flood.awaitStalled();

        client.reset();

        upstream.expectGone();
        String line = awaitLogged(1).getFirst();
        assertThat(line).contains("\"failure\":\"client-gone\"");
        assertThat(responseBytes(line)).isBetween((long) HALF, PIECES * PIECE.length - 1);
    }

    @Test
    void thatTheClientDoesNotReadEndInTime() throws Exception {
        gateway.close();
        gateway = gateway("bodyIdle: 300ms");
        try (RawPeer client = RawPeer.connect(gateway.address(), SMALL_BUFFER)) {
            RawPeer upstream = begun(client);
            upstream.send(headOf(PIECES * PIECE.length));
            Flood.into(upstream, PIECE, PIECES);

            upstream.expectGone();
            assertThat(awaitLogged(1).getFirst()).contains("\"failure\":\"client-stalled\"");
        }
    }

    @Test
    void thatTheBackendDoesNotGoOnWithEndInTime() throws Exception {
        gateway.close();
        gateway = gateway("bodyIdle: 300ms");
        try (RawPeer client = gateway.client()) {
            RawPeer upstream = begun(client);
            upstream.send(headOf(2L * LENGTH)).send(body);
            client.head();
            assertThat(client.readUntilGone().length()).isLessThanOrEqualTo(LENGTH);
            String line = awaitLogged(1).getFirst();
            assertThat(line).contains("\"failure\":\"response-body-timeout\"");
            assertThat(responseBytes(line)).isEqualTo(LENGTH);
        }
    }

    @Test
    void thatGoOnSlowlyAreNotEnded() throws Exception {
        gateway.close();
        gateway = gateway("bodyIdle: 2s");
        try (RawPeer client = gateway.client()) {
            RawPeer upstream = begun(client);
            byte[] piece = new byte[1000];
            upstream.send(headOf(LENGTH));
            client.head();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
            while (System.nanoTime() - end < 0) {
                upstream.send(piece);
                client.skip(piece.length);
                Thread.sleep(5);
            }
            assertThat(logged()).isEmpty();
        }
    }

    @Test
    void endBeforeADrainDoes() throws Exception {
        try (RawPeer client = RawPeer.connect(gateway.address(), SMALL_BUFFER)) {
            RawPeer upstream = begun(client);
            respond(upstream);
            client.head();
            CompletableFuture<Void> drained = Aside.start(
                    () -> assertThat(gateway.drain(Duration.ofSeconds(10))).isTrue());

            assertThat(client.read(LENGTH).getBytes(ISO_8859_1)).isEqualTo(body);
            client.expectEnd();
            drained.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void goToManyClientsAtOnce() throws Exception {
        int clients = 60;
        try (ScriptedBackend many = ScriptedBackend.running(connection -> {
                    for (int i = 0; i < 3; i++) {
                        connection.request();
                        connection.send(headOf(LENGTH)).send(body);
                    }
                });
                RunningGateway before = RunningGateway.of(Setup.of(many).top("transport: " + transport))) {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int buffer = i % 2 == 0 ? 0 : SMALL_BUFFER;
                all.add(Aside.start(() -> {
                    try (RawPeer client = RawPeer.connect(before.address(), buffer)) {
                        for (int times = 0; times < 3; times++) {
                            client.send(request("GET / HTTP/1.1"));
                            expectBody(client);
                        }
                    }
                }));
            }
            for (CompletableFuture<Void> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
        }
    }
}
