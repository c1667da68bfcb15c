package io.sluice.proxy;

import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.response;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.H2Frame;
import io.sluice.testing.H2Peer;
import io.sluice.testing.H2Response;
import io.sluice.testing.H2Tunnel;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket from clients of HTTP/2 to a backend of HTTP/1.1, frame by frame: RFC 8441. */
final class ExtendedConnectTest {
    private static final int NO_ERROR = 0;
    private static final int PROTOCOL_ERROR = 1;
    private static final int CANCEL = 8;
    private static final int ENABLE_CONNECT_PROTOCOL = 8;

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    @AutoClose
    private final RunningGateway gateway = RunningGateway.before(backend);

    @AutoClose
    private final H2Peer client = H2Peer.connect(gateway.address());

    ExtendedConnectTest() throws IOException {}

    private H2Tunnel tunnel() throws Exception {
        return H2Tunnel.open(client, 1, backend);
    }

    // ---- section 3: the setting

    @Test
    void itIsAnnounced() throws Exception {
        try (H2Peer fresh = H2Peer.silent(gateway.address())) {
            fresh.raw(H2Peer.PREFACE.getBytes(ISO_8859_1)).frame(H2Frame.SETTINGS, 0, 0);
            ByteBuffer settings = ByteBuffer.wrap(fresh.read().payload());
            Map<Integer, Integer> values = new TreeMap<>();
            while (settings.hasRemaining()) {
                values.put((int) settings.getShort(), settings.getInt());
            }
            assertThat(values).containsEntry(ENABLE_CONNECT_PROTOCOL, 1);
        }
    }

