package io.sluice.config;

import static io.sluice.config.Configs.assertRouteProblems;
import static io.sluice.config.Configs.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.RouteConfig.HostPattern;
import io.sluice.config.RouteConfig.Match;
import io.sluice.config.RouteConfig.PathPattern;
import io.sluice.config.RouteConfig.Segment;
import io.sluice.config.RouteConfig.ValuePattern;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatchReaderTest {
    private static Match match(String entries) {
        return route("match: { " + entries + " }\nto: app").match();
    }

    private static void assertMatchProblem(String entries, String message) {
        assertRouteProblems("match: { " + entries + " }\nto: app", "routes[0].match" + message);
    }

    @Test
    void readsHosts() {
        assertThat(match("host: API.example.com").hosts()).containsExactly(new HostPattern("api.example.com", false));
        assertThat(match("host: ['*.Example.com', localhost, 10.0.0.1, '[::1]']")
                        .hosts())
                .containsExactly(
                        new HostPattern("example.com", true),
                        new HostPattern("localhost", false),
                        new HostPattern("10.0.0.1", false),
                        new HostPattern("[::1]", false));
    }

    @Test
    void readsMethods() {
        assertThat(match("method: GET").methods()).containsExactly("GET");
        assertThat(match("method: [PUT, GET]").methods()).containsExactly("PUT", "GET");
        assertThat(match("methods: [PURGE, GET]").methods()).containsExactly("PURGE", "GET");
    }

    @Test
    void readsClients() {
        assertThat(match("client: 10.0.0.0/8").clients())
                .containsExactly(new Network(InetAddress.ofLiteral("10.0.0.0"), 8));
        assertThat(match("client: ['::1', 192.0.2.0/25]").clients())
                .containsExactly(
                        new Network(InetAddress.ofLiteral("::1"), 128),
                        new Network(InetAddress.ofLiteral("192.0.2.0"), 25));
    }

    @Test
    void readsPatternsOfHeadersInLowerCase() {
        String headers = "headers: { X-A: 1, x-b: { prefix: p }, x-c: { regex: 'r+' }, x-d: { present: true },"
                + " x-e: { present: false }, x-f: '' }";

        assertThat(match(headers).headers())
                .containsExactly(
                        Map.entry("x-a", new ValuePattern.Equal("1")),
                        Map.entry("x-b", new ValuePattern.Prefix("p")),
                        Map.entry("x-c", new ValuePattern.Regex("r+")),
                        Map.entry("x-d", new ValuePattern.Present()),
                        Map.entry("x-e", new ValuePattern.Absent()),
                        Map.entry("x-f", new ValuePattern.Equal("")));
    }

    @Test
    void readsPatternsOfParametersAsTheyAre() {
        assertThat(match("query: { X-A: ' ä ', 'b c': { prefix: ' ' } }").query())
                .containsExactly(
                        Map.entry("X-A", new ValuePattern.Equal(" ä ")),
                        Map.entry("b c", new ValuePattern.Prefix(" ")));
    }

    @ParameterizedTest
    @CsvSource({
        "/, 1, false",
        "/**, 0, true",
        "/a, 1, false",
        "/a/, 2, false",
        "/a/**, 1, true",
        "/a/{id}/c, 3, false",
        "/{a}/{b}/**, 2, true",
        "/a%2Fb/ä/c d, 3, false",
        "/...,1, false",
    })
    void readsPathPatterns(String text, int segments, boolean tail) {
        PathPattern.Segments pattern =
                (PathPattern.Segments) match("path: '" + text + "'").path();

        assertThat(pattern.text()).isEqualTo(text);
        assertThat(pattern.segments()).hasSize(segments);
        assertThat(pattern.tail()).isEqualTo(tail);
    }

    @Test
    void readsSegmentsOfPaths() {
        PathPattern.Segments pattern =
                (PathPattern.Segments) match("path: '/a/{b_1}/'").path();

        assertThat(pattern.segments())
                .isEqualTo(List.of(new Segment("a", false), new Segment("b_1", true), new Segment("", false)));
    }

    @Test
    void readsRegularExpressions() {
        assertThat(match("pathRegex: '/a/[^/]+(/b)?'").path()).isEqualTo(new PathPattern.Regex("/a/[^/]+(/b)?"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a               | a path such as /exact, /prefix/**, or /a/{id}/b) (did you mean /a?
            *               | a path such as /exact, /prefix/**, or /a/{id}/b) (did you mean /*?
            /a*             | ** only at the end, after a slash) ({name} stands for one segment
            /a**            | ** only at the end, after a slash) ({name} stands for one segment
            /**/a           | ** only at the end, after a slash) ({name} stands for one segment
            /**/**          | ** only at the end, after a slash) ({name} stands for one segment
            /a//b           | no empty segment
            //              | no empty segment
            //**            | no empty segment
            /./a            | no . or .. segment, requests are matched without them
            /a/..           | no . or .. segment, requests are matched without them
            /a/%2e%2E/b     | no . or .. segment, requests are matched without them
            /a?b            | a path without query and fragment
            /a#b            | a path without query and fragment
            /a\\b           | a path without backslashes and control characters
            /a%             | two hexadecimal digits after %, not 00) (write %25 for a plain %
            /a%4            | two hexadecimal digits after %, not 00) (write %25 for a plain %
            /a%zz           | two hexadecimal digits after %, not 00) (write %25 for a plain %
            /a%00           | two hexadecimal digits after %, not 00) (write %25 for a plain %
            /{}             | a capture named like {id}: letters, digits and _
            /{a-b}          | a capture named like {id}: letters, digits and _
            /{1a}           | a capture named like {id}: letters, digits and _
            /{tail}         | a capture with another name: {tail} has a meaning of its own
            /{a}/{a}        | captures of different names, {a} is there twice
            /a{b}           | a capture that is a whole segment) (pathRegex can capture less than a segment
            /{a}{b}         | a capture named like {id}: letters, digits and _
            /a}             | a capture that is a whole segment) (pathRegex can capture less than a segment
            """)
    void refusesOtherPaths(String path, String expected) {
        assertMatchProblem("path: §'" + path + "'", ".path: " + Shown.value(path) + " (expected: " + expected + ")");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            (               | a regular expression) (missing closing ): "("
            [a              | a regular expression) (missing closing ]: "[a"
            a**             | a regular expression) (invalid nested repetition operator: **
            (?=a)           | a regular expression) (invalid or unsupported Perl syntax: "(?="
            ([a-z]+)\\1     | a regular expression) (invalid escape sequence: "\\1"
            a{1001}         | a regular expression) (invalid repeat count: "{1001}"
            (a{999}){999}   | less repetition, and groups at most 100 deep
            (?P<host>.*)    | a group with another name than host
            """)
    void refusesOtherExpressions(String regex, String expected) {
        assertMatchProblem(
                "pathRegex: §'" + regex + "'", ".pathRegex: " + Shown.value(regex) + " (expected: " + expected + ")");
    }

    @Test
    void refusesEmptyAndLongExpressions() {
        assertMatchProblem("pathRegex: §''", ".pathRegex: \"\" (expected: a regular expression)");
        String longest = "a".repeat(Regexes.LONGEST);
        assertThat(match("pathRegex: " + longest).path()).isEqualTo(new PathPattern.Regex(longest));
        assertMatchProblem(
                "pathRegex: §" + longest + "a",
                ".pathRegex: " + Shown.value(longest) + " (expected: at most 1000 characters)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            example.com:80       | a host name such as api.example.com or *.example.com) (a host is matched without its port
            *                    | a host name such as api.example.com or *.example.com) (leave host out for any host
            a.*                  | a host name such as api.example.com or *.example.com) (a * may only stand for whole labels at the start
            *.*.a                | a host name such as api.example.com or *.example.com) (a * may only stand for whole labels at the start
            http://a             | a host name such as api.example.com or *.example.com) (the host alone, without scheme and path
            a/b                  | a host name such as api.example.com or *.example.com) (the host alone, without scheme and path
            a.                   | a host name without a dot at its end
            *.                   | a host name: letters, digits, - and _, with dots between
            .a                   | a host name: letters, digits, - and _, with dots between
            a b                  | a host name: letters, digits, - and _, with dots between
            ::1                  | a host name such as api.example.com or *.example.com) (a host is matched without its port
            [::1                 | a host name such as api.example.com or *.example.com) (a host is matched without its port
            1.2.3                | an IPv4 address: four numbers, 0..255
            *.bücher.example     | a host name: letters, digits, - and _, with dots between) (did you mean *.xn--bcher-kva.example?
            """)
    void refusesOtherHosts(String host, String expected) {
        assertMatchProblem("host: §'" + host + "'", ".host: " + Shown.value(host) + " (expected: " + expected + ")");
    }

    @Test
    void refusesHostsThatAreTooLong() {
        String label = "a".repeat(64);
        assertMatchProblem(
                "host: §" + label,
                ".host: " + Shown.value(label)
                        + " (expected: a host name: letters, digits, - and _, with dots between)");
        String name = "a.".repeat(127) + "a";
        assertMatchProblem(
                "host: §" + name, ".host: " + Shown.value(name) + " (expected: a host name of at most 253 characters)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            method: §get                      | .method: get (expected: a method in upper case) (did you mean GET?)
            method: [GET, §'G T']             | .method[1]: "G T" (expected: a method such as GET)
            method: §[]                       | .method: an empty list (expected: a method such as GET)
            method: §{ a: b }                 | .method: keys and values (expected: a method such as GET)
            method: GET, §methods: PUT        | .methods: with method (expected: one of the two)
            path: /a, §pathRegex: /b          | .pathRegex: with path (expected: one of the two)
            client: §10.0.0                   | .client: 10.0.0 (expected: a network such as 10.0.0.0/8 or an address)
            client: §10.0.0.0/33              | .client: 10.0.0.0/33 (expected: a prefix length, 0..32)
            client: §'::/129'                 | .client: ::/129 (expected: a prefix length, 0..128)
            client: §10.0.0.0/08              | .client: 10.0.0.0/08 (expected: a prefix length, 0..32)
            client: §10.0.0.0/-1              | .client: 10.0.0.0/-1 (expected: a prefix length, 0..32)
            client: §'2001:db8::1/32'         | .client: 2001:db8::1/32 (expected: no bits after the prefix) (did you mean 2001:db8:0:0:0:0:0:0/32?)
            client: §'::ffff:10.0.0.1/104'    | .client: ::ffff:10.0.0.1/104 (expected: an IPv4 address in its own form) (did you mean 10.0.0.1?)
            headers: §x-a                     | .headers: x-a (expected: names with values or patterns)
            headers: { x-a: §[b] }            | .headers.x-a: a list (expected: a header value)
            headers: { x-a: §' b' }           | .headers.x-a: " b" (expected: no space at the start or end)
            headers: { §x-a: }                | .headers.x-a: no value (expected: a header value)
            headers: { §x-a: null }           | .headers.x-a: no value (expected: a header value) (put it in quotes if the text null is meant)
            headers: { §'x:a': b }            | .headers: x:a (expected: a header name such as x-request-id)
            headers: { x-a: §{} }             | .headers.x-a: empty (expected: one of prefix, regex, present)
            headers: { x-a: { prefix: §'' } } | .headers.x-a.prefix: "" (expected: the start of a value) (use present: true for any value)
            headers: { x-a: { regex: §'(' } } | .headers.x-a.regex: "(" (expected: a regular expression) (missing closing ): "(")
            headers: { x-a: { present: §1 } } | .headers.x-a.present: 1 (expected: one of true, false)
            headers: { x-a: { §prefx: a } }   | .headers.x-a: unknown key "prefx" (did you mean "prefix"?)
            query: { §'': a }                 | .query: "" (expected: a parameter name)
            §hots: a                          | : unknown key "hots" (did you mean "host"?)
            """)
    void tellsWhatIsWrongInAMatch(String entries, String message) {
        assertMatchProblem(entries, message);
    }

    @Test
    void wantsOnePatternForAValue() {
        assertMatchProblem(
                "headers: { x-a: §{ prefix: a, regex: b } }",
                ".headers.x-a: 2 keys (expected: one of prefix, regex, present)");
    }

    @Test
    void comparesHeaderNamesWithoutCase() {
        assertRouteProblems(
                "match: { headers: { x-a: b, §X-A: c } }\nto: app",
                "duplicate key \"X-A\" (header names are compared without case)");
    }
}
