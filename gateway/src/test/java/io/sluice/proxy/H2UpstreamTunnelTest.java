package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.Await;
import io.sluice.testing.Flood;
import io.sluice.testing.H2Backend;
import io.sluice.testing.H2Backend.Frame;
import io.sluice.testing.H2Backend.Section;
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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket to a backend that speaks HTTP/2, from clients of either protocol: RFC 8441. */
final class H2UpstreamTunnelTest {
    private static final int PROTOCOL_ERROR = 1;
    private static final int CANCEL = 8;
    private static final int ENABLE_CONNECT_PROTOCOL = 8;
    private static final int SMALL_BUFFER = 64 * 1024;
    private static final byte[] PIECE = new byte[256 * 1024];
    private static final long PIECES = 256;
    private static final long HELD = 32L * 1024 * 1024;

    /** That of RFC 6455 section 1.3. */
    private static final String ASK = request(
            "GET /chat?a=b HTTP/1.1",
            "Connection: Upgrade",
            "Upgrade: WebSocket",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: chat, superchat");

    private static final String ANSWER = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand(SMALL_BUFFER);

    @AutoClose
    private final RunningGateway gateway =
            RunningGateway.of(Setup.of(backend).upstream("protocol: h2").connections("max: 1"));

    @AutoClose
    private final RawPeer client = RawPeer.connect(gateway.address(), SMALL_BUFFER);

    H2UpstreamTunnelTest() throws IOException {}

    private H2Backend connectable() throws Exception {
        return H2Backend.on(backend.accept()).settings(ENABLE_CONNECT_PROTOCOL, 1);
    }

    /** The backend's end of a stream that has become a tunnel. */
    private record There(H2Backend peer, int stream) {
        void expect(String text) throws IOException {
            Frame frame = peer.next(H2Backend.DATA);
            assertThat(frame.stream()).isEqualTo(stream);
            assertThat(frame.text()).isEqualTo(text);
        }

        void expectEnd() throws IOException {
            Frame frame = peer.next(H2Backend.DATA);
            assertThat(frame.payload()).isEmpty();
            assertThat(frame.endsStream()).isTrue();
        }

        void send(String text) throws IOException {
            peer.data(stream, false, text);
        }

        int reset() throws IOException {
            return peer.next(H2Backend.RST_STREAM).number(0);
        }
    }

    private There tunnel() throws Exception {
        client.send(ASK);
        H2Backend peer = connectable();
        int stream = peer.section().stream();
        peer.headers(stream, false, ":status: 200");
        client.response(101);
        return new There(peer, stream);
    }

    // ---- the handshake

    @Test
    void anUpgradeGoesOnAsAnExtendedConnect() throws Exception {
        client.send(ASK);
        H2Backend peer = connectable();
        Section asked = peer.section();
        assertThat(asked.ended()).isFalse();
        assertThat(asked.fields().subList(0, 5))
                .containsExactlyInAnyOrder(
                        ":method: CONNECT",
                        ":protocol: websocket",
                        ":scheme: http",
                        ":authority: example.test",
                        ":path: /chat?a=b");
        assertThat(asked.get("sec-websocket-version")).isEqualTo("13");
        assertThat(asked.get("sec-websocket-protocol")).isEqualTo("chat, superchat");
        assertThat(asked.fields())
                .noneMatch(field -> field.startsWith("upgrade")
                        || field.startsWith("connection")
                        || field.startsWith("host")
                        || field.startsWith("sec-websocket-key"));

        peer.headers(asked.stream(), false, ":status: 200", "sec-websocket-protocol: chat", "x-a: b");
        WireMessage switched = client.response(101);
        assertThat(switched.head()).startsWith("HTTP/1.1 101 Switching Protocols\r\n");
        assertThat(switched.value("upgrade")).isEqualTo("websocket");
        assertThat(switched.names("connection", "upgrade")).isTrue();
        assertThat(switched.value("sec-websocket-accept")).isEqualTo(ANSWER);
        assertThat(switched.value("sec-websocket-protocol")).isEqualTo("chat");
        assertThat(switched.value("x-a")).isEqualTo("b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: websocket",
                "Upgrade: websocket\r\nSec-WebSocket-Key: c2hvcnQ=",
                "Upgrade: websocket\r\nSec-WebSocket-Key: ************************",
                "Upgrade: echo\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            })
    void whatIsNoWebSocketGoesOnWithoutAnUpgrade(String fields) throws Exception {
        client.send(request("GET / HTTP/1.1", "Connection: Upgrade", fields));
        H2Backend peer = connectable();
        Section asked = peer.section();
        assertThat(asked.get(":method")).isEqualTo("GET");
        assertThat(asked.ended()).isTrue();
        peer.headers(asked.stream(), true, ":status: 204");
        client.response(204);
    }

    @Test
    void anEndpointThatDoesNotAnnounceItIsAskedWithoutAnUpgrade() throws Exception {
        client.send(ASK);
        H2Backend peer = H2Backend.on(backend.accept()).settings();
        Section asked = peer.section();
        assertThat(asked.get(":method")).isEqualTo("GET");
        assertThat(asked.get(":protocol")).isEmpty();
        peer.headers(asked.stream(), true, ":status: 426");
        client.response(426);
    }

    @Test
    void aClientOfHttp2IsToldThatAnEndpointDoesNotAnnounceIt() throws Exception {
        try (H2Peer other = H2Peer.connect(gateway.address())) {
            other.frame(H2Frame.HEADERS, H2Frame.END_HEADERS, 1, H2Tunnel.block(other, "websocket", "/"));
            H2Backend peer = H2Backend.on(backend.accept()).settings();
            H2Response got = other.response(1);
            assertThat(got.status()).isEqualTo(502);
            assertThat(got.field("proxy-status")).contains(Failure.UPGRADE_IGNORED.cause());
            // the connection is good, and nobody was asked
            other.get(3, "/next");
            Section next = peer.section();
            assertThat(next.stream()).isEqualTo(1);
            assertThat(next.get(":path")).isEqualTo("/next");
        }
    }

    @Test
    void aRefusalGoesOnAsItIs() throws Exception {
        client.send(ASK);
        H2Backend peer = connectable();
        int stream = peer.section().stream();
        peer.headers(stream, false, ":status: 403", "x-a: b").data(stream, true, "no");
        WireMessage refusal = client.response(403);
        assertThat(refusal.body()).isEqualTo("no");
        assertThat(refusal.value("x-a")).isEqualTo("b");
        assertThat(peer.next(H2Backend.RST_STREAM).number(0)).isEqualTo(CANCEL);

        client.send(request("GET /next HTTP/1.1"));
        Section next = peer.section();
        peer.headers(next.stream(), true, ":status: 204");
        client.response(204);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, -1})
    void aValueThatTheSettingCannotHaveLosesTheConnection(int value) throws Exception {
        client.send(ASK);
        H2Backend.on(backend.accept()).settings(ENABLE_CONNECT_PROTOCOL, value);
        expectFailure(client, Failure.UPSTREAM_PROTOCOL);
    }

    @Test
    void aSettingThatIsTakenBackLosesTheConnection() throws Exception {
        There there = tunnel();
        there.peer().settings(ENABLE_CONNECT_PROTOCOL, 0);
        assertThat(there.peer().next(H2Backend.GOAWAY).number(4)).isEqualTo(PROTOCOL_ERROR);
        client.expectGone();
    }

    // ---- the tunnel

    @Test
    void bytesGoBothWays() throws Exception {
        There there = tunnel();
        for (int i = 10; i < 60; i++) {
            client.send("ping " + i);
            there.expect("ping " + i);
            there.send("pong " + i);
            assertThat(client.read(7)).isEqualTo("pong " + i);
        }
        assertThat(gateway.connections().tunnel()).isEqualTo(1);
    }

    @Test
    void bytesThatTheClientSendsEarlyWaitForTheAnswer() throws Exception {
        client.send(ASK + "early");
        H2Backend peer = connectable();
        int stream = peer.section().stream();
        peer.headers(stream, false, ":status: 200");
        There there = new There(peer, stream);
        there.expect("early");
    }

    @Test
    void theEndOfTheClientsSideIsAnEndOfStreamAndTheOtherGoesOn() throws Exception {
        There there = tunnel();
        client.send("last").halfClose();
        there.expect("last");
        there.expectEnd();
        there.send("ans");
        there.peer().data(there.stream(), true, "wer");
        assertThat(client.readToEnd()).isEqualTo("answer");
    }

    @Test
    void theEndOfTheEndpointsSideIsAFinAndTheOtherGoesOn() throws Exception {
        There there = tunnel();
        there.peer().data(there.stream(), true, "last");
        assertThat(client.readToEnd()).isEqualTo("last");
        client.send("answer");
        there.expect("answer");
        client.halfClose();
        there.expectEnd();
    }

    @Test
    void theEndpointsSideMayEndWithItsHead() throws Exception {
        client.send(ASK);
        H2Backend peer = connectable();
        int stream = peer.section().stream();
        peer.headers(stream, true, ":status: 200");
        client.response(101);
        client.expectEnd();
        client.send("all the same").halfClose();
        There there = new There(peer, stream);
        there.expect("all the same");
        there.expectEnd();
    }

    @Test
    void aResetOfTheClientIsAReset() throws Exception {
        There there = tunnel();
        client.reset();
        assertThat(there.reset()).isEqualTo(CANCEL);
    }

    @Test
    void aResetOfTheEndpointIsAReset() throws Exception {
        There there = tunnel();
        there.peer().reset(there.stream(), CANCEL);
        client.expectReset();
    }

    @Test
    void noTrailersMayFollow() throws Exception {
        There there = tunnel();
        there.peer().headers(there.stream(), true, "x-a: b");
        assertThat(there.reset()).isEqualTo(PROTOCOL_ERROR);
        client.expectReset();
    }

    @Test
    void aConnectionThatIsLostEndsItsTunnels() throws Exception {
        There there = tunnel();
        there.peer().close();
        client.expectGone();
    }

    @Test
    void aConnectionThatGoesAwayKeepsItsTunnels() throws Exception {
        There there = tunnel();
        there.peer().goAway(there.stream(), 0);
        client.send("still");
        there.expect("still");
        there.send("here");
        assertThat(client.read(4)).isEqualTo("here");
    }

    @Test
    void endsWhenBothSidesAreSilentForTooLong() throws Exception {
        try (RunningGateway impatient = RunningGateway.of(
                        Setup.of(backend).upstream("protocol: h2").route("timeouts: { tunnelIdle: 100ms }"));
                RawPeer silent = impatient.client()) {
            silent.send(ASK);
            H2Backend peer = connectable();
            int stream = peer.section().stream();
            peer.headers(stream, false, ":status: 200");
            silent.response(101);
            assertThat(peer.next(H2Backend.RST_STREAM).number(0)).isEqualTo(CANCEL);
            silent.expectGone();
        }
    }

    @Test
    void aClientIsHeldBackWhileTheEndpointOpensNoWindow() throws Exception {
        There there = tunnel();
        Flood flood = Flood.into(client, PIECE, PIECES);
        assertThat(flood.awaitStalled()).isLessThan(HELD);
        // the other direction is free meanwhile
        there.send("still");
        assertThat(client.read(5)).isEqualTo("still");
        there.peer().window(0, 1 << 30).window(there.stream(), 1 << 30);
        for (long came = 0; came < PIECES * PIECE.length; ) {
            came += there.peer().next(H2Backend.DATA).payload().length;
        }
        flood.awaitDone();
    }

    @Test
    void anEndpointGetsNoWindowWhileTheClientTakesNothing() throws Exception {
        There there = tunnel();
        // as its windows allow: what the sockets don't take closes them
        int sent = new Flooding(there).untilStalled("x".repeat(16_000), (int) HELD);
        assertThat((long) sent).isLessThan(HELD);
        client.skip(sent);
        there.send("end");
        assertThat(client.read(3)).isEqualTo("end");
    }

    /** An endpoint that sends as much as it may. */
    private static final class Flooding {
        private static final int CLOSED_FOR = 100;

        private final There there;
        private long window = 256 * 1024;

        Flooding(There there) {
            this.there = there;
        }

        int untilStalled(String piece, int most) throws Exception {
            int sent = 0;
            for (int closed = 0; closed < CLOSED_FOR && sent < most; closed++) {
                while (window >= 2L * piece.length() && sent < most) {
                    there.send(piece);
                    window -= piece.length();
                    sent += piece.length();
                    closed = 0;
                }
                there.peer().send(H2Backend.PING, 0, 0, new byte[8]);
                for (Frame frame = there.peer().frame();
                        frame.type() != H2Backend.PING;
                        frame = there.peer().frame()) {
                    if (frame.type() == H2Backend.WINDOW_UPDATE && frame.stream() == there.stream()) {
                        window += frame.number(0);
                    }
                }
                Thread.sleep(5);
            }
            return sent;
        }
    }

    // ---- both sides, and other loops

    @Test
    void bothSidesMaySpeakHttp2() throws Exception {
        try (H2Peer other = H2Peer.connect(gateway.address())) {
            other.frame(
                    H2Frame.HEADERS,
                    H2Frame.END_HEADERS,
                    1,
                    H2Tunnel.block(other, "websocket", "/chat", "sec-websocket-protocol: chat"));
            H2Backend peer = connectable();
            Section asked = peer.section();
            assertThat(asked.get(":protocol")).isEqualTo("websocket");
            assertThat(asked.get(":authority")).isEqualTo("gateway.test");
            assertThat(asked.get("sec-websocket-protocol")).isEqualTo("chat");
            assertThat(asked.get("sec-websocket-key")).isEmpty();
            peer.headers(asked.stream(), false, ":status: 201", "sec-websocket-protocol: chat");
            other.await(H2Frame.HEADERS);
            assertThat(other.lastFields()).contains(":status: 200", "sec-websocket-protocol: chat");
            assertThat(other.lastFields()).noneMatch(line -> line.startsWith("sec-websocket-accept"));

            There there = new There(peer, asked.stream());
            other.data(1, "ping", false);
            there.expect("ping");
            there.send("pong");
            assertThat(new String(other.await(H2Frame.DATA).payload(), ISO_8859_1))
                    .isEqualTo("pong");
            other.data(1, "", true);
            there.expectEnd();
            peer.data(there.stream(), true, "bye");
            assertThat(other.response(1).body()).isEqualTo("bye");
        }
    }

    /** With one connection for two loops, some of these are used from the other loop. */
    @Test
    void tunnelsOfAllLoopsShareTheOnlyConnection() throws Exception {
        H2Backend peer = null;
        List<RawPeer> clients = new ArrayList<>();
        List<There> ends = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                RawPeer one = gateway.client();
                clients.add(one);
                one.send(ASK);
                peer = peer == null ? connectable() : peer;
                int stream = peer.section().stream();
                peer.headers(stream, false, ":status: 200");
                one.response(101);
                ends.add(new There(peer, stream));
            }
            for (int i = 0; i < 8; i++) {
                clients.get(i).send("ping " + i);
                ends.get(i).expect("ping " + i);
                ends.get(i).send("pong " + i);
                assertThat(clients.get(i).read(6)).isEqualTo("pong " + i);
            }
            for (int i = 0; i < 4; i++) {
                clients.get(i).halfClose();
                ends.get(i).expectEnd();
                ends.get(i).peer().data(ends.get(i).stream(), true, "bye");
                assertThat(clients.get(i).readToEnd()).isEqualTo("bye");
            }
            for (int i = 4; i < 6; i++) {
                ends.get(i).peer().data(ends.get(i).stream(), true, "bye");
                assertThat(clients.get(i).readToEnd()).isEqualTo("bye");
                clients.get(i).send("late").halfClose();
                ends.get(i).expect("late");
                ends.get(i).expectEnd();
            }
            clients.get(6).reset();
            assertThat(ends.get(6).reset()).isEqualTo(CANCEL);
            ends.get(7).peer().reset(ends.get(7).stream(), CANCEL);
            clients.get(7).expectReset();
            Await.until("all are over", () -> gateway.connections().tunnel() == 0);
            assertThat(backend.connections()).isEqualTo(1);
            assertThat(gateway.sum("sluice_upstream_exchanges")).isZero();
        } finally {
            for (RawPeer one : clients) {
                one.close();
            }
        }
    }
}