    @Test
    void aValueThatItCannotHaveEndsTheConnection() throws Exception {
        client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(ENABLE_CONNECT_PROTOCOL, 2));
        assertThat(client.lost()).isEqualTo(PROTOCOL_ERROR);
    }

    @Test
    void whatWasAnnouncedIsNotTakenBack() throws Exception {
        client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(ENABLE_CONNECT_PROTOCOL, 1))
                .assertAlive();
        client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(ENABLE_CONNECT_PROTOCOL, 0));
        assertThat(client.lost()).isEqualTo(PROTOCOL_ERROR);
    }

    // ---- section 4: the request

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":method: GET|:protocol: websocket|:scheme: http|:path: /|:authority: a",
                ":method: POST|:protocol: websocket|:scheme: http|:path: /|:authority: a",
                ":method: CONNECT|:protocol: websocket|:path: /|:authority: a",
                ":method: CONNECT|:protocol: websocket|:scheme: http|:authority: a",
                ":method: CONNECT|:protocol: websocket|:scheme: http|:path:|:authority: a",
                ":method: CONNECT|:protocol: websocket|:scheme: http|:path: /|host: a",
                ":method: CONNECT|:protocol: websocket|:authority: a",
                ":method: CONNECT|:protocol:|:scheme: http|:path: /|:authority: a",
                ":method: CONNECT|:protocol: web socket|:scheme: http|:path: /|:authority: a",
                ":method: CONNECT|:protocol: websocket|:protocol: websocket|:scheme: http|:path: /|:authority: a",
                ":method: CONNECT|:scheme: http|:path: /|:authority: a|:protocol: websocket|:protocol: x",
                ":method: CONNECT|:protocol: other|:authority: a",
                // without a protocol it is the other CONNECT
                ":method: CONNECT|:scheme: http|:path: /|:authority: a",
                // section 8.2.2 of RFC 9113, and no content has a length
                ":method: CONNECT|:protocol: websocket|:scheme: http|:path: /|:authority: a|upgrade: websocket",
                ":method: CONNECT|:protocol: websocket|:scheme: http|:path: /|:authority: a|connection: upgrade",
                ":method: CONNECT|:protocol: websocket|:scheme: http|:path: /|:authority: a|content-length: 0",
                ":method: CONNECT|:protocol: websocket|:scheme: http|:path: /|:authority: a|content-length: 5",
            })
    void isMalformedAs(String fields) throws Exception {
        client.frame(H2Frame.HEADERS, H2Frame.END_HEADERS, 1, client.block(fields.split("\\|")));
        H2Response got = client.response(1);
        assertThat(got.status()).isEqualTo(400);
        assertThat(got.field("proxy-status")).contains(Failure.REQUEST_MALFORMED.cause());
        assertThat(got.reset()).isEqualTo(PROTOCOL_ERROR);
        client.assertAlive();
        assertThat(backend.connections()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect-udp", "connect-ip", "webtransport", "websocket2", "h2c"})
    void anotherProtocolIsNotSpokenHere(String protocol) throws Exception {
        connect(1, protocol, "/");
        H2Response got = client.response(1);
        assertThat(got.status()).isEqualTo(501);
        assertThat(got.field("proxy-status")).contains(Failure.REQUEST_PROTOCOL.cause());
        client.assertAlive();
        assertThat(backend.connections()).isZero();
    }

    private void connect(int stream, String protocol, String path, String... lines) throws IOException {
        client.frame(H2Frame.HEADERS, H2Frame.END_HEADERS, stream, H2Tunnel.block(client, protocol, path, lines));
    }

    @Test
    void theOtherConnectStaysRefused() throws Exception {
        client.frame(
                H2Frame.HEADERS, H2Frame.END_HEADERS, 1, client.block(":method: CONNECT", ":authority: a.test:443"));
        H2Response got = client.response(1);
        assertThat(got.status()).isEqualTo(501);
        assertThat(got.field("proxy-status")).contains(Failure.REQUEST_METHOD_UNSUPPORTED.cause());
        assertThat(backend.connections()).isZero();
    }

    @Test
    void itGoesOnAsAGetThatUpgrades() throws Exception {
        connect(
                1,
                "WebSocket",
                "/chat?room=1",
                "sec-websocket-version: 13",
                "sec-websocket-protocol: chat, superchat",
                "sec-websocket-extensions: permessage-deflate",
                "sec-websocket-key: of-the-client",
                "origin: https://a.test",
                "cookie: a=b",
                "cookie: c=d");
        WireMessage asked = backend.accept().request();
        assertThat(asked.head()).startsWith("GET /chat?room=1 HTTP/1.1\r\n");
        assertThat(asked.value("host")).isEqualTo("gateway.test");
        assertThat(asked.value("upgrade")).isEqualTo("websocket");
        assertThat(asked.names("connection", "upgrade")).isTrue();
        assertThat(asked.value("sec-websocket-version")).isEqualTo("13");
        assertThat(asked.value("sec-websocket-protocol")).isEqualTo("chat, superchat");
        assertThat(asked.value("sec-websocket-extensions")).isEqualTo("permessage-deflate");
        assertThat(asked.value("sec-websocket-key")).matches("[A-Za-z0-9+/]{22}==");
        assertThat(asked.value("origin")).isEqualTo("https://a.test");
        assertThat(asked.value("cookie")).isEqualTo("a=b; c=d");
        assertThat(asked.value("via")).isEqualTo("2.0 sluice");
        assertThat(asked.has("content-length") || asked.has("transfer-encoding"))
                .isFalse();
        assertThat(asked.head()).doesNotContain("protocol: websocket\r\n");
    }

    @Test
    void eachHasAKeyOfItsOwn() throws Exception {
        connect(1, "websocket", "/1");
        connect(3, "websocket", "/2");
        String one = backend.accept().request().value("sec-websocket-key");
        assertThat(backend.accept().request().value("sec-websocket-key")).isNotEqualTo(one);
    }

    @Test
    void noTrailersMayFollow() throws Exception {
        H2Tunnel tunnel = tunnel();
        client.frame(H2Frame.HEADERS, H2Frame.END_HEADERS | H2Frame.END_STREAM, 1, client.block("x-a: b"));
        assertThat(client.resetOf(1)).isEqualTo(PROTOCOL_ERROR);
        tunnel.upstream().expectGone();
        client.assertAlive();
    }

    // ---- section 5: the answer, and the tunnel

    @Test
    void theAnswerIs200AndNamesNothingOfTheUpgrade() throws Exception {
        connect(1, "websocket", "/", "sec-websocket-protocol: chat");
        RawPeer upstream = backend.accept();
        WireMessage asked = upstream.request();
        upstream.send(
                H2Tunnel.switched(asked, "Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Extensions: x-e", "X-A: b"));
        H2Frame frame = client.await(H2Frame.HEADERS);
        assertThat(frame.has(H2Frame.END_STREAM)).isFalse();
        List<String> fields = client.lastFields();
        assertThat(fields.getFirst()).isEqualTo(":status: 200");
        assertThat(fields).contains("sec-websocket-protocol: chat", "sec-websocket-extensions: x-e", "x-a: b");
        assertThat(fields)
                .noneMatch(line -> line.startsWith("upgrade")
                        || line.startsWith("connection")
                        || line.startsWith("sec-websocket-accept")
                        || line.startsWith("content-length"));
    }

    @Test
    void bytesGoBothWays() throws Exception {
        H2Tunnel tunnel = tunnel();
        for (int i = 10; i < 60; i++) {
            tunnel.talk("ping " + i, "pong " + i);
        }
    }

    @Test
    void bytesThatComeTogetherWithTheSwitchGoOn() throws Exception {
        connect(1, "websocket", "/");
        RawPeer upstream = backend.accept();
        upstream.send(H2Tunnel.switched(upstream.request()) + "hello");
        client.await(H2Frame.HEADERS);
        assertThat(text(client.await(H2Frame.DATA))).isEqualTo("hello");
    }

    @Test
    void bytesThatTheClientSendsBeforeTheAnswerWaitForIt() throws Exception {
        connect(1, "websocket", "/");
        client.data(1, "ear", false).data(1, "ly", true);
        RawPeer upstream = backend.accept();
        WireMessage asked = upstream.request();
        client.assertAlive();
        upstream.send(H2Tunnel.switched(asked));
        assertThat(upstream.readToEnd()).isEqualTo("early");
        upstream.send("late").close();
        client.await(H2Frame.HEADERS);
        assertThat(client.response(1).body()).isEqualTo("late");
    }

    @Test
    void bytesThatTheClientSendsBeforeARefusalAreDropped() throws Exception {
        connect(1, "websocket", "/");
        client.data(1, "early", false);
        RawPeer upstream = backend.accept();
        upstream.request();
        client.assertAlive();
        upstream.send(response("403 Forbidden", "no", "X-A: b"));
        H2Frame refusal = client.await(H2Frame.HEADERS);
        assertThat(refusal.has(H2Frame.END_STREAM)).isFalse();
        assertThat(client.lastFields()).contains(":status: 403", "x-a: b", "content-length: 2");
        H2Frame last = client.await(H2Frame.DATA);
        assertThat(text(last)).isEqualTo("no");
        assertThat(last.has(H2Frame.END_STREAM)).isTrue();

        client.get(3, "/next");
        assertThat(upstream.request().target()).isEqualTo("/next");
        upstream.send(ok("next"));
        assertThat(client.response(3).body()).isEqualTo("next");
    }

    @Test
    void aClientThatIsRefusedMayEndItsSideItself() throws Exception {
        client.frame(H2Frame.HEADERS, H2Frame.END_HEADERS, 1, H2Tunnel.block(client, "other", "/"));
        assertThat(client.response(1).status()).isEqualTo(501);
        Await.until("active", () -> gateway.connections().active() == 1);
        client.data(1, "too late", false).data(1, "", true);
        Await.until("parked", () -> gateway.connections().parked() == 1);
        client.assertAlive();
    }

    @Test
    void aClientThatIsRefusedAndDoesNotEndItsSideIsReset() throws Exception {
        try (RunningGateway impatient = RunningGateway.of(Setup.of(backend).listener("timeouts: { head: 100ms }"));
                H2Peer peer = H2Peer.connect(impatient.address())) {
            assertThat(answered(peer, 1, "/%zz")).isEqualTo(400);
            assertThat(peer.resetOf(1)).isEqualTo(NO_ERROR);
            Await.until("parked", () -> impatient.connections().parked() == 1);
        }
    }

    @Test
    void aClientThatIsRefusedDoesNotHoldADrainUp() throws Exception {
        client.frame(H2Frame.HEADERS, H2Frame.END_HEADERS, 1, H2Tunnel.block(client, "other", "/"));
        assertThat(client.response(1).status()).isEqualTo(501);
        CompletableFuture<Void> drained = Aside.start(
                () -> assertThat(gateway.drain(Duration.ofSeconds(5))).isTrue());
        assertThat(client.resetOf(1)).isEqualTo(NO_ERROR);
        drained.get(10, TimeUnit.SECONDS);
    }

    @Test
    void interimResponsesGoBeforeTheAnswer() throws Exception {
        connect(1, "websocket", "/");
        RawPeer upstream = backend.accept();
        WireMessage asked = upstream.request();
        upstream.send(head("HTTP/1.1 103 Early Hints", "Link: </a>") + H2Tunnel.switched(asked));
        client.await(H2Frame.HEADERS);
        assertThat(client.lastFields()).contains(":status: 103");
        client.await(H2Frame.HEADERS);
        assertThat(client.lastFields()).contains(":status: 200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n",
                "Sec-WebSocket-Accept: RIGHT\r\nSec-WebSocket-Accept: RIGHT\r\n",
                "Sec-WebSocket-Accept: RIGHT, RIGHT\r\n",
            })
    void anAnswerThatDoesNotFitTheKeyIsNone(String accept) throws Exception {
        connect(1, "websocket", "/");
        RawPeer upstream = backend.accept();
        String right = H2Tunnel.accept(upstream.request());
        upstream.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                + accept.replace("RIGHT", right) + "\r\n");
        expectFailure(1, Failure.RESPONSE_UPGRADE);
        upstream.expectGone();
    }

    private void expectFailure(int stream, Failure why) throws Exception {
        H2Response got = client.response(stream);
        assertThat(got.status()).isEqualTo(why.status());
        assertThat(got.field("proxy-status")).contains("details=\"" + why.cause() + "\"");
        client.assertAlive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"200 OK", "204 No Content", "206 Partial Content"})
    void aSuccessOfAnotherKindIsNoTunnel(String status) throws Exception {
        connect(1, "websocket", "/");
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(status.startsWith("204") ? head("HTTP/1.1 " + status) : response(status, "plain"));
        expectFailure(1, Failure.UPGRADE_IGNORED);
    }

    @Test
    void anAnswerOfTheGatewaysOwnIsNeverTakenForATunnel() throws Exception {
        String yaml = """
                listeners: { web: { bind: "127.0.0.1:0" } }
                upstreams: { none: { endpoints: ["127.0.0.1:1"] } }
                routes:
                  - { name: own, match: { path: /own }, respond: { status: 200, body: "hello" } }
                  - { name: off, match: { path: /off }, redirect: { location: /elsewhere } }
                  - { name: none, match: { path: /none }, to: none }
                """;
        try (RunningGateway other = RunningGateway.of(yaml);
                H2Peer peer = H2Peer.connect(other.address())) {
            assertThat(answered(peer, 1, "/own")).isEqualTo(501);
            assertThat(answered(peer, 3, "/off")).isEqualTo(308);
            assertThat(answered(peer, 5, "/gone")).isEqualTo(404);
            // gRPC's way to tell a failure is a 200
            assertThat(answered(peer, 7, "/none", "content-type: application/grpc"))
                    .isEqualTo(502);
            peer.get(9, "/own");
            assertThat(peer.response(9).body()).isEqualTo("hello");
        }
    }

    private static int answered(H2Peer peer, int stream, String path, String... lines) throws IOException {
        peer.frame(H2Frame.HEADERS, H2Frame.END_HEADERS, stream, H2Tunnel.block(peer, "websocket", path, lines));
        return peer.response(stream).status();
    }

    @Test
    void routesAndLimitsHoldAsForAGet() throws Exception {
        try (RunningGateway other = RunningGateway.of("""
                listeners: { web: { bind: "127.0.0.1:0" } }
                upstreams: { chat: { endpoints: ["%s"] } }
                routes:
                  - { name: post, match: { path: /**, method: POST }, respond: { status: 418 } }
                  - { name: denied, match: { path: /denied }, allow: 10.0.0.0/8, to: chat }
                  - { name: seldom, match: { path: /seldom }, rateLimit: { requests: 1, per: 1h }, to: chat }
                  - { name: chat, match: { path: /**, method: GET }, to: chat, rewrite: { stripPrefix: /a } }
                """.formatted(backend.endpoint()));
                H2Peer peer = H2Peer.connect(other.address())) {
            assertThat(answered(peer, 1, "/denied")).isEqualTo(403);
            peer.frame(H2Frame.HEADERS, H2Frame.END_HEADERS, 3, H2Tunnel.block(peer, "websocket", "/seldom"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(response("404 Not Found", ""));
            assertThat(peer.response(3).status()).isEqualTo(404);
            assertThat(answered(peer, 5, "/seldom")).isEqualTo(429);
            peer.frame(H2Frame.HEADERS, H2Frame.END_HEADERS, 7, H2Tunnel.block(peer, "websocket", "/a/b"));
            assertThat(upstream.request().target()).isEqualTo("/b");
        }
    }

    @Test
    void theEndOfTheClientsSideIsAFinAndTheOtherGoesOn() throws Exception {
        H2Tunnel tunnel = tunnel();
        client.data(1, "last", true);
        assertThat(tunnel.upstream().readToEnd()).isEqualTo("last");
        tunnel.upstream().send("answer").close();
        H2Response rest = client.response(1);
        assertThat(rest.body()).isEqualTo("answer");
        assertThat(rest.reset()).isEqualTo(H2Response.NOT_RESET);
        client.assertAlive();
    }

    @Test
    void theEndOfTheBackendsSideIsAnEndOfStreamAndTheOtherGoesOn() throws Exception {
        H2Tunnel tunnel = tunnel();
        tunnel.upstream().send("last").halfClose();
        assertThat(client.response(1).body()).isEqualTo("last");
        client.data(1, "ans", false).data(1, "wer", true);
        assertThat(tunnel.upstream().readToEnd()).isEqualTo("answer");
        client.assertAlive();
    }

    @Test
    void theClientsSideMayEndWithItsHead() throws Exception {
        client.frame(
                H2Frame.HEADERS, H2Frame.END_HEADERS | H2Frame.END_STREAM, 1, H2Tunnel.block(client, "websocket", "/"));
        RawPeer upstream = backend.accept();
        upstream.send(H2Tunnel.switched(upstream.request()));
        upstream.expectEnd();
        upstream.send("all the same").close();
        client.await(H2Frame.HEADERS);
        assertThat(client.response(1).body()).isEqualTo("all the same");
    }

    @Test
    void aResetOfTheClientIsAReset() throws Exception {
        H2Tunnel tunnel = tunnel();
        client.reset(1, CANCEL);
        tunnel.upstream().expectReset();
        client.assertAlive();
    }

    @Test
    void aResetOfTheBackendIsAReset() throws Exception {
        H2Tunnel tunnel = tunnel();
        tunnel.upstream().reset();
        assertThat(client.resetOf(1)).isEqualTo(CANCEL);
        client.assertAlive();
    }

    @Test
    void aResetBeforeTheAnswerEndsTheAttempt() throws Exception {
        connect(1, "websocket", "/");
        RawPeer upstream = backend.accept();
        upstream.request();
        client.reset(1, CANCEL);
        upstream.expectGone();
        client.assertAlive();
    }

    @Test
    void aClientThatIsGoneEndsAllOfItsTunnels() throws Exception {
        H2Tunnel one = H2Tunnel.open(client, 1, backend);
        H2Tunnel two = H2Tunnel.open(client, 3, backend);
        client.abort();
        one.upstream().expectGone();
        two.upstream().expectGone();
    }

    @Test
    void aConnectionThatEndsIsAFinForItsTunnels() throws Exception {
        H2Tunnel tunnel = tunnel();
        client.data(1, "last", false).halfClose();
        assertThat(tunnel.upstream().readToEnd()).isEqualTo("last");
        tunnel.upstream().send("answer").close();
        assertThat(text(client.await(H2Frame.DATA))).isEqualTo("answer");
        while (client.readOrEnd() != null) {
            // up to the end of the connection
        }
    }

    @Test
    void otherStreamsGoOnBesideIt() throws Exception {
        H2Tunnel tunnel = tunnel();
        for (int stream = 3; stream < 23; stream += 2) {
            client.get(stream, "/" + stream);
            try (RawPeer other = backend.accept()) {
                other.request();
                other.send(response("200 OK", "plain", "Connection: close"));
                assertThat(client.response(stream).body()).isEqualTo("plain");
            }
            tunnel.talk("ping", "pong");
        }
    }

    private static String text(H2Frame frame) {
        return new String(frame.payload(), ISO_8859_1);
    }

    @Test
    void countsAgainstTheCap() throws Exception {
        try (RunningGateway capped = RunningGateway.of(Setup.of(backend).connections("max: 1, queueTimeout: 50ms"));
                H2Peer peer = H2Peer.connect(capped.address())) {
            H2Tunnel.open(peer, 1, backend);
            peer.get(3, "/");
            assertThat(peer.response(3).field("proxy-status")).contains(Failure.QUEUE_TIMEOUT.cause());
        }
    }
}
