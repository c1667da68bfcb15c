package io.sluice.proxy;

import static io.sluice.testing.HttpText.chunked;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Aside;
import io.sluice.testing.H2Backend;
import io.sluice.testing.H2Backend.Frame;
import io.sluice.testing.H2Backend.Section;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of HTTP/1.1 before a backend that speaks HTTP/2. */
final class H2UpstreamTest {
    private static final int INTERNAL_ERROR = 2;
    private static final int REFUSED_STREAM = 7;
    private static final int CANCEL = 8;

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    @AutoClose
    private final RunningGateway gateway = RunningGateway.of(
            Setup.of(backend).streaming().upstream("protocol: h2").connections("max: 1"));

    @AutoClose
    private final RawPeer client = gateway.client();

    H2UpstreamTest() throws IOException {}

    private H2Backend greeted() throws Exception {
        return H2Backend.on(backend.accept()).settings();
    }

    private static String random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return new String(bytes, ISO_8859_1);
    }

    // ---- requests

    @Test
    void passesAHeadOn() throws Exception {
        client.send(request("GET /a/b?c=d HTTP/1.1", "X-Name: Value", "Connection: x-gone", "X-Gone: 1"));
        Section head = greeted().section();
        assertThat(head.fields().subList(0, 4))
                .containsExactly(":method: GET", ":scheme: http", ":authority: example.test", ":path: /a/b?c=d");
        assertThat(head.get("x-name")).isEqualTo("Value");
        assertThat(head.get("x-gone")).isEmpty();
        assertThat(head.get("connection")).isEmpty();
        assertThat(head.get("host")).isEmpty();
        assertThat(head.get("via")).isEqualTo("1.1 sluice");
        assertThat(head.ended()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16_384, 65_535, 65_536, 3_000_000})
    void passesASizedRequestBodyOn(int length) throws Exception {
        String body = random(length);
        Aside.start(() -> client.send(post("/", body)));
        H2Backend peer = greeted();
        Section head = peer.section();
        assertThat(head.get("content-length")).isEqualTo(Integer.toString(length));
        assertThat(peer.body(head.stream()).equals(body)).isTrue();
    }

    @Test
    void passesAChunkedRequestBodyOn() throws Exception {
        String body = random(1_000_000);
        Aside.start(() -> client.send(request("POST / HTTP/1.1", "Transfer-Encoding: chunked")
                + chunked(body.substring(0, 7), body.substring(7))));
        H2Backend peer = greeted();
        Section head = peer.section();
        assertThat(head.get("content-length")).isEmpty();
        assertThat(head.get("transfer-encoding")).isEmpty();
        assertThat(peer.body(head.stream()).equals(body)).isTrue();
    }

    @Test
    void passesTrailersOfARequestOn() throws Exception {
        client.send(request("POST / HTTP/1.1", "Transfer-Encoding: chunked") + "1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n");
        H2Backend peer = greeted();
        peer.section();
        assertThat(peer.next(H2Backend.DATA).text()).isEqualTo("a");
        assertThat(peer.section().fields()).containsExactly("x-sum: 1");
    }

    // ---- responses

    @Test
    void passesAResponseOn() throws Exception {
        client.send(get("/"));
        H2Backend peer = greeted();
        int stream = peer.section().stream();
        peer.headers(stream, false, ":status: 201", "content-length: 2", "x-a: b")
                .data(stream, true, "ok");
        WireMessage response = client.response(201);
        assertThat(response.value("x-a")).isEqualTo("b");
        assertThat(response.value("content-length")).isEqualTo("2");
        assertThat(response.body()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16_384, 65_536, 3_000_000})
    void passesAResponseBodyOn(int length) throws Exception {
        String body = random(length);
        client.send(get("/"));
        H2Backend peer = greeted();
        int stream = peer.section().stream();
        peer.headers(stream, false, ":status: 200");
        Aside.start(() -> peer.flood(stream, body));
        WireMessage response = client.response(200);
        assertThat(response.value("transfer-encoding")).isEqualTo("chunked");
        assertThat(response.body().equals(body)).isTrue();
    }

    @Test
    void passesInterimResponsesAndTrailersOn() throws Exception {
        client.send(request("POST / HTTP/1.1", "Content-Length: 2", "Expect: 100-continue"));
        H2Backend peer = greeted();
        int stream = peer.section().stream();
        peer.headers(stream, false, ":status: 103", "link: </a>").headers(stream, false, ":status: 100");
        assertThat(client.head().value("link")).isEqualTo("</a>");
        assertThat(client.head().status()).isEqualTo(100);
        client.send("hi");
        assertThat(peer.body(stream)).isEqualTo("hi");
        peer.headers(stream, false, ":status: 200").data(stream, false, "x").headers(stream, true, "x-sum: 1");
        client.head();
        String rest = "1\r\nx\r\n0\r\nx-sum: 1\r\n\r\n";
        assertThat(client.read(rest.length())).isEqualTo(rest);
    }

    @Test
    void answersEarlyAndTakesTheRestOfTheRequest() throws Exception {
        client.send(request("POST / HTTP/1.1", "Content-Length: 1000") + "begun");
        H2Backend peer = greeted();
        int stream = peer.section().stream();
        peer.next(H2Backend.DATA);
        peer.headers(stream, true, ":status: 413");
        assertThat(client.response(413).value("connection")).isEqualTo("close");
        Frame reset = peer.next(H2Backend.RST_STREAM);
        assertThat(reset.number(0)).isEqualTo(CANCEL);
    }

    // ---- many on few

    @Test
    void exchangesOfAllLoopsShareTheOnlyConnection() throws Exception {
        try (RawPeer second = gateway.client();
                RawPeer third = gateway.client()) {
            client.send(get("/1"));
            H2Backend peer = greeted();
            int first = peer.section().stream();
            second.send(get("/2"));
            int other = peer.section().stream();
            third.send(get("/3"));
            int last = peer.section().stream();
            for (int stream : new int[] {last, other, first}) {
                peer.headers(stream, false, ":status: 200", "content-length: 1")
                        .data(stream, true, Integer.toString(stream));
            }
            assertThat(client.response(200).body()).isEqualTo(Integer.toString(first));
            assertThat(second.response(200).body()).isEqualTo(Integer.toString(other));
            assertThat(third.response(200).body()).isEqualTo(Integer.toString(last));
            assertThat(backend.connections()).isEqualTo(1);
        }
    }

    // ---- what goes wrong

    @Test
    void aResetBeforeTheResponseIsAnswered() throws Exception {
        client.send(post("/", "hi"));
        H2Backend peer = greeted();
        peer.reset(peer.section().stream(), INTERNAL_ERROR);
        assertThat(client.response(502).value("proxy-status")).contains("upstream-reset");
    }

    @Test
    void aResetWithinTheResponseCutsTheClientOff() throws Exception {
        client.send(get("/"));
        H2Backend peer = greeted();
        int stream = peer.section().stream();
        peer.headers(stream, false, ":status: 200").data(stream, false, "begun");
        client.head();
        assertThat(client.read(10)).isEqualTo("5\r\nbegun\r\n");
        peer.reset(stream, INTERNAL_ERROR);
        assertThat(client.readUntilGone()).isEmpty();
    }

    @Test
    void aRefusedRequestIsSentAgainWhateverItAsks() throws Exception {
        client.send(post("/", "hi"));
        H2Backend peer = greeted();
        Section refused = peer.section();
        peer.reset(refused.stream(), REFUSED_STREAM);
        Frame frame;
        do {
            // its body may have been on its way
            frame = peer.next();
        } while (frame.type() != H2Backend.HEADERS);
        Section again = peer.section(frame);
        assertThat(again.get(":method")).isEqualTo("POST");
        assertThat(peer.body(again.stream())).isEqualTo("hi");
        peer.headers(again.stream(), true, ":status: 204");
        client.response(204);
    }

    @Test
    void aRequestBehindAGoAwayIsSentAgainOnAnotherConnection() throws Exception {
        client.send(post("/", "hi"));
        H2Backend peer = greeted();
        peer.section();
        peer.goAway(0, 0);
        H2Backend next = greeted();
        Section again = next.section();
        assertThat(next.body(again.stream())).isEqualTo("hi");
        next.headers(again.stream(), true, ":status: 204");
        client.response(204);
    }

    @Test
    void aPostThatMayHaveBeenProcessedIsNotSentAgain() throws Exception {
        client.send(post("/", "hi"));
        H2Backend peer = greeted();
        peer.section();
        peer.next(H2Backend.DATA);
        peer.close();
        assertThat(client.response(502).value("proxy-status")).contains("upstream-closed");
        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void aClientThatGoesAwayResetsItsStreamOnly() throws Exception {
        try (RawPeer leaving = gateway.client()) {
            client.send(get("/stays"));
            H2Backend peer = greeted();
            int stays = peer.section().stream();
            leaving.send(get("/leaves"));
            int leaves = peer.section().stream();
            leaving.reset();
            Frame reset = peer.next(H2Backend.RST_STREAM);
            assertThat(reset.stream()).isEqualTo(leaves);
            peer.headers(stays, true, ":status: 204");
            client.response(204);
        }
    }

    @Test
    void aSlowClientIsNotFeltByTheOthers() throws Exception {
        try (RawPeer slow = RawPeer.connect(gateway.address(), 4096)) {
            slow.send(get("/slow"));
            H2Backend peer = greeted();
            int stream = peer.section().stream();
            peer.headers(stream, false, ":status: 200");
            // more than all buffers take: until the window of the stream is shut
            String piece = "x".repeat(16_384);
            for (int i = 0; i < 16; i++) {
                peer.data(stream, false, piece);
            }
            client.send(get("/quick"));
            int quick = peer.section().stream();
            peer.headers(quick, false, ":status: 200", "content-length: 2").data(quick, true, "ok");
            assertThat(client.response(200).body()).isEqualTo("ok");
        }
    }
}
