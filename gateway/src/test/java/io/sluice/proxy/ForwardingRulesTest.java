package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an intermediary has to do to messages that it passes on: RFC 9110 sections 6.6.1, 7.6.2, 7.6.3, 7.8 and 8.6. */
final class ForwardingRulesTest {
    private volatile String answer = ok("ok");

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> answer);

    @AutoClose
    private final RunningGateway gateway = RunningGateway.before(backend);

    @AutoClose
    private final RawPeer client = gateway.client();

    ForwardingRulesTest() throws IOException {}

    @Test
    void datesAResponseThatHasNoDate() throws Exception {
        WireMessage response = client.send(get("/")).response(200);

        assertThat(response.value("date"))
                .matches("(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3][0-9] [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} GMT");
    }

    @Test
    void keepsTheDateOfAResponse() throws Exception {
        answer = response("200 OK", "ok", "date: Tue, 15 Nov 1994 08:12:31 GMT");

        assertThat(client.send(get("/")).response(200).values("date")).containsExactly("Tue, 15 Nov 1994 08:12:31 GMT");
    }

    @Test
    void passesNoLengthOnWithA204() throws Exception {
        answer = head("HTTP/1.1 204 No Content", "Content-Length: 0");

        assertThat(client.send(get("/")).response(204).has("content-length")).isFalse();
    }

    @Test
    void passesNoCodingOnWithA204() throws Exception {
        answer = head("HTTP/1.1 204 No Content", "Transfer-Encoding: chunked");

        assertThat(client.send(get("/")).response(204).has("transfer-encoding")).isFalse();
    }

    @Test
    void passesNoCodingOnToAnHttp10Client() throws Exception {
        answer = head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked");

        assertThat(client.send(head("HEAD / HTTP/1.0")).head().has("transfer-encoding"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "TRACE"})
    void countsMaxForwardsDown(String method) throws Exception {
        client.send(request(method + " / HTTP/1.1", "Max-Forwards: 5")).response(200);

        assertThat(backend.request().value("max-forwards")).isEqualTo("4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "TRACE"})
    void passesNothingOnWhoseForwardsAreUsedUp(String method) throws Exception {
        client.send(request(method + " / HTTP/1.1", "Max-Forwards: 0"));

        client.response();
        assertThat(backend.connections()).isZero();
    }

    @Test
    void leavesMaxForwardsOfOtherMethodsAlone() throws Exception {
        client.send(request("GET / HTTP/1.1", "Max-Forwards: 0")).response(200);

        assertThat(backend.request().value("max-forwards")).isEqualTo("0");
    }

    @Test
    void endsALoop() throws Exception {
        // a gateway that is its own upstream: on a port that is known before it starts
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        String yaml = Setup.ofEndpoints("127.0.0.1:" + port).yaml().replace("127.0.0.1:0", "127.0.0.1:" + port);
        try (RunningGateway looping = RunningGateway.of(yaml);
                RawPeer caller = looping.client()) {
            caller.send(get("/"));

            expectFailure(caller, Failure.REQUEST_LOOP);
        }
    }

    @Test
    void believesNoFieldThatLooksLikeOneOfItsOwnToABackend() throws Exception {
        client.send(request("GET / HTTP/1.1", "X_Forwarded_For: 6.6.6.6", "x-forwarded_proto: https", "X_Other: a"))
                .response(200);

        WireMessage request = backend.request();
        assertThat(request.head()).doesNotContain("6.6.6.6").doesNotContain("https");
        assertThat(request.value("x_other")).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "H2C", "h2c, websocket"})
    void passesNoUpgradeToHttp2On(String protocol) throws Exception {
        // a tunnel of HTTP/2 frames would lead past the routes
        client.send(request(
                        "GET / HTTP/1.1",
                        "Connection: Upgrade, HTTP2-Settings",
                        "Upgrade: " + protocol,
                        "HTTP2-Settings: AAMAAABkAAQAAP__"))
                .response(200);

        WireMessage request = backend.request();
        assertThat(String.join(",", request.values("upgrade"))).doesNotContainIgnoringCase("h2c");
        assertThat(request.has("http2-settings")).isFalse();
    }

    @Test
    void passesNoUpgradeFieldOnThatConnectionDoesNotName() throws Exception {
        client.send(request("GET / HTTP/1.1", "Connection: keep-alive", "Upgrade: websocket"))
                .response(200);

        assertThat(backend.request().has("upgrade")).isFalse();
    }

    @Test
    void sendsExactlyOneFramingField() throws Exception {
        client.send(request("POST / HTTP/1.1", "Content-Length: 2") + "ok").response(200);
        client.send(request("POST / HTTP/1.1", "Transfer-Encoding: chunked") + "2\r\nok\r\n0\r\n\r\n")
                .response(200);
        client.send(get("/")).response(200);

        List<WireMessage> requests = backend.requests();
        assertThat(framing(requests.get(0))).containsExactly("2");
        assertThat(framing(requests.get(1))).containsExactly("chunked");
        assertThat(framing(requests.get(2))).isEmpty();
    }

    private static List<String> framing(WireMessage message) {
        return message.fields().stream()
                .filter(field -> field.name().equalsIgnoreCase("content-length")
                        || field.name().equalsIgnoreCase("transfer-encoding"))
                .map(WireMessage.Field::value)
                .toList();
    }
}
