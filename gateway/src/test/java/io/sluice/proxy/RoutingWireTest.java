package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which route takes a request; each answers with its own name. */
final class RoutingWireTest {
    private static final String LISTENER = """
            threads: 2
            listeners: { web: { bind: "127.0.0.1:0" } }
            routes:
            """;

    @AutoClose
    private RunningGateway gateway = RunningGateway.of(LISTENER
            + row("exact-host", "host: api.example.com")
            + row("wildcard", "host: \"*.example.com\"")
            + row("longer-wildcard", "host: \"*.b.example.com\"")
            + row("two-hosts", "host: [ one.test, two.test ]")
            + row("exact-path", "host: paths.test, path: /a/b")
            + row("slash", "host: paths.test, path: /a/b/")
            + row("prefix", "host: paths.test, path: /p/**")
            + row("deeper-prefix", "host: paths.test, path: /p/q/**")
            + row("capture", "host: paths.test, path: \"/users/{id}\"")
            + row("literal-beside-capture", "host: paths.test, path: /users/me")
            + row("two-captures", "host: paths.test, path: \"/users/{id}/posts/{post}\"")
            + row("regex", "host: paths.test, pathRegex: \"/r/[0-9]+(/.*)?\"")
            + row("post", "host: methods.test, methods: [ POST, PUT ]")
            + row("get", "host: methods.test, method: GET")
            + row("header", "host: headers.test, headers: { x-beta: \"1\" }")
            + row("header-prefix", "host: headers.test, headers: { x-prefix: { prefix: ab } }")
            + row("header-regex", "host: headers.test, headers: { x-regex: { regex: \"[0-9]+\" } }")
            + row("header-there", "host: headers.test, headers: { x-there: { present: true } }")
            + row("header-not-there", "host: absent.test, headers: { x-there: { present: false } }")
            + row("query", "host: query.test, query: { a: \"1 2\" }")
            + row("query-there", "host: query.test, query: { b: { present: true } }")
            + row("local", "host: client.test, client: 127.0.0.0/8")
            + row("remote", "host: other.test, client: [ 10.0.0.0/8, \"::1/128\" ]"));

    RoutingWireTest() throws IOException {}

    private static String row(String name, String match) {
        return "  - { name: %s, match: { %s }, respond: { status: 200, body: %s } }%n".formatted(name, match, name);
    }

    private static String answer(RunningGateway gateway, String host, String line, String... fields)
            throws IOException {
        try (RawPeer client = gateway.client()) {
            String[] all = new String[fields.length + 1];
            all[0] = "Host: " + host;
            System.arraycopy(fields, 0, all, 1, fields.length);
            WireMessage response = client.send(head(line, all)).response();
            return response.status() == 404 ? "none" : response.body();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "api.example.com, exact-host",
        "API.Example.COM, exact-host",
        "api.example.com:8080, exact-host",
        "www.example.com, wildcard",
        "a.b.c.example.com, wildcard",
        "a.b.example.com, longer-wildcard",
        "b.example.com, wildcard",
        "example.com, none",
        "notexample.com, none",
        "one.test, two-hosts",
        "two.test, two-hosts",
        "three.test, none",
        "api.example.com.evil.test, none"
    })
    void byHost(String host, String route) throws Exception {
        assertThat(answer(gateway, host, "GET / HTTP/1.1")).isEqualTo(route);
    }

