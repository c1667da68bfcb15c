package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.request;
import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What routes do with a request: answers, redirects, splits, rewrites, header edits. */
final class RouteActionTest {
    private volatile String answer = ok("ok");

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> answer);

    @AutoClose
    private final ScriptedBackend other = ScriptedBackend.answering(request -> ok("other"));

    @AutoClose
    private RunningGateway gateway;

    RouteActionTest() throws IOException {}

    private RunningGateway route(String keys) throws IOException {
        return route(keys, "paths: {}");
    }

    private RunningGateway route(String keys, String top) throws IOException {
        gateway = RunningGateway.of("""
                threads: 2
                %s
                listeners: { web: { bind: "127.0.0.1:0" } }
                upstreams:
                  backend: { endpoints: ["%s"] }
                  other: { endpoints: ["%s"] }
                routes:
                  - { name: route, %s }
                """.formatted(top, backend.endpoint(), other.endpoint(), keys));
        return gateway;
    }

    private String forwarded(String target) throws IOException {
        assertThat(gateway.exchange(get(target)).status()).isEqualTo(200);
        return backend.requests().getLast().target();
    }

    // ---- respond

    @Test
    void respondsWithAFixedAnswer() throws Exception {
        WireMessage response = route("respond: { status: 418, contentType: text/teapot, body: \"short and stout\" }")
                .exchange(get("/"));

        assertThat(response.status()).isEqualTo(418);
        assertThat(response.value("content-type")).isEqualTo("text/teapot");
        assertThat(response.body()).isEqualTo("short and stout");
    }

    @Test
    void respondsToManyRequestsOnOneConnection() throws Exception {
        route("respond: { status: 200, body: fixed }");
        try (RawPeer client = gateway.client()) {
            client.send(get("/a") + post("/b", "body") + request("HEAD /c HTTP/1.1") + get("/d"));

            assertThat(client.response(200).body()).isEqualTo("fixed");
            assertThat(client.response(200).body()).isEqualTo("fixed");
            assertThat(client.head().value("content-length")).isEqualTo("5");
            assertThat(client.response(200).body()).isEqualTo("fixed");
        }
    }

    @Test
    void respondsWithoutABodyWhereTheStatusHasNone() throws Exception {
        WireMessage response = route("respond: { status: 204 }").exchange(get("/"));

        assertThat(response.status()).isEqualTo(204);
        assertThat(response.has("content-length")).isFalse();
    }

    // ---- redirect

    @ParameterizedTest
    @CsvSource({
        "https://{host}{path}, /a/b, 308, https://example.test/a/b",
        "https://{host}{path}?{query}, /a?b=c, 301, https://example.test/a?b=c",
        "https://{host}{path}?{query}, /a, 302, https://example.test/a",
        "/moved, /a, 307, /moved",
        "https://new.test/x, /a, 303, https://new.test/x"
    })
    void redirects(String location, String target, int status, String expected) throws Exception {
        WireMessage response = route("redirect: { location: \"" + location + "\", status: " + status + " }")
                .exchange(get(target));

        assertThat(response.status()).isEqualTo(status);
        assertThat(response.value("location")).isEqualTo(expected);
    }

    @Test
    void redirectsWithCaptures() throws Exception {
        route("match: { path: \"/old/{id}/**\" }, redirect: { location: \"/new/{id}/{tail}\" }");

        assertThat(gateway.exchange(get("/old/7/a/b")).value("location")).isEqualTo("/new/7/a/b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/old//evil.test", "/old/%0d%0aSet-Cookie:%20a=b", "/old/%2f%2fevil.test", "/old/\\\\evil.test"})
    void redirectsToNoForeignHostAndSplitsNoHeader(String target) throws Exception {
        route(
                "match: { path: /old/** }, redirect: { location: \"/{tail}\" }",
                "paths: { doubleSlash: keep, encodedSlash: keep }");

        WireMessage response = gateway.exchange(get(target));

        if (response.status() == 308) {
            assertThat(response.value("location")).doesNotStartWith("//").doesNotContain("\r", "\n", "\\");
        }
        assertThat(response.has("set-cookie")).isFalse();
    }

    // ---- split

    @Test
    void splitsByWeight() throws Exception {
        route("split: { backend: 3, other: 1 }");
        int here = 0;
        for (int i = 0; i < 400; i++) {
            here += gateway.exchange(get("/")).body().equals("ok") ? 1 : 0;
        }

        // the expected 300 give or take more than six standard deviations
        assertThat(here).isBetween(240, 360);
    }

    @Test
    void sendsNothingToAShareOfNothing() throws Exception {
        route("split: { backend: 1, other: 0 }");
        for (int i = 0; i < 50; i++) {
            gateway.exchange(get("/"));
        }

        assertThat(other.connections()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "header:X-User, /, X-User: %s",
        "cookie:user, /, Cookie: x=y; user=%s; z=1",
        "query:user, /?a=b&user=%s, X: y"
    })
    void keepsAKeyOnOneSide(String by, String target, String field) throws Exception {
        route("split: { backend: 1, other: 1 }, splitBy: \"" + by + "\"");
        Set<String> sides = new HashSet<>();
        for (int user = 0; user < 40; user++) {
            Set<String> ofThis = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                String line = "GET " + target.formatted(user) + " HTTP/1.1";
                ofThis.add(
                        gateway.exchange(request(line, field.formatted(user))).body());
            }
            assertThat(ofThis).hasSize(1);
            sides.addAll(ofThis);
        }
        assertThat(sides).containsExactlyInAnyOrder("ok", "other");
    }

    @Test
    void keepsAClientOnOneSide() throws Exception {
        route("split: { backend: 1, other: 1 }, splitBy: client");
        Set<String> sides = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            sides.add(gateway.exchange(get("/")).body());
        }

        assertThat(sides).hasSize(1);
    }

    // ---- rewrite

    @ParameterizedTest
    @CsvSource({
        "stripPrefix: /api, /api/a/b?c=d, /a/b?c=d",
        "stripPrefix: /api, /api, /",
        "stripPrefix: /api, /api/, /",
        "stripPrefix: /api, /apis/a, /apis/a",
        "addPrefix: /v1, /a?b, /v1/a?b",
        "addPrefix: /v1, /, /v1/",
        "'stripPrefix: /api, addPrefix: /v1', /api/a, /v1/a"
    })
    void rewritesPrefixes(String rewrite, String target, String expected) throws Exception {
        route("to: backend, rewrite: { " + rewrite + " }");

        assertThat(forwarded(target)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'/{id}/**', '/v2/{tail}/of/{id}', /7/a/b?c=d, /v2/a/b/of/7?c=d",
        "'/u/{id}', '/users/{id}', /u/a%20b, /users/a%20b",
        "'/u/**', '/v/{tail}', /u, /v/"
    })
    void rewritesByTemplate(String path, String template, String target, String expected) throws Exception {
        route("match: { path: \"" + path + "\" }, to: backend, rewrite: { path: \"" + template + "\" }");

        assertThat(forwarded(target)).isEqualTo(expected);
    }

    @Test
    void rewritesNoAsterisk() throws Exception {
        route("to: backend, rewrite: { addPrefix: /v1 }");
        gateway.exchange(request("OPTIONS * HTTP/1.1"));

        assertThat(backend.request().target()).isEqualTo("*");
    }

    // ---- header edits

    @Test
    void editsTheHeaderOfARequest() throws Exception {
        route("to: backend, requestHeaders: { set: { X-Set: new }, add: { X-Add: more }, remove: [ X-Gone, X-None ] }");
        gateway.exchange(
                request("GET / HTTP/1.1", "X-Set: old", "x-set: older", "X-Add: first", "x-gone: a", "X-Gone: b"));

        WireMessage request = backend.request();
        assertThat(request.values("x-set")).containsExactly("new");
        assertThat(request.values("x-add")).containsExactly("first", "more");
        assertThat(request.has("x-gone")).isFalse();
    }

    @Test
    void editsTheHeaderOfAResponse() throws Exception {
        answer = response("200 OK", "ok", "X-Set: old", "X-Add: first", "Server: secret");
        route("to: backend, responseHeaders: { set: { X-Set: new }, add: { X-Add: more }, remove: Server }");

        WireMessage response = gateway.exchange(get("/"));
        assertThat(response.values("x-set")).containsExactly("new");
        assertThat(response.values("x-add")).containsExactly("first", "more");
        assertThat(response.has("server")).isFalse();
    }

    @Test
    void setsTheHost() throws Exception {
        route("to: backend, requestHeaders: { set: { Host: inside.test } }");
        gateway.exchange(get("/"));

        assertThat(backend.request().values("host")).containsExactly("inside.test");
        assertThat(backend.request().value("x-forwarded-host")).isEqualTo("example.test");
    }

    // ---- path policy

    @ParameterizedTest
    @CsvSource({
        "/a/./b, /a/b",
        "/a/../b, /b",
        "/a/b/.., /a/",
        "/a/b/., /a/b/",
        "/a//b, /a/b",
        "///a, /a",
        "/%61%2D%2e%5F%7e, /a-._~",
        "/a%20%c3%a9, /a%20%C3%A9",
        "/a/%2e%2e/b, /b",
        "/a/.%2E/b, /b",
        "/.well-known/x, /.well-known/x",
        "/..., /...",
        "/a;b=c/d, /a;b=c/d"
    })
    void forwardsTheNormalForm(String target, String expected) throws Exception {
        route("to: backend");

        assertThat(forwarded(target)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..",
                "/../a",
                "/a/../../b",
                "/%2e%2e/a",
                "/a%2Fb",
                "/a%2fb",
                "/a%5Cb",
                "/a%5cb",
                "/a%00",
                "/a%0",
                "/a%",
                "/a%zz",
                "/a/..%2Fb",
                "/a/..;x/b"
            })
    void refusesPathsThatBackendsDisagreeAbout(String target) throws Exception {
        route("to: backend");
        try (RawPeer client = gateway.client()) {
            client.send(get(target));

            WireMessage response = client.response();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.value("proxy-status")).containsAnyOf("request-path", "request-target");
            assertThat(backend.connections()).isZero();
        }
    }

    @Test
    void keepsWhatThePolicySaysToKeep() throws Exception {
        route("to: backend", "paths: { doubleSlash: keep, encodedSlash: keep, encodedBackslash: keep }");

        assertThat(forwarded("/a//b%2Fc%5Cd")).isEqualTo("/a//b%2Fc%5Cd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/./b", "/a/../b", "/a//b"})
    void refusesWhatThePolicySaysToRefuse(String target) throws Exception {
        route("to: backend", "paths: { dotSegments: refuse, doubleSlash: refuse }");
        try (RawPeer client = gateway.client()) {
            client.send(get(target));

            expectFailure(client, Failure.REQUEST_PATH);
        }
    }

    @Test
    void matchesAndForwardsTheSameForm() throws Exception {
        route("match: { path: /public/** }, to: backend");

        assertThat(gateway.exchange(get("/public/../private")).status()).isEqualTo(404);
        assertThat(gateway.exchange(get("/public/%2e%2e/private")).status()).isEqualTo(404);
        assertThat(forwarded("/private/../public/a")).isEqualTo("/public/a");
    }
}
