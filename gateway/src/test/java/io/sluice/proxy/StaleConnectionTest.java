package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A reused connection that the backend closes just when a request is sent on it: what may safely be sent again is, once,
 * on a fresh connection; what may have had an effect never is. RFC 9112 section 9.3.1, RFC 9110 section 9.2.2.
 */
final class StaleConnectionTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    @AutoClose
    private final RunningGateway gateway = RunningGateway.of(Setup.of(backend).streaming());

    @AutoClose
    private final RawPeer client = gateway.client();

    private RawPeer stale;

    StaleConnectionTest() throws IOException {}

    @BeforeEach
    void useOnce() throws Exception {
        client.send(get("/first"));
        stale = backend.accept();
        stale.request();
        stale.send(ok("first"));
        client.response(200);
    }

    /** The backend gets the request on the reused connection and closes. */
    private void closeOn(String request) throws Exception {
        client.send(request);
        stale.request();
        stale.close();
    }

    private WireMessage answerFresh() throws Exception {
        RawPeer fresh = backend.accept();
        WireMessage again = fresh.request();
        fresh.send(ok("fresh"));
        assertThat(client.response(200).body()).isEqualTo("fresh");
        return again;
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "OPTIONS", "DELETE", "PUT"})
    void anIdempotentRequestIsSentAgain(String method) throws Exception {
        closeOn(request(method + " /again HTTP/1.1"));

        assertThat(answerFresh().startLine()).isEqualTo(method + " /again HTTP/1.1");
        assertThat(backend.connections()).isEqualTo(2);
    }

    @Test
    void isSentAgainAlsoAfterAReset() throws Exception {
        client.send(get("/again"));
        stale.request();
        stale.reset();

        assertThat(answerFresh().target()).isEqualTo("/again");
    }

    @Test
    void isSentAgainExactlyAsTheFirstTime() throws Exception {
        client.send(request("GET /again?a=b HTTP/1.1", "X-One: 1", "x-TWO: 2"));
        WireMessage firstTime = stale.request();
        stale.close();

        assertThat(answerFresh().head()).isEqualTo(firstTime.head());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sized", "chunked"})
    void aBodyThatIsStillAtHandIsSentAgain(String kind) throws Exception {
        closeOn(
                kind.equals("sized")
                        ? request("PUT /again HTTP/1.1", "Content-Length: 4") + "data"
                        : request("PUT /again HTTP/1.1", "Transfer-Encoding: chunked") + "4\r\ndata\r\n0\r\n\r\n");

        assertThat(answerFresh().body()).isEqualTo("data");
    }

    @Test
    void aBodyOfWhichOnlyAPartHasComeIsSentAgain() throws Exception {
        client.send(request("PUT /again HTTP/1.1", "Content-Length: 8") + "part");
        stale.head();
        assertThat(stale.read(4)).isEqualTo("part");
        stale.close();
        RawPeer fresh = backend.accept();
        fresh.head();
        assertThat(fresh.read(4)).isEqualTo("part");

        client.send("rest");

        assertThat(fresh.read(4)).isEqualTo("rest");
        fresh.send(ok("fresh"));
        assertThat(client.response(200).body()).isEqualTo("fresh");
    }

    @Test
    void aBodyThatIsNotAtHandAnyMoreIsNotSentAgain() throws Exception {
        closeOn(request("PUT /again HTTP/1.1", "Content-Length: 1000000") + "x".repeat(1_000_000));

        expectFailure(client, Failure.UPSTREAM_CLOSED);
        assertThat(backend.connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "get", "CUSTOM"})
    void aRequestThatMayHaveHadAnEffectIsNotSentAgain(String method) throws Exception {
        closeOn(request(method + " /once HTTP/1.1"));

        expectFailure(client, Failure.UPSTREAM_CLOSED);
        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void aPostWithABodyIsNotSentAgain() throws Exception {
        closeOn(post("/once", "data"));

        expectFailure(client, Failure.UPSTREAM_CLOSED);
        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void nothingIsSentAThirdTime() throws Exception {
        closeOn(get("/again"));
        RawPeer fresh = backend.accept();
        fresh.request();

        fresh.close();

        expectFailure(client, Failure.UPSTREAM_CLOSED);
        assertThat(backend.connections()).isEqualTo(2);
    }

    @Test
    void nothingIsSentAgainAfterAByteOfTheResponse() throws Exception {
        client.send(get("/once"));
        stale.request();

        stale.send("H").close();

        assertThat(client.response().status()).isEqualTo(502);
        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void nothingIsSentAgainAfterAnInterimResponse() throws Exception {
        client.send(get("/once"));
        stale.request();

        stale.send(head("HTTP/1.1 103 Early Hints")).close();

        client.response(103);
        client.response(502);
        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void nothingIsSentAgainThatFailedOnAFreshConnection() throws Exception {
        stale.close();
        stale = null;
        try (RawPeer other = gateway.client()) {
            other.send(get("/once"));
            RawPeer fresh = backend.accept();
            fresh.request();

            fresh.close();

            expectFailure(other, Failure.UPSTREAM_CLOSED);
            assertThat(backend.connections()).isEqualTo(2);
        }
    }

    @Test
    void theSecondAttemptIsNotMadeOnAnotherReusedConnection() throws Exception {
        try (RawPeer other = gateway.client()) {
            client.send(get("/hold"));
            stale.request();
            other.send(get("/second"));
            RawPeer alsoStale = backend.accept();
            alsoStale.request();
            alsoStale.send(ok("second"));
            other.response(200);
            stale.send(ok("hold"));
            client.response(200);

            client.send(get("/again"));
            stale.request();
            stale.close();

            assertThat(answerFresh().target()).isEqualTo("/again");
            assertThat(backend.connections()).isEqualTo(3);
        }
    }
}