    @Test
    void byTheHostOfAnAbsoluteTarget() throws Exception {
        assertThat(answer(gateway, "one.test", "GET http://api.example.com/ HTTP/1.1"))
                .isEqualTo("exact-host");
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b, exact-path",
        "/a/b?x=y, exact-path",
        "/a/b/, slash",
        "/a/b/c, none",
        "/A/b, none",
        "/a, none",
        "/p, prefix",
        "/p/, prefix",
        "/p/x/y/z, prefix",
        "/p/q, deeper-prefix",
        "/p/q/r, deeper-prefix",
        "/p/qq, prefix",
        "/pp, none",
        "/users/42, capture",
        "/users/me, literal-beside-capture",
        "/users/, none",
        "/users/42/, none",
        "/users/42/posts/7, two-captures",
        "/users/me/posts/7, two-captures",
        "/r/1, regex",
        "/r/12/x, regex",
        "/r/x, none",
        "/x/r/1, none",
        "/x/../a/b, exact-path",
        "/a//b, exact-path",
        "/%61/b, exact-path"
    })
    void byPath(String path, String route) throws Exception {
        assertThat(answer(gateway, "paths.test", "GET " + path + " HTTP/1.1")).isEqualTo(route);
    }

    @ParameterizedTest
    @CsvSource({"POST, post", "PUT, post", "GET, get", "DELETE, none", "get, none"})
    void byMethod(String method, String route) throws Exception {
        assertThat(answer(gateway, "methods.test", method + " / HTTP/1.1")).isEqualTo(route);
    }

    @ParameterizedTest
    @CsvSource({
        "X-Beta: 1, header",
        "x-BETA:   1, header",
        "X-Beta: 2, none",
        "X-Beta: 11, none",
        "X-Prefix: abc, header-prefix",
        "X-Prefix: ba, none",
        "X-Regex: 123, header-regex",
        "X-Regex: 123a, none",
        "X-There:, header-there",
        "X-There: anything, header-there",
        "Y: 1, none"
    })
    void byHeader(String field, String route) throws Exception {
        assertThat(answer(gateway, "headers.test", "GET / HTTP/1.1", field)).isEqualTo(route);
    }

    @Test
    void byAnyOfSeveralFieldsOfOneName() throws Exception {
        assertThat(answer(gateway, "headers.test", "GET / HTTP/1.1", "X-Beta: 0", "X-Beta: 1"))
                .isEqualTo("header");
    }

    @Test
    void byAHeaderThatIsNotThere() throws Exception {
        assertThat(answer(gateway, "absent.test", "GET / HTTP/1.1")).isEqualTo("header-not-there");
        assertThat(answer(gateway, "absent.test", "GET / HTTP/1.1", "X-There: 1"))
                .isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({
        "/?a=1%202, query",
        "/?a=1+2, query",
        "/?x=y&a=1%202&z, query",
        "/?%61=1%202, query",
        "/?a=1, none",
        "/?a=1%202x, none",
        "/?b, query-there",
        "/?b=, query-there",
        "/?bb=1, none",
        "/, none"
    })
    void byQuery(String path, String route) throws Exception {
        assertThat(answer(gateway, "query.test", "GET " + path + " HTTP/1.1")).isEqualTo(route);
    }

    @Test
    void byClientAddress() throws Exception {
        assertThat(answer(gateway, "client.test", "GET / HTTP/1.1")).isEqualTo("local");
        assertThat(answer(gateway, "other.test", "GET / HTTP/1.1")).isEqualTo("none");
    }

    @Test
    void answers404WithItsCauseWhereNoneMatches() throws Exception {
        try (RawPeer client = gateway.client()) {
            client.send(get("/"));

            expectFailure(client, Failure.NO_ROUTE);
        }
    }

    @Test
    void answers404AlsoToABody() throws Exception {
        try (RawPeer client = gateway.client()) {
            client.send(request("POST / HTTP/1.1", "Content-Length: 4") + "data");

            expectFailure(client, Failure.NO_ROUTE);
        }
    }

    // ---- precedence

    private static String first(String... rows) throws IOException {
        try (RunningGateway other = RunningGateway.of(LISTENER + String.join("", rows))) {
            return answer(other, "a.example.com", "GET /x/y?q=1 HTTP/1.1", "X-One: 1");
        }
    }

    private static String prioritised(String name, int priority, String match) {
        return row(name, match).replace("name: ", "priority: " + priority + ", name: ");
    }

    @Test
    void prefersTheMoreSpecificHostToTheMoreSpecificPath() throws Exception {
        assertThat(first(
                        row("any-host", "path: /x/y"),
                        row("wildcard", "host: \"*.example.com\", path: /x/**"),
                        row("exact", "host: a.example.com")))
                .isEqualTo("exact");
        assertThat(first(row("any-host", "path: /x/y"), row("wildcard", "host: \"*.example.com\", path: /x/**")))
                .isEqualTo("wildcard");
    }

    @Test
    void prefersTheMoreSpecificPathToMorePredicates() throws Exception {
        assertThat(first(
                        row("prefix", "path: /x/**, headers: { x-one: \"1\" }, query: { q: \"1\" }"),
                        row("capture", "path: \"/x/{a}\""),
                        row("exact", "path: /x/y")))
                .isEqualTo("exact");
        assertThat(first(row("prefix", "path: /x/**, method: GET"), row("capture", "path: \"/x/{a}\"")))
                .isEqualTo("capture");
    }

    @Test
    void prefersMorePredicatesToPriority() throws Exception {
        assertThat(first(
                        prioritised("important", 10, "path: /x/y"),
                        row("specific", "path: /x/y, headers: { x-one: \"1\" }")))
                .isEqualTo("specific");
    }

    @Test
    void prefersPriorityToFileOrder() throws Exception {
        assertThat(first(row("first", "path: /x/y"), prioritised("important", 1, "path: /x/y")))
                .isEqualTo("important");
    }

    @Test
    void prefersTheFirstInTheFileLast() throws Exception {
        assertThat(first(row("first", "path: /x/y"), row("second", "path: /x/y")))
                .isEqualTo("first");
    }

    @Test
    void goesOnToLessSpecificRoutesWhereAPredicateFails() throws Exception {
        assertThat(first(
                        row("exact", "host: a.example.com, path: /x/y, headers: { x-one: \"2\" }"),
                        row("capture", "host: a.example.com, path: \"/x/{a}\", method: POST"),
                        row("wildcard", "host: \"*.example.com\", query: { q: \"2\" }"),
                        row("any", "path: /x/**")))
                .isEqualTo("any");
    }

    @Test
    void takesLongForNoRegularExpression() throws Exception {
        String yaml = LISTENER + row("bad-for-backtracking", "pathRegex: \"/(a+)+b\"");
        try (RunningGateway other = RunningGateway.of(yaml)) {
            assertThat(answer(other, "a", "GET /" + "a".repeat(20_000) + " HTTP/1.1"))
                    .isEqualTo("none");
            assertThat(List.of(answer(other, "a", "GET /" + "a".repeat(20_000) + "b HTTP/1.1")))
                    .containsExactly("bad-for-backtracking");
        }
    }
}
