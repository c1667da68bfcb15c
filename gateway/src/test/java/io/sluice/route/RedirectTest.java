package io.sluice.route;

import static io.sluice.route.Rows.route;
import static io.sluice.route.Rows.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.http.Head;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedirectTest {

    @ParameterizedTest
    @CsvSource({
        "https://{host}{path},            http://A.test:8080/x/y,     https://A.test/x/y",
        "https://{host}{path}?{query},    http://a.test/x?b=1&c,      https://a.test/x?b=1&c",
        "https://{host}{path}?{query},    http://a.test/x,            https://a.test/x",
        "https://{host}{path}?x=1&{query}, http://a.test/x,           https://a.test/x?x=1",
        "https://{host}:8443{path},       http://a.test/,             https://a.test:8443/",
        "https://{host}/,                 'http://[::1]:80/',         'https://[::1]/'",
        "/new{path},                      http://a.test/x%20y,        /new/x%20y",
        "{path},                          http://a.test/x,            /x",
        "/search?from={path},             http://a.test/x,            /search?from=/x",
        "https://other.test,              http://a.test/x,            https://other.test",
    })
    void fillsInWhatTheRequestHas(String location, String url, String expected) {
        assertThat(location(route("r").redirect(location), Requests.get(url))).isEqualTo(expected);
    }

    @Test
    void fillsInCaptures() {
        Rows row = route("r").path("/u/{id}/**").redirect("https://{id}.users.test/{tail}?of={id}");

        assertThat(location(row, Requests.get("http://h/u/ann-7/a/b%20c")))
                .isEqualTo("https://ann-7.users.test/a/b%20c?of=ann-7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.test", "x@evil.test", "evil.test:80", "a%2Eevil", "evil.test%23", "a_b", "a,b"})
    void refusesACaptureThatWouldChangeTheHost(String value) {
        Rows row = route("r").pathRegex("/r(?P<rest>.+)").redirect("https://users.test{rest}");
        Rows label = route("r").path("/{id}/**").redirect("https://{id}.users.test/");

        assertThat(location(row, Requests.raw("GET", "http://h/r" + value))).isNull();
        assertThat(location(label, Requests.raw("GET", "http://h/" + value + "/x")))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "{path},         //evil.test/x,          /evil.test/x",
        "{path},         ///evil.test,           /evil.test",
        "/{tail},        /old//evil.test/x,      /evil.test/x",
        "{tail},         /old/https:evil.test,   /https:evil.test",
        "{tail},         /old//evil.test,        /evil.test",
    })
    void neverLeavesTheHostByAPath(String location, String path, String expected) {
        Rows row = location.equals("{path}") ? route("r") : route("r").path("/old/**");

        assertThat(location(row.redirect(location), Requests.raw("GET", "http://h" + path)))
                .isEqualTo(expected);
    }

    @Test
    void escapesWhatMayNotStandInALocation() {
        assertThat(location(route("r").redirect("/a b/\u00e9\r\nX: y\\{path}"), Requests.get("http://h/z")))
                .isEqualTo("/a%20b/%C3%A9%0D%0AX:%20y%5C/z");
        assertThat(location(route("r").redirect("/q?{query}"), Requests.get("http://h/?a={b}\\|`")))
                .isEqualTo("/q?a=%7Bb%7D%5C%7C%60");
    }

    @Test
    void keepsAnEncodedLineEndEncoded() {
        assertThat(location(route("r").redirect("https://{host}{path}"), Requests.get("http://h/a%0d%0aX-A:b")))
                .isEqualTo("https://h/a%0D%0AX-A:b");
    }

    @Test
    void hasNoLocationWithoutAHost() {
        Head head = Requests.parsed("GET /x HTTP/1.0\r\n\r\n");

        assertThat(location(route("r").redirect("https://{host}{path}"), head)).isNull();
    }

    @Test
    void hasNoLocationForTheAsteriskOfOptions() {
        assertThat(location(route("r").redirect("https://{host}{path}"), Requests.request("OPTIONS", "*")))
                .isNull();
    }

    @Test
    void namesWhatATemplateMayUse() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table(route("r").path("/a/{id}").redirect("/{what}")))
                .withMessage("location: {what} (expected: one of [host, id, path, query])");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table(route("r").redirect("/{path")))
                .withMessage("location: /{path (expected: a '}' for each '{')");
    }

    private static String location(Rows row, Head head) {
        return table(row).routes().getFirst().action() instanceof Action.Redirect redirect
                ? redirect.location(head)
                : "no redirect";
    }
}
