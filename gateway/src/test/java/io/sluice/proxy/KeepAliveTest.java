package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.postChunked;
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

/** How long connections live on both sides: RFC 9112 section 9.3. */
final class KeepAliveTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(this::answer);

    @AutoClose
    private final RunningGateway gateway = RunningGateway.before(backend);

    @AutoClose
    private final RawPeer client = gateway.client();

    KeepAliveTest() throws IOException {}

    private String answer(WireMessage request) {
        return switch (request.target()) {
            case "/says-close" -> response("200 OK", "closing", "Connection: close");
            case "/old" -> ok("from HTTP/1.0").replaceFirst("HTTP/1.1", "HTTP/1.0");
            default -> ok(request.method() + " " + request.target() + " " + request.body());
        };
    }

    @Test
    void answersManyRequestsOnOneConnection() throws Exception {
        for (int i = 0; i < 100; i++) {
            assertThat(client.send(get("/" + i)).response(200).body()).isEqualTo("GET /" + i + " ");
        }
    }

    @Test
    void sendsManyRequestsOnOneUpstreamConnection() throws Exception {
        for (int i = 0; i < 100; i++) {
            client.send(get("/" + i)).response(200);
        }

        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void lendsOneUpstreamConnectionToSeveralClients() throws Exception {
        for (int i = 0; i < 10; i++) {
            gateway.exchange(get("/" + i));
        }

        // an idle connection may sit on the other loop and be taken over from there
        assertThat(backend.connections()).isLessThanOrEqualTo(2);
    }

    @Test
    void keepsTheConnectionAfterBodiesOfAnyFraming() throws Exception {
        client.send(post("/a", "sized")).response(200);
        client.send(postChunked("/b", "in ", "chunks")).response(200);
        client.send(post("/c", "")).response(200);
        client.send(postChunked("/d")).response(200);

        assertThat(client.send(get("/e")).response(200).body()).isEqualTo("GET /e ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection: close", "connection: Close", "Connection: x, close", "Connection:\tclose\t"})
    void closesAfterTheAnswerIfTheClientSaysSo(String field) throws Exception {
        client.send(request("GET / HTTP/1.1", field));

        assertThat(client.response(200).names("connection", "close")).isTrue();
        client.expectEnd();
    }

    @Test
    void closesIfTheSecondOfTwoConnectionFieldsSaysSo() throws Exception {
        client.send(request("GET / HTTP/1.1", "Connection: keep-alive", "Connection: close"))
                .response(200);

        client.expectEnd();
    }

    @Test
    void doesNotTakeALongerOptionForClose() throws Exception {
        client.send(request("GET / HTTP/1.1", "Connection: closed")).response(200);

        client.send(get("/")).response(200);
    }

    @Test
    void doesNotPassTheClientsCloseOn() throws Exception {
        client.send(request("GET / HTTP/1.1", "Connection: close")).response(200);

        assertThat(backend.request().names("connection", "close")).isFalse();
        gateway.exchange(get("/"));
        assertThat(backend.connections()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/says-close", "/old"})
    void keepsTheClientWhoseUpstreamConnectionEnds(String path) throws Exception {
        WireMessage response = client.send(get(path)).response(200);

        assertThat(response.names("connection", "close")).isFalse();
        client.send(get("/")).response(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/says-close", "/old"})
    void doesNotUseAnUpstreamConnectionAgainThatEnds(String path) throws Exception {
        client.send(get(path)).response(200);
        client.send(get("/")).response(200);

        assertThat(backend.connections()).isEqualTo(2);
    }

    @Test
    void skipsAnEmptyLineBeforeARequest() throws Exception {
        client.send("\r\n" + get("/a")).response(200);
        client.send(post("/b", "body") + "\r\n").response(200);

        assertThat(client.send(get("/c")).response(200).body()).isEqualTo("GET /c ");
    }

    @Test
    void closesWithoutAnswerWhenTheClientLeavesBetweenRequests() throws Exception {
        client.send(get("/")).response(200);

        client.halfClose().expectEnd();
    }

    @Test
    void closesWithoutAnswerWhenTheClientNeverSaysAnything() throws Exception {
        client.halfClose().expectEnd();
    }

    @Test
    void answersARequestThatComesByteByByte() throws Exception {
        client.sendByteByByte(post("/slow", "and steady"));

        assertThat(client.response(200).body()).isEqualTo("POST /slow and steady");
    }

    @Test
    void acceptsExactlyTheFieldsThatAreThere() throws Exception {
        client.send(head("GET / HTTP/1.1", "hOsT:example.test", "Connection: keep-alive"))
                .response(200);

        client.send(get("/")).response(200);
    }
}
