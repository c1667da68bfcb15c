package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.Flood;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Connections that become tunnels: RFC 9110 section 7.8. */
final class UpgradeTest {
    private static final String ASK = request("GET /chat HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket");
    private static final String SWITCH =
            head("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket");
    private static final int SMALL_BUFFER = 64 * 1024;
    private static final byte[] PIECE = new byte[256 * 1024];
    private static final long PIECES = 1024;
    private static final long HELD = 32L * 1024 * 1024;

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand(SMALL_BUFFER);

    @AutoClose
    private final RunningGateway gateway = RunningGateway.before(backend);

    @AutoClose
    private final RawPeer client = RawPeer.connect(gateway.address(), SMALL_BUFFER);

    UpgradeTest() throws IOException {}

    private RawPeer tunnel() throws Exception {
        client.send(ASK);
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(SWITCH);
        client.response(101);
        return upstream;
    }

    @Test
    void passesTheHandshakeOn() throws Exception {
        client.send(request(
                "GET /chat HTTP/1.1",
                "Connection: keep-alive, Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13"));
        RawPeer upstream = backend.accept();

        WireMessage request = upstream.request();
        assertThat(request.value("upgrade")).isEqualTo("websocket");
        assertThat(request.names("connection", "upgrade")).isTrue();
        assertThat(request.value("sec-websocket-key")).isEqualTo("dGhlIHNhbXBsZSBub25jZQ==");

        upstream.send(head(
                "HTTP/1.1 101 Switching Protocols",
                "Connection: upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        WireMessage response = client.response(101);
        assertThat(response.value("upgrade")).isEqualTo("websocket");
        assertThat(response.names("connection", "upgrade")).isTrue();
        assertThat(response.value("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(response.has("content-length")).isFalse();
        assertThat(response.has("transfer-encoding")).isFalse();
    }

    @Test
    void passesBytesBothWays() throws Exception {
        RawPeer upstream = tunnel();

        for (int i = 10; i < 60; i++) {
            client.send("ping " + i);
            assertThat(upstream.read(7)).isEqualTo("ping " + i);
            upstream.send("pong " + i);
            assertThat(client.read(7)).isEqualTo("pong " + i);
        }
    }

    @Test
    void passesBytesOnThatLookLikeHttp() throws Exception {
        RawPeer upstream = tunnel();

        client.send(get("/inside"));
        assertThat(upstream.request().target()).isEqualTo("/inside");
        upstream.send("HTTP/1.1 200 OK\nContent-Length: nonsense\n\n");
        assertThat(client.read(42)).startsWith("HTTP/1.1 200 OK\nContent-Length: nonsense");
    }

    @Test
    void passesBytesOnThatComeTogetherWithTheSwitch() throws Exception {
        client.send(ASK);
        RawPeer upstream = backend.accept();
        upstream.request();

        upstream.send(SWITCH + "hello");

        client.response(101);
        assertThat(client.read(5)).isEqualTo("hello");
    }

    @Test
    void passesBytesOnThatAClientSendsBeforeTheSwitch() throws Exception {
        client.send(ASK + "early");
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(SWITCH);
        client.response(101);

        assertThat(upstream.read(5)).isEqualTo("early");
    }

    @Test
    void takesBytesBeforeARefusalForTheNextRequest() throws Exception {
        client.send(ASK + get("/next"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(response("403 Forbidden", "no"));
        assertThat(client.response(403).body()).isEqualTo("no");

        assertThat(upstream.request().target()).isEqualTo("/next");
        upstream.send(ok("next"));
        assertThat(client.response(200).body()).isEqualTo("next");
    }

    @Test
    void answersAnUpgradeThatTheBackendIgnores() throws Exception {
        client.send(ASK);
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(ok("plain"));
        assertThat(client.response(200).body()).isEqualTo("plain");

        client.send(get("/next"));
        upstream.request();
        upstream.send(ok("next"));
        assertThat(client.response(200).body()).isEqualTo("next");
    }

    @Test
    void passesInterimResponsesOnBeforeTheSwitch() throws Exception {
        client.send(ASK);
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 103 Early Hints", "Link: </a>") + SWITCH + "x");

        client.response(103);
        client.response(101);
        assertThat(client.read(1)).isEqualTo("x");
    }

    @Test
    void refusesAProtocolThatNobodyAskedFor() throws Exception {
        client.send(ASK);
        RawPeer upstream = backend.accept();
        upstream.request();

        upstream.send(head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: other"));

        expectFailure(client, Failure.RESPONSE_UPGRADE);
        upstream.expectGone();
    }

    @Test
    void passesTheEndOfTheClientsSideOnAndKeepsTheOther() throws Exception {
        RawPeer upstream = tunnel();

        client.send("last").halfClose();

        assertThat(upstream.readToEnd()).isEqualTo("last");
        upstream.send("answer").close();
        assertThat(client.readToEnd()).isEqualTo("answer");
    }

    @Test
    void passesTheEndOfTheBackendsSideOnAndKeepsTheOther() throws Exception {
        RawPeer upstream = tunnel();

        upstream.send("last").halfClose();

        assertThat(client.readToEnd()).isEqualTo("last");
        client.send("answer").halfClose();
        assertThat(upstream.readToEnd()).isEqualTo("answer");
    }

    @Test
    void endsWhenTheClientResets() throws Exception {
        RawPeer upstream = tunnel();

        client.reset();

        upstream.expectGone();
    }

    @Test
    void endsWhenTheBackendResets() throws Exception {
        RawPeer upstream = tunnel();

        upstream.reset();

        client.expectGone();
    }

    @Test
    void holdsABackendBackWhoseClientDoesNotRead() throws Exception {
        RawPeer upstream = tunnel();

        Flood flood = Flood.into(upstream, PIECE, PIECES);

        assertThat(flood.awaitStalled()).isLessThan(HELD);
        client.skip(PIECES * PIECE.length);
        flood.awaitDone();
    }

    @Test
    void holdsAClientBackWhoseBackendDoesNotRead() throws Exception {
        RawPeer upstream = tunnel();

        Flood flood = Flood.into(client, PIECE, PIECES);

        assertThat(flood.awaitStalled()).isLessThan(HELD);
        upstream.skip(PIECES * PIECE.length);
        flood.awaitDone();
    }

    @Test
    void countsTheTunnelAgainstTheCap() throws Exception {
        try (RunningGateway capped = RunningGateway.of(Setup.of(backend).connections("max: 1, queueTimeout: 50ms"));
                RawPeer tunnelled = capped.client();
                RawPeer other = capped.client()) {
            tunnelled.send(ASK);
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(SWITCH);
            tunnelled.response(101);

            other.send(get("/"));

            expectFailure(other, Failure.QUEUE_TIMEOUT);
        }
    }

    @Test
    void neverGoesBackToThePool() throws Exception {
        RawPeer upstream = tunnel();
        client.send("bye").halfClose();
        assertThat(upstream.readToEnd()).isEqualTo("bye");
        upstream.close();
        client.expectEnd();

        try (RawPeer other = gateway.client()) {
            other.send(get("/"));
            RawPeer fresh = backend.accept();
            fresh.request();
            fresh.send(ok("fresh"));
            assertThat(other.response(200).body()).isEqualTo("fresh");
        }
    }

    @Test
    void livesThroughReloadsOfOtherRoutes() throws Exception {
        String yaml = """
                threads: 2
                listeners: { web: { bind: "127.0.0.1:0" } }
                upstreams: { chat: { endpoints: ["%s"] } }
                routes:
                  - { name: chat, match: { path: /chat }, to: chat }
                  - { name: other, respond: { status: 200, body: "%s" } }
                """;
        try (RunningGateway reloaded = RunningGateway.of(yaml.formatted(backend.endpoint(), "first"));
                RawPeer chatting = reloaded.client()) {
            chatting.send(ASK);
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(SWITCH);
            chatting.response(101);
            for (int i = 10; i < 60; i++) {
                reloaded.reload(yaml.formatted(backend.endpoint(), "version " + i));

                assertThat(reloaded.exchange(get("/")).body()).isEqualTo("version " + i);
                chatting.send("ping " + i);
                assertThat(upstream.read(7)).isEqualTo("ping " + i);
                upstream.send("pong " + i);
                assertThat(chatting.read(7)).isEqualTo("pong " + i);
            }
        }
    }
}
