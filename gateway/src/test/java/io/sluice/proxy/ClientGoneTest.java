package io.sluice.proxy;

import static io.sluice.testing.HttpText.chunk;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that goes away cancels its attempt at once; one that only says that it sends no more is answered. */
final class ClientGoneTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    @AutoClose
    private final RunningGateway gateway =
            RunningGateway.of(Setup.of(backend).connections("max: 1").streaming());

    @AutoClose
    private final RawPeer client = gateway.client();

    ClientGoneTest() throws IOException {}

    /** The only connection that the cap allows is free again for somebody else. */
    private void expectServed() throws Exception {
        try (RawPeer other = gateway.client()) {
            other.send(get("/other"));
            RawPeer upstream = backend.accept();
            assertThat(upstream.request().target()).isEqualTo("/other");
            upstream.send(ok("other"));
            assertThat(other.response(200).body()).isEqualTo("other");
        }
    }

    @Test
    void resetWhileWaitingForTheResponseCancels() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();

        client.reset();

        upstream.expectGone();
        expectServed();
    }

    @Test
    void resetInsideTheRequestBodyCancels() throws Exception {
        client.send(request("POST / HTTP/1.1", "Content-Length: 100") + "start");
        RawPeer upstream = backend.accept();
        upstream.head();
        upstream.read(5);

        client.reset();

        assertThat(upstream.readUntilGone()).isEmpty();
        expectServed();
    }

    @Test
    void resetInsideTheResponseCancels() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 200 OK", "Content-Length: 100") + "start");
        client.head();
        client.read(5);

        client.reset();

        upstream.expectGone();
        expectServed();
    }

    @Test
    void resetInsideAnEndlessResponseCancels() throws Exception {
        client.send(get("/events"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + chunk("event"));
        client.head();

        client.reset();

        upstream.expectGone();
        expectServed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100", "Transfer-Encoding: chunked"})
    void finInsideTheRequestBodyCancels(String framing) throws Exception {
        client.send(request("POST / HTTP/1.1", framing) + "3\r\nabc\r\n");
        RawPeer upstream = backend.accept();
        upstream.head();

        client.halfClose();

        assertThat(upstream.readUntilGone()).isIn("", "3\r\nabc\r\n");
        expectServed();
    }

    @Test
    void finInsideAHeadReachesNoBackend() throws Exception {
        client.send("GET / HTTP/1.1\r\nHost: exam").halfClose();

        client.readUntilGone();
        assertThat(backend.connections()).isZero();
        expectServed();
    }

    @Test
    void finAfterTheRequestIsAnswered() throws Exception {
        client.send(get("/")).halfClose();
        RawPeer upstream = backend.accept();
        upstream.request();

        upstream.send(ok("still here"));

        assertThat(client.response(200).body()).isEqualTo("still here");
        client.expectEnd();
    }

    @Test
    void finAfterARequestWithABodyIsAnswered() throws Exception {
        client.send(post("/", "body")).halfClose();
        RawPeer upstream = backend.accept();
        assertThat(upstream.request().body()).isEqualTo("body");

        upstream.send(ok("still here"));

        assertThat(client.response(200).body()).isEqualTo("still here");
        client.expectEnd();
    }

    @Test
    void finInsideTheResponseStillGetsItsRest() throws Exception {
        client.send(get("/"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(head("HTTP/1.1 200 OK", "Content-Length: 10") + "start");
        client.head();
        client.read(5);

        client.halfClose();
        upstream.send("after");

        assertThat(client.readToEnd()).isEqualTo("after");
    }

    @Test
    void aHalfClosedClientIsToldOfAFailure() throws Exception {
        client.send(get("/")).halfClose();
        RawPeer upstream = backend.accept();
        upstream.request();

        upstream.send("nonsense\r\n\r\n");

        client.response(502);
        client.expectEnd();
    }

    @Test
    void leavesTheQueueWhenItsClientLeaves() throws Exception {
        client.send(get("/first"));
        RawPeer upstream = backend.accept();
        upstream.request();
        RawPeer waiting = gateway.client().send(get("/gone"));
        try (RawPeer next = gateway.client()) {
            next.send(get("/next"));
            waiting.reset();
            // what comes later on the same loops comes after the reset
            upstream.send(ok("first"));
            client.response(200);

            // the reset may be seen only when its turn has come: then its attempt ends at once
            if (!targetOrGone(upstream).equals("/next")) {
                upstream.expectGone();
                upstream = backend.accept();
                assertThat(upstream.request().target()).isEqualTo("/next");
            }
            upstream.send(ok("next"));
            assertThat(next.response(200).body()).isEqualTo("next");
        }
    }

    /** What came before a reset may be lost with it. */
    private static String targetOrGone(RawPeer upstream) throws IOException {
        try {
            return upstream.request().target();
        } catch (SocketException reset) {
            return "/gone";
        }
    }
}
