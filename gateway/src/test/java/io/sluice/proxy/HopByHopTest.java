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

/** Fields that go no further than one connection: RFC 9110 section 7.6.1. */
final class HopByHopTest {
    private volatile String answer = ok("ok");

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> answer);

    @AutoClose
    private final RunningGateway gateway = RunningGateway.before(backend);

    @AutoClose
    private final RawPeer client = gateway.client();

    HopByHopTest() throws IOException {}

    private WireMessage forwarded(String... fields) throws IOException {
        client.send(request("GET / HTTP/1.1", fields)).response(200);
        return backend.request();
    }

    private WireMessage answered(String... fields) throws IOException {
        answer = response("200 OK", "ok", fields);
        return client.send(get("/")).response(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "Proxy-Authorization: Basic eA==",
                "Upgrade: websocket",
                "TE: gzip",
                "HTTP2-Settings: AAMAAABkAAQAAP__"
            })
    void removesFromARequest(String field) throws Exception {
        assertThat(forwarded(field).has(field.substring(0, field.indexOf(':')))).isFalse();
    }

    @Test
    void removesWhatConnectionOfARequestNames() throws Exception {
        WireMessage request =
                forwarded("Connection: X-One, x-two ,,\tX-THREE", "X-One: 1", "X-Two: 2", "x-three: 3", "X-Four: 4");

        assertThat(request.has("x-one")).isFalse();
        assertThat(request.has("x-two")).isFalse();
        assertThat(request.has("x-three")).isFalse();
        assertThat(request.value("x-four")).isEqualTo("4");
    }

    @Test
    void removesWhatSeveralConnectionFieldsName() throws Exception {
        WireMessage request = forwarded("X-One: 1", "Connection: x-one", "X-Two: 2", "connection: x-two", "X-One: 3");

        assertThat(request.has("x-one")).isFalse();
        assertThat(request.has("x-two")).isFalse();
        assertThat(request.names("connection", "x-one")).isFalse();
    }

    @Test
    void namesTeInConnectionIfItPassesItOn() throws Exception {
        // RFC 9110 section 10.1.4
        WireMessage request = forwarded("Connection: TE", "TE: trailers");

        assertThat(request.names("connection", "te")).isEqualTo(request.has("te"));
    }

    @Test
    void keepsFieldsWhoseNameOnlyContainsOneThatConnectionNames() throws Exception {
        assertThat(forwarded("Connection: x-one", "X-One-More: 1").value("x-one-more"))
                .isEqualTo("1");
    }

    @Test
    void keepsHostAndFramingThoughConnectionNamesThem() throws Exception {
        client.send(
                request("POST / HTTP/1.1", "Connection: host, content-length, transfer-encoding", "Content-Length: 4")
                        + "data");
        client.response(200);

        WireMessage request = backend.request();
        assertThat(request.value("host")).isEqualTo("example.test");
        assertThat(request.body()).isEqualTo("data");
    }

    @Test
    void keepsChunksThoughConnectionNamesTheirCoding() throws Exception {
        client.send(request("POST / HTTP/1.1", "Connection: transfer-encoding", "Transfer-Encoding: chunked")
                + "4\r\ndata\r\n0\r\n\r\n");
        client.response(200);

        assertThat(backend.request().body()).isEqualTo("data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For", "Forwarded", "Via", "X-Forwarded-Proto", "X-Request-Id"})
    void writesItsOwnFieldsThoughConnectionNamesThem(String name) throws Exception {
        // else a client could make a backend take it for somebody inside
        assertThat(forwarded("Connection: " + name).has(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Keep-Alive: timeout=5", "Proxy-Connection: keep-alive", "Upgrade: h2c"})
    void removesFromAResponse(String field) throws Exception {
        assertThat(answered(field).has(field.substring(0, field.indexOf(':')))).isFalse();
    }

    @Test
    void removesWhatConnectionOfAResponseNames() throws Exception {
        WireMessage response = answered("Connection: x-one", "X-One: 1", "X-Two: 2");

        assertThat(response.has("x-one")).isFalse();
        assertThat(response.value("x-two")).isEqualTo("2");
    }

    @Test
    void keepsTheFramingOfAResponseThoughConnectionNamesIt() throws Exception {
        assertThat(answered("Connection: content-length").body()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer x",
                "Cookie: a=b",
                "Accept-Encoding: gzip",
                "Range: bytes=0-1",
                "If-None-Match: \"a\"",
                "Trailer: X-Sum",
                "Max-Forwards: 5",
                "Cache-Control: no-cache",
                "Pragma: no-cache"
            })
    void passesEndToEndFieldsOfARequestOn(String field) throws Exception {
        String name = field.substring(0, field.indexOf(':'));
        assertThat(forwarded(field).value(name)).isEqualTo(field.substring(name.length() + 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Set-Cookie: a=b",
                "Server: other",
                "Date: Tue, 15 Nov 1994 08:12:31 GMT",
                "WWW-Authenticate: Basic realm=\"x\"",
                "ETag: \"a\"",
                "Vary: Accept",
                "Content-Encoding: gzip",
                "Location: /elsewhere",
                "Age: 5"
            })
    void passesEndToEndFieldsOfAResponseOn(String field) throws Exception {
        String name = field.substring(0, field.indexOf(':'));
        assertThat(answered(field).value(name)).isEqualTo(field.substring(name.length() + 2));
    }

    @Test
    void passesNoHopByHopTrailerOn() throws Exception {
        answer =
                head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "2\r\nok\r\n0\r\nKeep-Alive: 5\r\nX: a\r\n\r\n";

        WireMessage response = client.send(get("/")).response(200);

        assertThat(response.trailer("keep-alive")).isEmpty();
        assertThat(response.trailer("x")).containsExactly("a");
    }
}
