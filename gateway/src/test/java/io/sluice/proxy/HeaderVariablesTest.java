package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
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
import org.junit.jupiter.params.provider.CsvSource;

/** Variables in the values of header edits: what each stands for, on both sides. */
final class HeaderVariablesTest {
    private volatile String answer = ok("ok");

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> answer);

    @AutoClose
    private RunningGateway gateway;

    HeaderVariablesTest() throws IOException {}

    private void route(String keys) throws IOException {
        route("trustedProxies: 10.0.0.0/8", keys);
    }

    private void route(String top, String keys) throws IOException {
        gateway = RunningGateway.of("""
                threads: 1
                %s
                listeners: { web: { bind: "127.0.0.1:0" } }
                upstreams: { backend: { endpoints: ["%s"] } }
                routes:
                  - { name: users-v2, %s }
                """.formatted(top, backend.endpoint(), keys));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {client.address}       | 127.0.0.1
            {route}                | users-v2
            {host}                 | Example.test
            {path}                 | /u/7%20a/x/y
            {query}                | a=b&c
            {method}               | GET
            {scheme}               | http
            {id}                   | 7%20a
            {tail}                 | x/y
            {id}-{id}/{tail}       | 7%20a-7%20a/x/y
            a {host} b             | a Example.test b
            {{id} {"a": 1} {} { }  | {id} {"a": 1} {} { }
            ä{id}                  | Ã¤7%20a
            """)
    void standForWhatTheRequestHas(String value, String expected) throws Exception {
        route("to: backend, match: { path: \"/u/{id}/**\" }, requestHeaders: { set: { x-a: '" + value + "' } }");
        gateway.exchange("GET /u/./7%20a/x/y?a=b&c HTTP/1.1\r\nHost: Example.test:81\r\n\r\n");

        assertThat(backend.request().value("x-a")).isEqualTo(expected);
    }

    @Test
    void standForTheSameInResponses() throws Exception {
        answer = response("200 OK", "ok", "x-a: old");
        route("""
                to: backend, match: { path: "/u/{id}/**" }, rewrite: { path: "/{tail}" },
                responseHeaders: { set: { x-a: "{id} {tail} {path} {client.address} {method} {route} {host}" } }""");
        WireMessage response = gateway.exchange(get("/u/7/x"));

        assertThat(backend.request().target()).isEqualTo("/x");
        assertThat(response.value("x-a")).isEqualTo("7 x /u/7/x 127.0.0.1 GET users-v2 example.test");
    }

    @Test
    void standForTheRequestAsItWasMatched() throws Exception {
        route("""
                to: backend, match: { path: "/u/{id}/**" }, rewrite: { path: "/v/{tail}" },
                requestHeaders: { set: { x-original: "{path}", x-id: "{id}" } }""");
        gateway.exchange(get("/u/7/x"));

        assertThat(backend.request().target()).isEqualTo("/v/x");
        assertThat(backend.request().value("x-original")).isEqualTo("/u/7/x");
        assertThat(backend.request().value("x-id")).isEqualTo("7");
    }

    @Test
    void giveTheIdOfTheRequestToBothSides() throws Exception {
        route("""
                to: backend, requestHeaders: { set: { x-trace: "t-{request.id}" } },
                responseHeaders: { set: { x-request-id: "{request.id}" } }""");
        WireMessage response = gateway.exchange(get("/"));

        String id = backend.request().value("x-request-id");
        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(backend.request().value("x-trace")).isEqualTo("t-" + id);
        assertThat(response.value("x-request-id")).isEqualTo(id);
    }

    @Test
    void keepAnIdThatTheRouteTakesFromTheRequest() throws Exception {
        route("""
                to: backend, requestHeaders: { set: { x-request-id: "{request.id}.1" }, remove: x-forwarded-proto },
                responseHeaders: { set: { x-a: "{request.id} {scheme}" } }""");
        WireMessage response = gateway.exchange(get("/"));

        String id = backend.request().value("x-request-id");
        assertThat(id).matches("[0-9a-f]{32}\\.1");
        assertThat(response.value("x-a")).isEqualTo(id + " http");
    }

    @Test
    void giveAnIdToAnswersOfTheGatewaysOwn() throws Exception {
        route("""
                respond: { status: 200, body: fixed },
                responseHeaders: { set: { x-a: "{request.id} {scheme} {path}" } }""");
        String forged = request("GET /a HTTP/1.1", "X-Request-Id: forged", "X-Forwarded-Proto: https");
        WireMessage response = gateway.exchange(forged);
        WireMessage second = gateway.exchange(forged);

        assertThat(response.value("x-a")).matches("[0-9a-f]{32} http /a");
        assertThat(second.value("x-a")).isNotEqualTo(response.value("x-a"));
    }

    @Test
    void believeTrustedProxies() throws Exception {
        route("trustedProxies: 127.0.0.0/8", """
                to: backend, requestHeaders: { set: { x-a: "{client.address} {scheme} {request.id}" } }""");
        gateway.exchange(request(
                "GET / HTTP/1.1",
                "X-Forwarded-For: 2001:db8::1",
                "X-Forwarded-Proto: HTTPS, http",
                "X-Request-Id: theirs"));

        assertThat(backend.request().value("x-a")).isEqualTo("2001:db8::1 https theirs");
    }

    @ParameterizedTest
    @CsvSource({"ftp, http", "'', http", "httpss, http", "http, http", "https, https"})
    void takeForASchemeOnlyWhatIsOne(String told, String expected) throws Exception {
        route(
                "trustedProxies: 127.0.0.0/8",
                "respond: { status: 204 }, responseHeaders: { set: { x-a: \"{scheme}\" } }");
        WireMessage response = gateway.exchange(request("GET / HTTP/1.1", "X-Forwarded-Proto: " + told));

        assertThat(response.value("x-a")).isEqualTo(expected);
    }

    @Test
    void standForNamedGroups() throws Exception {
        route("""
                to: backend, match: { pathRegex: "/(?P<year>[0-9]+)(-(?P<month>[0-9]+))?" }, rewrite: { path: /x },
                requestHeaders: { set: { x-a: "{year}/{month}." } }""");
        gateway.exchange(get("/2024-07"));
        assertThat(backend.requests().getLast().value("x-a")).isEqualTo("2024/07.");
        gateway.exchange(get("/2024"));
        assertThat(backend.requests().getLast().value("x-a")).isEqualTo("2024/.");
    }

    @Test
    void letACaptureGoBeforeAVariable() throws Exception {
        route("to: backend, match: { path: \"/pay/{method}\" }, requestHeaders: { set: { x-a: \"{method}\" } }");
        gateway.exchange(get("/pay/card"));

        assertThat(backend.request().value("x-a")).isEqualTo("card");
    }

    @Test
    void areEmptyWhereThereIsNothing() throws Exception {
        route("""
                to: backend, match: { path: "/u/**" },
                requestHeaders: { set: { x-a: "[{query}{tail}]", x-b: "end {query}" }, add: { x-c: "{tail}" } }""");
        gateway.exchange(get("/u"));

        assertThat(backend.request().value("x-a")).isEqualTo("[]");
        assertThat(backend.request().value("x-b")).isEqualTo("end");
        assertThat(backend.request().value("x-c")).isEmpty();
    }

    @Test
    void addOneFieldForEachValue() throws Exception {
        route("to: backend, requestHeaders: { add: { X-A: [\"{host}\", plain, \"{method}\"] } }");
        gateway.exchange(request("POST / HTTP/1.1", "x-a: theirs", "Content-Length: 0"));

        assertThat(backend.request().values("x-a")).containsExactly("theirs", "example.test", "plain", "POST");
    }

    @Test
    void carryNoLineEndsOfTheClient() throws Exception {
        route("to: backend, requestHeaders: { set: { x-a: \"{path} {query}\" } }");
        gateway.exchange(get("/a%0d%0aX-Evil:%201?b%0d%0aX-Evil:%202"));

        assertThat(backend.request().value("x-a")).isEqualTo("/a%0D%0AX-Evil:%201 b%0d%0aX-Evil:%202");
        assertThat(backend.request().has("x-evil")).isFalse();
    }

    /** Longer than the block of a head begins with: it has to grow while it is read from. */
    @Test
    void carryLongPaths() throws Exception {
        route("""
                to: backend, match: { path: "/u/**" },
                requestHeaders: { set: { x-a: "{tail}{tail}{tail}{path}" } }""");
        String tail = "abc/".repeat(1500);
        gateway.exchange(get("/u/" + tail));

        assertThat(backend.request().value("x-a")).isEqualTo(tail.repeat(3) + "/u/" + tail);
    }

    @Test
    void changeWithEachRequestOfAConnection() throws Exception {
        route("""
                to: backend, match: { path: "/u/{id}" }, rewrite: { path: "/{id}" },
                responseHeaders: { set: { x-id: "{id}" } }""");
        try (RawPeer client = gateway.client()) {
            for (String id : new String[] {"one", "2", "three"}) {
                assertThat(client.send(get("/u/" + id)).response(200).value("x-id"))
                        .isEqualTo(id);
            }
        }
    }
}
