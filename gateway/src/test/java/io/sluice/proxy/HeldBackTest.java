package io.sluice.proxy;

import static io.sluice.testing.HttpText.chunk;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Aside;
import io.sluice.testing.Flood;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ends that come while a side is held back: nothing of what was sent before is lost, and who leaves is noticed. */
final class HeldBackTest {
    private static final int SMALL_BUFFER = 64 * 1024;
    private static final byte[] PIECE = new byte[64 * 1024];
    private static final long MANY = 4096;

    static {
        Arrays.fill(PIECE, (byte) 'x');
    }

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand(SMALL_BUFFER);

    @AutoClose
    private final RunningGateway gateway =
            RunningGateway.of(Setup.of(backend).connections("max: 2").streaming());

    @AutoClose
    private final RawPeer client = RawPeer.connect(gateway.address(), SMALL_BUFFER);

    HeldBackTest() throws IOException {}

    /** As many pieces as the kernels and the gateway take while nobody reads. */
    private static long fill(RawPeer from) throws Exception {
        long stalled = Flood.into(from, PIECE, MANY).awaitStalled();
        return stalled / PIECE.length;
    }

    /** Measures on a connection of its own how many pieces are taken, so that a test can send just these. */
    private long taken() throws Exception {
        try (RawPeer probe = RawPeer.connect(gateway.address(), SMALL_BUFFER)) {
            probe.send(get("/probe"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(head("HTTP/1.1 200 OK", "Content-Length: " + MANY * PIECE.length));
            long pieces = fill(upstream);
            probe.reset();
            return pieces;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sized", "chunked", "until close"})
    void aResponseThatHasEndedArrivesWhole(String kind) throws Exception {
        long pieces = taken() / 2;
        long length = pieces * PIECE.length;
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        switch (kind) {
            case "sized" -> upstream.send(head("HTTP/1.1 200 OK", "Content-Length: " + length));
            case "chunked" ->
                upstream.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"))
                        .send(Long.toHexString(length) + "\r\n");
            default -> upstream.send(head("HTTP/1.1 200 OK"));
        }
        Flood flood = Flood.into(upstream, PIECE, pieces);
        flood.awaitDoneOrStalled();
        Aside.start(() -> {
            flood.awaitDone();
            upstream.send(kind.equals("chunked") ? "\r\n0\r\n\r\n" : "").close();
        });

        assertThat(client.response(200).body().length()).isEqualTo((int) length);
    }

    @Test
    void aRequestWhoseClientHasHalfClosedArrivesWhole() throws Exception {
        long pieces = 40;
        long length = pieces * PIECE.length;
        client.send(request("POST / HTTP/1.1", "Content-Length: " + length));
        RawPeer upstream = backend.accept();
        upstream.head();
        Flood flood = Flood.into(client, PIECE, pieces);
        flood.awaitDoneOrStalled();
        client.halfCloseWhenSent(flood);

        upstream.skip(length);

        upstream.send(ok("whole"));
        assertThat(client.response(200).body()).isEqualTo("whole");
        client.expectEnd();
    }

    @Test
    void aTunnelWhoseClientHasHalfClosedArrivesWhole() throws Exception {
        client.send(request("GET / HTTP/1.1", "Connection: upgrade", "Upgrade: x"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: x"));
        client.response(101);
        long pieces = 40;
        Flood flood = Flood.into(client, PIECE, pieces);
        flood.awaitDoneOrStalled();
        client.halfCloseWhenSent(flood);

        upstream.skip(pieces * PIECE.length);
        upstream.expectEnd();
        upstream.send("bye").close();
        assertThat(client.readToEnd()).isEqualTo("bye");
    }

    @Test
    void aTunnelWhoseBackendHasClosedArrivesWhole() throws Exception {
        client.send(request("GET / HTTP/1.1", "Connection: upgrade", "Upgrade: x"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: x"));
        client.response(101);
        long pieces = 40;
        Flood flood = Flood.into(upstream, PIECE, pieces);
        flood.awaitDoneOrStalled();
        upstream.halfCloseWhenSent(flood);

        client.skip(pieces * PIECE.length);
        client.expectEnd();
    }

    @Test
    void aClientThatResetsInsideItsUploadIsNoticed() throws Exception {
        client.send(request("POST / HTTP/1.1", "Content-Length: 1000000000"));
        RawPeer upstream = backend.accept();
        upstream.head();
        fill(client);

        client.reset();

        upstream.expectGone();
    }

    @Test
    void aClientThatResetsWhilePipeliningIsNoticed() throws Exception {
        client.send(get("/first"));
        RawPeer upstream = backend.accept();
        upstream.request();
        byte[] more = get("/more").repeat(1000).getBytes(US_ASCII);
        Flood.into(client, more, 100_000).awaitStalled();

        client.reset();

        upstream.expectGone();
    }

    @Test
    void aBackendThatResetsWhileTheClientDoesNotReadIsNoticed() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + chunk("start"));
        client.head();
        client.read(10);
        byte[] chunk = chunk("x".repeat(60_000)).getBytes(US_ASCII);
        Flood.into(upstream, chunk, MANY).awaitStalled();

        upstream.reset();

        assertThat(client.endsLike("0\r\n\r\n")).isFalse();
    }

    @Test
    void anUploadThatHasToWaitForAConnectionArrivesWhole() throws Exception {
        try (RunningGateway capped = RunningGateway.of(Setup.of(backend).connections("max: 1, queueTimeout: 30s"));
                RawPeer first = capped.client();
                RawPeer second = capped.client()) {
            first.send(get("/first"));
            RawPeer upstream = backend.accept();
            upstream.request();
            long pieces = 100;
            second.send(request("POST / HTTP/1.1", "Content-Length: " + pieces * PIECE.length));
            Flood flood = Flood.into(second, PIECE, pieces);
            flood.awaitDoneOrStalled();

            upstream.send(ok("first"));
            first.response(200);
            upstream.head();
            upstream.skip(pieces * PIECE.length);

            upstream.send(ok("whole"));
            assertThat(second.response(200).body()).isEqualTo("whole");
        }
    }

    @Test
    void aPostToAnEndpointThatRefusesAtFirstArrivesWhole() throws Exception {
        int port = ScriptedBackend.unusedPort();
        try (RunningGateway other = RunningGateway.of(Setup.ofEndpoints("127.0.0.1:" + port, backend.endpoint())
                        .upstream("balance: roundRobin"));
                RawPeer sender = other.client()) {
            sender.send(request("POST / HTTP/1.1", "Content-Length: " + 10 * PIECE.length));
            Flood flood = Flood.into(sender, PIECE, 10);
            RawPeer upstream = backend.accept();
            upstream.head();

            upstream.skip(10L * PIECE.length);

            flood.awaitDone();
            upstream.send(ok("whole"));
            assertThat(sender.response(200).body()).isEqualTo("whole");
        }
    }
}
