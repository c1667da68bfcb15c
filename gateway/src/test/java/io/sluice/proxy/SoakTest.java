package io.sluice.proxy;

import static io.sluice.testing.HttpText.chunk;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Aside;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many exchanges of every kind at once over few connections, drawn by lot: each client gets back what it sent. */
final class SoakTest {
    private static final int CLIENTS = 40;
    private static final int EACH = 40;
    private static final int LARGEST = 150_000;

    /** Sends the body back, framed as the path says. */
    private static void echo(RawPeer connection) throws Exception {
        for (WireMessage request = connection.requestOrEnd(); request != null; request = connection.requestOrEnd()) {
            String body = request.body();
            String tag = "X-Tag: " + request.value("x-tag");
            switch (request.target()) {
                case "/sized" ->
                    connection.send(head("HTTP/1.1 200 OK", tag, "Content-Length: " + body.length()) + body);
                case "/chunked" ->
                    connection.send(
                            head("HTTP/1.1 200 OK", tag, "Transfer-Encoding: chunked") + inChunks(body, body.length()));
                case "/hints" ->
                    connection.send(head("HTTP/1.1 103 Early Hints", tag)
                            + head("HTTP/1.1 200 OK", tag, "Content-Length: " + body.length())
                            + body);
                case "/last" -> {
                    connection.send(
                            head("HTTP/1.1 200 OK", tag, "Connection: close", "Content-Length: " + body.length())
                                    + body);
                    return;
                }
                default -> {
                    connection.send(head("HTTP/1.1 200 OK", tag) + body);
                    return;
                }
            }
        }
    }

    private static String inChunks(String body, int seed) {
        Random random = new Random(seed);
        StringBuilder chunks = new StringBuilder();
        int at = 0;
        while (at < body.length()) {
            int to = Math.min(body.length(), at + 1 + random.nextInt(40_000));
            chunks.append(chunk(body.substring(at, to)));
            at = to;
        }
        return chunks.append("0\r\n\r\n").toString();
    }

    private static String body(Random random) {
        byte[] bytes = new byte[random.nextInt(3) == 0 ? random.nextInt(LARGEST) : random.nextInt(2000)];
        random.nextBytes(bytes);
        return new String(bytes, ISO_8859_1);
    }

    private static String framed(Random random, String tag, String body) {
        String[] targets = {"/sized", "/sized", "/chunked", "/hints", "/last", "/until-close"};
        String line = "PUT " + targets[random.nextInt(targets.length)] + " HTTP/1.1";
        return random.nextBoolean()
                ? request(line, "X-Tag: " + tag, "Content-Length: " + body.length()) + body
                : request(line, "X-Tag: " + tag, "Transfer-Encoding: chunked") + inChunks(body, tag.hashCode());
    }

    /** In pieces of any size, some of them byte by byte. */
    private static void sendInPieces(RawPeer client, Random random, String text) throws Exception {
        int at = 0;
        while (at < text.length()) {
            int to = Math.min(text.length(), at + 1 + random.nextInt(1 << random.nextInt(18)));
            client.send(text.substring(at, to));
            at = to;
        }
    }

    private static void run(RunningGateway gateway, int number) throws Exception {
        Random random = new Random(number);
        try (RawPeer client = gateway.client()) {
            for (int i = 0; i < EACH; ) {
                int pipelined = 1 + random.nextInt(3);
                StringBuilder requests = new StringBuilder();
                List<String> bodies = new ArrayList<>();
                List<String> tags = new ArrayList<>();
                for (int j = 0; j < pipelined; j++, i++) {
                    tags.add(number + "-" + i);
                    bodies.add(body(random));
                    requests.append(framed(random, tags.getLast(), bodies.getLast()));
                }
                CompletableFuture<Void> sent = Aside.start(() -> sendInPieces(client, random, requests.toString()));
                for (int j = 0; j < pipelined; j++) {
                    expect(client, tags.get(j), bodies.get(j));
                }
                sent.get(20, TimeUnit.SECONDS);
            }
        }
    }

    private static void expect(RawPeer client, String tag, String body) throws Exception {
        WireMessage response = client.response();
        while (response.status() == 103) {
            assertThat(response.value("x-tag")).isEqualTo(tag);
            response = client.response();
        }
        assertThat(response.status()).as(response.head()).isEqualTo(200);
        assertThat(response.value("x-tag")).isEqualTo(tag);
        assertThat(response.body().equals(body)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 64})
    void everybodyGetsBackWhatItSent(int max) throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.running(SoakTest::echo);
                RunningGateway gateway =
                        RunningGateway.of(Setup.of(backend).connections("queueTimeout: 30s, max: " + max))) {
            List<CompletableFuture<Void>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                clients.add(Aside.start(() -> run(gateway, number)));
            }
            for (CompletableFuture<Void> client : clients) {
                client.get(60, TimeUnit.SECONDS);
            }
        }
    }
}
