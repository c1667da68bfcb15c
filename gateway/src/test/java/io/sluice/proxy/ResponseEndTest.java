package io.sluice.proxy;

import static io.sluice.testing.HttpText.chunk;
import static io.sluice.testing.HttpText.chunked;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a response ends: what follows it is never the next one, and one that is cut short never looks whole. */
final class ResponseEndTest {
    private static final String EVIL = ok("evil");

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    @AutoClose
    private final RunningGateway gateway = RunningGateway.before(backend);

    @AutoClose
    private final RawPeer client = gateway.client();

    ResponseEndTest() throws IOException {}

    private RawPeer respond(String request, String response) throws Exception {
        client.send(request);
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(response);
        return upstream;
    }

    /** The next request of this client goes over a fresh connection and gets its own answer. */
    private void expectFreshConnection(RawPeer used) throws Exception {
        used.expectGone();
        respond(get("/next"), ok("its own"));
        assertThat(client.response(200).body()).isEqualTo("its own");
    }

    @Test
    void doesNotTakeBytesAfterTheLengthForTheNextResponse() throws Exception {
        RawPeer upstream = respond(get("/"), ok("ok") + EVIL);

        assertThat(client.response(200).body()).isEqualTo("ok");
        expectFreshConnection(upstream);
    }

    @Test
    void doesNotTakeBytesAfterTheLastChunkForTheNextResponse() throws Exception {
        RawPeer upstream =
                respond(get("/"), head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + chunked("ok") + EVIL);

        assertThat(client.response(200).body()).isEqualTo("ok");
        expectFreshConnection(upstream);
    }

    @Test
    void doesNotTakeBytesThatComeLaterForTheNextResponse() throws Exception {
        RawPeer upstream = respond(get("/"), ok("ok"));
        assertThat(client.response(200).body()).isEqualTo("ok");

        upstream.send(EVIL);

        expectFreshConnection(upstream);
    }

    @Test
    void discardsAConnectionForASingleByteTooMany() throws Exception {
        RawPeer upstream = respond(get("/"), ok("ok") + "\n");

        assertThat(client.response(200).body()).isEqualTo("ok");
        expectFreshConnection(upstream);
    }

    @Test
    void takesNoBodyAfterAResponseToHead() throws Exception {
        RawPeer upstream = respond(request("HEAD / HTTP/1.1"), EVIL);

        assertThat(client.head().value("content-length")).isEqualTo("4");
        expectFreshConnection(upstream);
    }

    @ParameterizedTest
    @ValueSource(strings = {"204 No Content", "304 Not Modified"})
    void takesNoBodyAfterAStatusWithoutOne(String status) throws Exception {
        RawPeer upstream = respond(get("/"), head("HTTP/1.1 " + status, "Content-Length: 4") + "evil");

        client.response(Integer.parseInt(status.substring(0, 3)));
        expectFreshConnection(upstream);
    }

    @Test
    void cutsTheClientOffWhenAResponseIsShorterThanItsLength() throws Exception {
        RawPeer upstream = respond(get("/"), head("HTTP/1.1 200 OK", "Content-Length: 100") + "short");
        client.head();
        assertThat(client.read(5)).isEqualTo("short");

        upstream.close();

        assertThat(client.readUntilGone()).isEmpty();
    }

    @Test
    void sendsNoLastChunkWhenAChunkedResponseIsCutShort() throws Exception {
        RawPeer upstream = respond(get("/"), head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + chunk("cut"));
        client.head();
        assertThat(client.read(8)).isEqualTo(chunk("cut"));

        upstream.close();

        assertThat(client.readUntilGone()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"zz\r\n", "\r\n", "-1\r\n", "5\nhello", "3\r\nlonger\r\n", "FFFFFFFFFFFFFFFFF\r\n", "5;\0\r\n"})
    void sendsNoLastChunkAfterABadOne(String bad) throws Exception {
        RawPeer upstream = respond(get("/"), head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + chunk("good"));
        client.head();
        assertThat(client.read(9)).isEqualTo(chunk("good"));

        upstream.send(bad + "0\r\n\r\n");

        assertThat(client.readUntilGone()).doesNotContain("\r\n0\r\n").doesNotStartWith("0\r\n");
        upstream.expectGone();
    }

    @Test
    void resetsAClientWhoseResponseOfUnknownLengthFails() throws Exception {
        // an HTTP/1.0 client sees the end of the body only in the end of the connection
        client.send(head("GET / HTTP/1.0"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + chunk("cut"));
        client.head();
        assertThat(client.read(3)).isEqualTo("cut");

        upstream.reset();

        client.expectReset();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sized", "chunked", "trailers"})
    void readsAResponseCutInTwoAnywhere(String kind) throws Exception {
        String response = switch (kind) {
            case "sized" -> ok("0123456789");
            case "chunked" -> head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + chunked("0123", "456789");
            default ->
                head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "a;x=y\r\n0123456789\r\n0\r\nT: v\r\n\r\n";
        };
        RawPeer upstream = null;
        for (int cut = 1; cut < response.length(); cut++) {
            client.send(get("/"));
            upstream = upstream == null ? backend.accept() : upstream;
            upstream.request();
            upstream.send(response.substring(0, cut));
            upstream.send(response.substring(cut));
            assertThat(client.response(200).body()).isEqualTo("0123456789");
        }
        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void readsAResponseThatComesByteByByte() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();

        upstream.sendByteByByte(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + chunked("0123", "456789"));

        assertThat(client.response(200).body()).isEqualTo("0123456789");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 ", "HTTP/1.1 200 Caf\u00e9", "HTTP/1.1 200 OK\tfine", "HTTP/1.1 599 What"})
    void takesAnyReason(String line) throws Exception {
        respond(get("/"), head(line, "Content-Length: 2") + "ok");

        assertThat(client.response().body()).isEqualTo("ok");
    }
}
