package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.postChunked;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.Flood;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Requests sent ahead: RFC 9112 section 9.3.2. */
final class PipeliningTest {
    private static final long FLOOD = 256L * 1024 * 1024;
    private static final long HELD = 32L * 1024 * 1024;

    private final CountDownLatch gate = new CountDownLatch(1);

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(this::answer);

    @AutoClose
    private final RunningGateway gateway = RunningGateway.before(backend);

    @AutoClose
    private final RawPeer client = gateway.client();

    PipeliningTest() throws IOException {}

    private String answer(WireMessage request) throws InterruptedException {
        if (request.target().equals("/gated")) {
            gate.await();
        }
        String body = request.method() + " " + request.target() + " " + request.body();
        return request.method().equals("HEAD") ? ok(body).replace(body, "") : ok(body);
    }

    @Test
    void answersInOrder() throws Exception {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            requests.append(get("/" + i));
        }
        client.send(requests.toString());

        for (int i = 0; i < 50; i++) {
            assertThat(client.response(200).body()).isEqualTo("GET /" + i + " ");
        }
    }

    @Test
    void answersTenThousand() throws Exception {
        CompletableFuture<Void> sent = Aside.start(() -> client.send(get("/a").repeat(10_000)));

        for (int i = 0; i < 10_000; i++) {
            assertThat(client.response(200).body()).isEqualTo("GET /a ");
        }
        sent.get(10, TimeUnit.SECONDS);
    }

    @Test
    void answersTenThousandItself() throws Exception {
        String yaml = Setup.of(backend).yaml().replace("to: backend", "respond: { status: 200, body: fixed }");
        try (RunningGateway fixed = RunningGateway.of(yaml);
                RawPeer asking = fixed.client()) {
            CompletableFuture<Void> sent =
                    Aside.start(() -> asking.send(get("/a").repeat(10_000)));

            for (int i = 0; i < 10_000; i++) {
                assertThat(asking.response(200).body()).isEqualTo("fixed");
            }
            sent.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void runsOneAtATime() throws Exception {
        client.send(get("/a").repeat(50));
        for (int i = 0; i < 50; i++) {
            client.response(200);
        }

        assertThat(backend.peakRunning()).isEqualTo(1);
    }

    @Test
    void keepsBodiesApart() throws Exception {
        client.send(post("/a", "first") + postChunked("/b", "sec", "ond") + get("/c") + post("/d", "") + get("/e"));

        assertThat(client.response(200).body()).isEqualTo("POST /a first");
        assertThat(client.response(200).body()).isEqualTo("POST /b second");
        assertThat(client.response(200).body()).isEqualTo("GET /c ");
        assertThat(client.response(200).body()).isEqualTo("POST /d ");
        assertThat(client.response(200).body()).isEqualTo("GET /e ");
    }

    @Test
    void keepsBodiesApartThatComeByteByByte() throws Exception {
        client.sendByteByByte(post("/a", "first") + postChunked("/b", "sec", "ond") + get("/c"));

        assertThat(client.response(200).body()).isEqualTo("POST /a first");
        assertThat(client.response(200).body()).isEqualTo("POST /b second");
        assertThat(client.response(200).body()).isEqualTo("GET /c ");
    }

    @Test
    void keepsARequestThatHasOnlyHalfCome() throws Exception {
        String second = get("/second");
        client.send(get("/first") + second.substring(0, 20));
        assertThat(client.response(200).body()).isEqualTo("GET /first ");

        client.send(second.substring(20));

        assertThat(client.response(200).body()).isEqualTo("GET /second ");
    }

    @Test
    void answersHeadBetweenOthersWithoutABody() throws Exception {
        client.send(get("/a") + request("HEAD /b HTTP/1.1") + get("/c"));

        assertThat(client.response(200).body()).isEqualTo("GET /a ");
        assertThat(client.head().value("content-length")).isEqualTo("8");
        assertThat(client.response(200).body()).isEqualTo("GET /c ");
    }

    @Test
    void answersWhatIsBeforeARefusedRequestFirst() throws Exception {
        client.send(get("/a") + get("/b") + "GET /c HTTP/1.1\r\nHost : x\r\n\r\n" + get("/d"));

        assertThat(client.response(200).body()).isEqualTo("GET /a ");
        assertThat(client.response(200).body()).isEqualTo("GET /b ");
        client.response(400);
        client.expectEnd();
        assertThat(backend.requests()).hasSize(2);
    }

    @Test
    void ignoresWhatComesAfterARequestThatSaysClose() throws Exception {
        client.send(get("/a") + request("GET /b HTTP/1.1", "Connection: close") + get("/c"));

        client.response(200);
        client.response(200);
        client.expectEnd();
        assertThat(backend.requests()).extracting(WireMessage::target).containsExactly("/a", "/b");
    }

    @Test
    void answersAllThatAHalfClosedClientHasSent() throws Exception {
        client.send(get("/a") + post("/b", "body") + get("/c")).halfClose();

        assertThat(client.response(200).body()).isEqualTo("GET /a ");
        assertThat(client.response(200).body()).isEqualTo("POST /b body");
        assertThat(client.response(200).body()).isEqualTo("GET /c ");
        client.expectEnd();
    }

    @Test
    void holdsAClientBackThatSendsRequestsWithoutEnd() throws Exception {
        byte[] requests = get("/later").repeat(1000).getBytes(StandardCharsets.ISO_8859_1);
        client.send(get("/gated"));
        Await.until("the first request arrives", () -> backend.running() == 1);

        Flood flood = Flood.into(client, requests, FLOOD / requests.length);

        assertThat(flood.awaitStalled()).isLessThan(HELD);
        gate.countDown();
        assertThat(client.response(200).body()).isEqualTo("GET /gated ");
        assertThat(client.response(200).body()).isEqualTo("GET /later ");
        client.reset();
    }
}
