package io.sluice.config;

import static io.sluice.config.Configs.assertRouteProblems;
import static io.sluice.config.Configs.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.RouteConfig.Field;
import io.sluice.config.RouteConfig.HeaderEdits;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderEditsReaderTest {
    private static final String OURS = "frames the message or manages the connection, the gateway writes it itself";

    @Test
    void readsEdits() {
        HeaderEdits edits = route("""
                        to: app
                        requestHeaders:
                          set: { X-A: 1, Host: internal.example:8080, x-empty: "" }
                          add: { x-b: [one, two], X-C: "ä\\t!" }
                          remove: [Cookie, x-d]
                        """).requestHeaders();

        assertThat(edits)
                .isEqualTo(new HeaderEdits(
                        List.of(
                                new Field("X-A", "1"),
                                new Field("Host", "internal.example:8080"),
                                new Field("x-empty", "")),
                        List.of(new Field("x-b", "one"), new Field("x-b", "two"), new Field("X-C", "ä\t!")),
                        List.of("Cookie", "x-d")));
    }

    @Test
    void readsEditsOfResponses() {
        RouteConfig route = route("to: app\nresponseHeaders: { remove: server }");

        assertThat(route.responseHeaders()).isEqualTo(new HeaderEdits(List.of(), List.of(), List.of("server")));
        assertThat(route.requestHeaders()).isSameAs(HeaderEdits.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "content-length",
                "Transfer-Encoding",
                "keep-alive",
                "Upgrade",
                "TE",
                "trailer",
                "proxy-connection"
            })
    void refusesFieldsThatFrameTheMessageOrManageTheConnection(String name) {
        String message = name + " (expected: a header that routes may edit) (" + name + " " + OURS + ")";
        assertRouteProblems(
                "to: app\nrequestHeaders: { set: { §" + name + ": a }, add: { §" + name + ": a }, remove: §" + name
                        + " }",
                "routes[0].requestHeaders.set: " + message,
                "routes[0].requestHeaders.add: " + message,
                "routes[0].requestHeaders.remove: " + message);
        assertRouteProblems(
                "to: app\nresponseHeaders: { set: { §" + name + ": a } }", "routes[0].responseHeaders.set: " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            set: §x-a                   | .set: x-a (expected: header names with values)
            set: { x-a: §[b] }          | .set.x-a: a list (expected: a header value)
            set: { §x-a: }              | .set.x-a: no value (expected: a header value)
            set: { x-a: §"a\\r\\nb" }   | .set.x-a: "a\\r\\nb" (expected: a header value without control characters)
            set: { x-a: §"\\x7F" }      | .set.x-a: "\\u007F" (expected: a header value without control characters)
            set: { x-a: §'a ' }         | .set.x-a: "a " (expected: no space at the start or end)
            add: { x-a: [a, §' b'] }    | .add.x-a[1]: " b" (expected: no space at the start or end)
            add: { x-a: §[] }           | .add.x-a: an empty list (expected: a header value)
            remove: §{ x-a: b }         | .remove: keys and values (expected: a header name such as x-request-id)
            set: { host: §'a b' }       | .set.host: "a b" (expected: a host, or host:port)
            set: { Host: §'a:0' }       | .set.Host: a:0 (expected: a host, or host:port)
            add: { §host: a }           | .add: host (expected: a header other than host) (a request has one Host, use set to change it)
            remove: §Host               | .remove: Host (expected: a header other than host) (a request has one Host, use set to change it)
            §replace: {}                | : unknown key "replace" (the keys here are set, add, remove)
            """)
    void tellsWhatIsWrongInEdits(String entry, String message) {
        assertRouteProblems("to: app\nrequestHeaders: { " + entry + " }", "routes[0].requestHeaders" + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {clientaddress} | {clientaddress}    | did you mean "client.address"?
            a {ids} b       | a {ids} b          | did you mean "id"?
            {cookie}        | {cookie}           | write {{ for a plain {
            {client-ip}     | {client-ip}        | write {{ for a plain {
            """)
    void tellsWhichVariablesThereAre(String value, String shown, String hint) {
        String all =
                "{id}, {tail}, {client.address}, {host}, {method}, {path}, {query}, {request.id}, {route}, {scheme}";
        assertRouteProblems(
                "to: app\nmatch: { path: \"/a/{id}/**\" }\nresponseHeaders: { set: { x-a: §\"" + value + "\" } }",
                "routes[0].responseHeaders.set.x-a: \"" + shown + "\" (expected: only " + all + ") (" + hint + ")");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{id} {tail} {client.address} {host} {method} {path} {query} {request.id} {route} {scheme}",
                "{{whatever}",
                "{\\\"group\\\": [1]}",
                "{} { } {1} }",
                "{"
            })
    void takesVariablesAndOtherBraces(String value) {
        RouteConfig route =
                route("to: app\nmatch: { path: \"/a/{id}/**\" }\nrequestHeaders: { add: { x-a: \"" + value + "\" } }");

        assertThat(route.requestHeaders().add()).containsExactly(new Field("x-a", value.replace("\\\"", "\"")));
    }

    @Test
    void tellsOfAVariableWithoutAnEnd() {
        assertRouteProblems(
                "to: app\nrequestHeaders: { set: { x-a: §\"{{a} {host\" } }",
                "routes[0].requestHeaders.set.x-a: \"{{a} {host\" (expected: a } after the name of a variable)"
                        + " (write {{ for a plain {)");
    }

    @Test
    void limitsTheNumberOfVariables() {
        String most = "{path}".repeat(HeaderTemplate.MOST_VARIABLES);

        assertThat(route("to: app\nrequestHeaders: { set: { x-a: \"" + most + "\" } }")
                        .requestHeaders()
                        .set())
                .hasSize(1);
        assertRouteProblems(
                "to: app\nrequestHeaders: { set: { x-a: §\"" + most + "{host}\" } }",
                "routes[0].requestHeaders.set.x-a: " + Shown.value(most + "{host}")
                        + " (expected: at most 32 variables)");
    }

    @Test
    void refusesVariablesInTheHostOfARequest() {
        assertRouteProblems(
                "to: app\nrequestHeaders: { set: { host: §\"{host}.internal\" } }",
                "routes[0].requestHeaders.set.host: \"{host}.internal\" (expected: a host, or host:port)"
                        + " (no variables here: clients must not choose the host)");
        assertThat(route("to: app\nresponseHeaders: { set: { host: \"{host}.internal\" } }")
                        .responseHeaders()
                        .set())
                .hasSize(1);
    }

    @Test
    void judgesNoVariablesWhereThePathIsWrong() {
        assertRouteProblems(
                "to: app\nmatch: { path: §\"a/{id}\" }\nrequestHeaders: { set: { x-a: \"{id}\" } }",
                "routes[0].match.path: \"a/{id}\" (expected: a path such as /exact, /prefix/**, or /a/{id}/b)"
                        + " (did you mean /a/{id}?)");
    }

    @Test
    void comparesNamesWithoutCase() {
        assertRouteProblems(
                "to: app\nrequestHeaders: { set: { x-a: b, §X-A: c } }",
                "duplicate key \"X-A\" (names are compared without case, it is already on line 6)");
    }

    @Test
    void limitsTheLengthOfValues() {
        String longest = "a".repeat(HttpSyntax.LONGEST_VALUE);

        assertThat(route("to: app\nrequestHeaders: { set: { x-a: " + longest + " } }")
                        .requestHeaders()
                        .set())
                .containsExactly(new Field("x-a", longest));
        assertRouteProblems(
                "to: app\nrequestHeaders: { set: { x-a: §" + longest + "a } }",
                "routes[0].requestHeaders.set.x-a: " + Shown.value(longest) + " (expected: at most 8192 characters)");
    }
}
