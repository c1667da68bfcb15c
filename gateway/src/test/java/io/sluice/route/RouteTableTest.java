package io.sluice.route;

import static io.sluice.route.Rows.route;
import static io.sluice.route.Rows.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.config.RouteConfig;
import io.sluice.config.RouteConfig.ValuePattern;
import io.sluice.http.Head;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteTableTest {

    @Test
    void findsNothingInAnEmptyTable() {
        assertThat(table().find(Requests.get("http://a.test/"), Requests.CLIENT))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "api.test,        exact",
        "API.Test,        exact",
        "api.test.,       exact",
        "api.test:8080,   exact",
        "x.api.test,      deep",
        "y.x.API.test,    deep",
        "www.test,        shallow",
        "test,            any",
        "apitest,         any",
        "xapi.test,       shallow",
        "api.test.org,    any",
        "'[::1]:80',      six",
        "'[::2]',         any",
        "127.0.0.1,       four",
    })
    void findsTheMostSpecificHost(String host, String expected) {
        RouteTable table = table(
                route("any"),
                route("shallow").host("*.test"),
                route("deep").host("*.api.test"),
                route("exact").host("api.test"),
                route("six").host("::1"),
                route("four").host("127.0.0.1"));

        assertThat(found(table, "http://" + host + "/")).isEqualTo(expected);
    }

    @Test
    void fallsBackToLessSpecificHosts() {
        RouteTable table = table(
                route("any"),
                route("wild").host("*.test").path("/a/**"),
                route("wilder").host("*.b.test").path("/a/b/**"),
                route("exact").host("x.b.test").path("/a/b/c"));

        assertThat(found(table, "http://x.b.test/a/b/c")).isEqualTo("exact");
        assertThat(found(table, "http://x.b.test/a/b/d")).isEqualTo("wilder");
        assertThat(found(table, "http://x.b.test/a/c")).isEqualTo("wild");
        assertThat(found(table, "http://x.b.test/")).isEqualTo("any");
    }

    @Test
    void servesARequestWithoutHostByRoutesForAnyHost() {
        RouteTable table = table(route("named").host("*.test", "test"), route("any"));
        Head head = Requests.parsed("GET / HTTP/1.0\r\n\r\n");

        assertThat(table.find(head, Requests.CLIENT).name()).isEqualTo("any");
    }

    @Test
    void givesARouteTheSpecificityOfTheHostThatMatches() {
        RouteTable table =
                table(route("both").host("a.test", "*.test"), route("one").host("*.b.test"));

        assertThat(found(table, "http://a.test/")).isEqualTo("both");
        assertThat(found(table, "http://x.b.test/")).isEqualTo("one");
        assertThat(found(table, "http://c.test/")).isEqualTo("both");
    }

    @ParameterizedTest
    @CsvSource({
        "/,               root",
        "/orders,         exact",
        "/orders/,        tail",
        "/orders/7,       capture",
        "/orders/7/,      tail",
        "/orders/new,     literal",
        "/orders/7/items, items",
        "/orders/new/items, items",
        "/orders/7/x/y,   tail",
        "/other,          rest",
        "/Orders,         rest",
        "/slash/,         slash",
        "/slash,          rest",
        "/caf%C3%A9,      escaped",
        "/a%20b,          spaced",
    })
    void findsTheMostSpecificPath(String path, String expected) {
        RouteTable table = table(
                route("rest").path("/**"),
                route("root").path("/"),
                route("exact").path("/orders"),
                route("tail").path("/orders/**"),
                route("capture").path("/orders/{id}"),
                route("literal").path("/orders/new"),
                route("items").path("/orders/{id}/items"),
                route("slash").path("/slash/"),
                route("escaped").path("/caf%c3%a9"),
                route("spaced").path("/a b"));

        assertThat(found(table, "http://any.test" + path)).isEqualTo(expected);
    }

    @Test
    void matchesTheBareNameOfATailAndAllBelowIt() {
        RouteTable table = table(route("tail").path("/a/**"));

        assertThat(found(table, "http://h/a")).isEqualTo("tail");
        assertThat(found(table, "http://h/a/")).isEqualTo("tail");
        assertThat(found(table, "http://h/a/b/c")).isEqualTo("tail");
        assertThat(found(table, "http://h/ab")).isNull();
        assertThat(found(table, "http://h/")).isNull();
    }

    @Test
    void letsTheFirstDifferenceFromTheLeftDecide() {
        RouteTable table =
                table(route("later").path("/{a}/b/c/d"), route("earlier").path("/a/{b}/**"));

        assertThat(found(table, "http://h/a/b/c/d")).isEqualTo("earlier");
    }

    @Test
    void comesBackFromALiteralThatLeadsNowhere() {
        RouteTable table = table(
                route("deep").path("/a/b/c"),
                route("other").path("/{x}/b/d"),
                route("wide").path("/{x}/**"));

        assertThat(found(table, "http://h/a/b/d")).isEqualTo("other");
        assertThat(found(table, "http://h/a/b/e")).isEqualTo("wide");
    }

    @Test
    void matchesAnEmptySegmentByNoCapture() {
        RouteTable table = table(route("capture").path("/a/{id}"));

        assertThat(found(table, "http://h/a/")).isNull();
        assertThat(found(table, "http://h/a/b")).isEqualTo("capture");
    }

    @Test
    void placesAnExpressionByItsLiteralBeginning() {
        RouteTable table = table(
                route("tail").path("/api/**"),
                route("expression").pathRegex("/api/v[0-9]+/.*"),
                route("capture").path("/api/{version}/users"),
                route("bare").pathRegex(".*/users"),
                route("none"));

        assertThat(found(table, "http://h/api/v1/users")).isEqualTo("capture");
        assertThat(found(table, "http://h/api/v1/orders")).isEqualTo("expression");
        assertThat(found(table, "http://h/api/w/orders")).isEqualTo("tail");
        assertThat(found(table, "http://h/x/users")).isEqualTo("bare");
        assertThat(found(table, "http://h/x/y")).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b/.*,          /a/b/x,    true",
        "^/a/b$,           /a/b,      true",
        "/a/*,             /a,        true",
        "/a/?b,            /ab,       true",
        "/a/{2}b,          /a/b,      false",
        "/a/x|/b/y,        /b/y,      true",
        "/a/[(]x|/b/y,     /b/y,      true",
        "/a/[]|]x|/b/y,    /b/y,      true",
        "'/a/\\Q(\\Ex|/b/y', /b/y,    true",
        "'/a/(\\)x|z)|/b/y', /b/y,    true",
        "/a/(b|c),         /a/c,      true",
        "/(?:a|b)/x,       /b/x,      true",
        "(?i)/A/B/.*,      /a/b/c,    true",
        "/a/b,             /a/b/c,    false",
        "a/b,              /a/b,      false",
        "/a%2Cb/.*,        /a%2cb/c,  true",
        ".*,               /a,        true",
    })
    void matchesAnExpressionWherePlacedOrNot(String expression, String path, boolean matches) {
        RouteTable table = table(route("expression").pathRegex(expression));

        assertThat(found(table, "http://h" + path)).isEqualTo(matches ? "expression" : null);
    }

    @Test
    void givesTheAsteriskToRoutesWithoutAPath() {
        RouteTable table = table(route("tail").path("/**"), route("none"));
        Head head = Requests.request("OPTIONS", "*");

        assertThat(table.find(head, Requests.CLIENT).name()).isEqualTo("none");
        assertThat(table(route("tail").path("/**")).find(head, Requests.CLIENT)).isNull();
        assertThat(table(route("star").pathRegex("\\*"))
                        .find(head, Requests.CLIENT)
                        .name())
                .isEqualTo("star");
    }

    @Test
    void prefersMorePredicatesThenPriorityThenTheFile() {
        RouteTable table = table(
                route("plain").priority(9),
                route("low").method("GET"),
                route("high").method("GET").priority(1),
                route("later").method("GET").priority(1),
                route("two").method("GET").header("x-beta", "1").priority(-5));

        assertThat(found(table, "http://h/", "x-beta: 1")).isEqualTo("two");
        assertThat(found(table, "http://h/")).isEqualTo("high");
        assertThat(table.find(Requests.request("PUT", "http://h/"), Requests.CLIENT)
                        .name())
                .isEqualTo("plain");
    }

    @Test
    void ranksHostBeforePathBeforePredicates() {
        RouteTable table = table(
                route("predicates").method("GET").header("x", new ValuePattern.Present()),
                route("path").path("/a/b"),
                route("host").host("h"));

        assertThat(found(table, "http://h/a/b", "x: 1")).isEqualTo("host");
        assertThat(found(table, "http://i/a/b", "x: 1")).isEqualTo("path");
        assertThat(found(table, "http://i/", "x: 1")).isEqualTo("predicates");
    }

    @Test
    void listsRoutesInFileOrder() {
        RouteTable table = table(route("b"), route("a").host("h"), route("c").path("/"));

        assertThat(table.routes().stream().map(Route::name)).isEqualTo(List.of("b", "a", "c"));
    }

    @Test
    void refusesARouteToAnUnknownUpstream() {
        List<RouteConfig> rows = List.of(route("r").config());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> RouteTable.compile(rows, name -> null, name -> null))
                .withMessage("up: unknown (expected: the name of an upstream)");
    }

    private static String found(RouteTable table, String url, String... fields) {
        Route route = table.find(Requests.get(url, fields), Requests.CLIENT);
        return route == null ? null : route.name();
    }
}
