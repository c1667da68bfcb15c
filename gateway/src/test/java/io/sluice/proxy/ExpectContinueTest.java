package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Expect: 100-continue} from end to end: RFC 9110 section 10.1.1. */
final class ExpectContinueTest {
    private static final String CONTINUE = head("HTTP/1.1 100 Continue");
    private static final String EXPECTING = request("POST / HTTP/1.1", "Expect: 100-continue", "Content-Length: 4");

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    @AutoClose
    private final RunningGateway gateway = RunningGateway.before(backend);

    @AutoClose
    private final RawPeer client = gateway.client();

    ExpectContinueTest() throws IOException {}

    @ParameterizedTest
    @ValueSource(strings = {"100-continue", "100-Continue"})
    void passesTheExpectationAndTheContinueOn(String expectation) throws Exception {
        client.send(request("POST / HTTP/1.1", "Expect: " + expectation, "Content-Length: 4"));
        RawPeer upstream = backend.accept();
        assertThat(upstream.head().value("expect")).isEqualToIgnoringCase("100-continue");

        upstream.send(CONTINUE);

        client.response(100);
        client.send("data");
        assertThat(upstream.read(4)).isEqualTo("data");
        upstream.send(ok("done"));
        assertThat(client.response(200).body()).isEqualTo("done");
    }

    @Test
    void keepsBothConnectionsAfterwards() throws Exception {
        RawPeer upstream = null;
        for (int i = 0; i < 3; i++) {
            client.send(EXPECTING);
            upstream = upstream == null ? backend.accept() : upstream;
            upstream.head();
            upstream.send(CONTINUE);
            client.response(100);
            client.send("data");
            upstream.read(4);
            upstream.send(ok("done"));
            client.response(200);
        }
        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void passesAChunkedBodyOnAfterTheContinue() throws Exception {
        client.send(request("POST / HTTP/1.1", "Expect: 100-continue", "Transfer-Encoding: chunked"));
        RawPeer upstream = backend.accept();
        upstream.head();
        upstream.send(CONTINUE);
        client.response(100);

        client.send("4\r\ndata\r\n0\r\n\r\n");

        assertThat(upstream.read(14)).isEqualTo("4\r\ndata\r\n0\r\n\r\n");
        upstream.send(ok("done"));
        client.response(200);
    }

    @Test
    void makesNoContinueOfItsOwn() throws Exception {
        client.send(EXPECTING);
        RawPeer upstream = backend.accept();
        upstream.head();

        upstream.send(response("401 Unauthorized", "who?"));

        // nothing stands before the backend's own answer
        assertThat(client.response(401).body()).isEqualTo("who?");
    }

    @Test
    void closesAfterAFinalAnswerThatComesEarly() throws Exception {
        client.send(EXPECTING);
        RawPeer upstream = backend.accept();
        upstream.head();

        upstream.send(response("401 Unauthorized", "who?"));

        WireMessage response = client.response(401);
        assertThat(response.names("connection", "close")).isTrue();
        client.expectEnd();
        upstream.expectGone();
    }

    @Test
    void passesABodyOnThatDoesNotWait() throws Exception {
        client.send(EXPECTING + "data");
        RawPeer upstream = backend.accept();
        assertThat(upstream.request().body()).isEqualTo("data");
        upstream.send(CONTINUE + ok("done"));

        client.response(100);
        assertThat(client.response(200).body()).isEqualTo("done");
    }

    @Test
    void passesABodyOnForWhichNobodySaidContinue() throws Exception {
        client.send(EXPECTING);
        RawPeer upstream = backend.accept();
        upstream.head();

        client.send("data");

        assertThat(upstream.read(4)).isEqualTo("data");
        upstream.send(ok("done"));
        assertThat(client.response(200).body()).isEqualTo("done");
    }

    @Test
    void takesTheNextRequestAfterAnAnswerWithoutContinueToAWholeRequest() throws Exception {
        client.send(EXPECTING + "data" + get("/next"));
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(ok("done"));
        assertThat(client.response(200).body()).isEqualTo("done");

        assertThat(upstream.request().target()).isEqualTo("/next");
        upstream.send(ok("next"));
        assertThat(client.response(200).body()).isEqualTo("next");
    }
}
