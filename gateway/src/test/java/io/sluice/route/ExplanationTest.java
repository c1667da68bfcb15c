package io.sluice.route;

import static io.sluice.route.Rows.route;
import static io.sluice.route.Rows.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.RouteConfig;
import io.sluice.config.RouteConfig.Field;
import io.sluice.config.RouteConfig.Share;
import io.sluice.config.RouteConfig.ValuePattern;
import io.sluice.http.Head;
import io.sluice.route.Explanation.Missed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ExplanationTest {

    @Test
    void namesTheFirstThingThatSpeaksAgainstEachRoute() {
        RouteTable table = table(
                route("host").host("b.test", "*.b.test").path("/a"),
                route("path").host("a.test").path("/a/{id}/x"),
                route("method").host("a.test").path("/a").method("PUT", "POST"),
                route("client").host("a.test").path("/a").client("10.0.0.0", 8),
                route("header").host("a.test").path("/a").header("x-beta", "1"),
                route("absent").host("a.test").path("/a").header("x-user", new ValuePattern.Absent()),
                route("prefix").host("a.test").path("/a").query("q", new ValuePattern.Prefix("z")),
                route("regex").host("a.test").path("/a").query("p", new ValuePattern.Regex("[0-9]+")),
                route("present").host("a.test").path("/a").header("x-a", new ValuePattern.Present()),
                route("rest"));
        Head head = Requests.get("http://a.test/a?q=x&q=y", "X-User: ann");

        Explanation explanation = table.explain(head, Requests.CLIENT);

        assertThat(explanation.missed().stream().map(Missed::toString))
                .containsExactlyInAnyOrder(
                        "host: b.test, *.b.test (got a.test)",
                        "path: /a/{id}/x (got /a)",
                        "method: POST, PUT (got GET)",
                        "client: 10.0.0.0/8 (got 192.0.2.1)",
                        "header x-beta: \"1\" (got nothing)",
                        "header x-user: absent (got \"ann\")",
                        "query q: prefix \"z\" (got \"x\", \"y\")",
                        "query p: regex \"[0-9]+\" (got nothing)",
                        "header x-a: present (got nothing)");
        assertThat(explanation.found().route().name()).isEqualTo("rest");
        assertThat(explanation.others()).isEmpty();
    }

    @Test
    void leavesOutRoutesThatStandBehind() {
        RouteTable table = table(
                route("rest"), route("found").path("/a/**"), route("better").path("/a/b"));

        Explanation explanation = table.explain(Requests.get("http://h/a/c"), Requests.CLIENT);

        assertThat(explanation.missed().stream().map(Missed::route)).containsExactly("better");
    }

    @Test
    void showsARouteOnceWhateverHostsItHas() {
        RouteTable table = table(
                route("several").host("b.test", "c.test", "*.test").path("/x"),
                route("found").host("*.test", "a.test"));

        Explanation explanation = table.explain(Requests.get("http://a.test/"), Requests.CLIENT);

        assertThat(explanation.missed().stream().map(Missed::route)).isEmpty();
        assertThat(explanation.found().host()).isEqualTo("a.test");
        assertThat(table.explain(Requests.get("http://d.test/"), Requests.CLIENT)
                        .missed())
                .containsExactly(new Missed("several", "path", "/x", "/"));
    }

    @Test
    void saysWhatIsDoneWithTheRequest() {
        RouteTable table = table(route("r")
                .host("*.test")
                .path("/users/{id}/**")
                .template("/u/{id}/{tail}")
                .requestHeaders(List.of(new Field("X-A", "1")), List.of(new Field("X-B", "2")), List.of("cookie"))
                .responseHeaders(List.of(), List.of(), List.of("server")));

        Explanation.Found found = table.explain(Requests.get("http://a.test/users/7/x/y"), Requests.CLIENT)
                .found();

        assertThat(found.host()).isEqualTo("*.test");
        assertThat(found.pattern()).isEqualTo("/users/{id}/**");
        assertThat(found.captures()).isEqualTo(Map.of("id", "7", "tail", "x/y"));
        assertThat(found.outcome()).isEqualTo("forward to up");
        assertThat(found.forwardedPath()).isEqualTo("/u/7/x/y");
        assertThat(found.requestEdits()).containsExactly("remove cookie", "set X-A: 1", "add X-B: 2");
        assertThat(found.responseEdits()).containsExactly("remove server");
    }

    @Test
    void saysWhatVariablesStandFor() {
        RouteTable table = table(route("r")
                .path("/users/{id}/**")
                .template("/u/{id}")
                .requestHeaders(
                        List.of(new Field("X-A", "{id} {tail} {path} {client.address}"), new Field("X-B", "{{id}")),
                        List.of(new Field("X-C", "\u20ac {request.id} {scheme} {route}")),
                        List.of()));

        Explanation.Found found = table.explain(Requests.get("http://a.test/users/7/x/y"), Requests.CLIENT)
                .found();

        assertThat(found.requestEdits())
                .containsExactly(
                        "set X-A: 7 x/y /users/7/x/y 192.0.2.1",
                        "set X-B: {id}",
                        "add X-C: \u20ac {request.id} {scheme} r");
    }

    @Test
    void leavesTheHeadAsItIs() {
        Head head = Requests.get("http://h/a/b");
        table(route("r").rewrite("/a", null)).explain(head, Requests.CLIENT);

        assertThat(head.path()).isEqualTo("/a/b");
    }

    @Test
    void saysWhereASplitSendsAKeyAndThatChanceDecidesOtherwise() {
        RouteConfig.Action split = new RouteConfig.Action.Split(
                List.of(new Share("a", 95), new Share("b", 5)), new RouteConfig.Key.Header("x-user"));
        RouteTable table = table(route("r").action(split));
        String chosen = table.explain(Requests.get("http://h/", "x-user: ann"), Requests.CLIENT)
                .found()
                .outcome();

        assertThat(chosen).matches("forward to [ab], of a 95, b 5");
        assertThat(table.explain(Requests.get("http://h/"), Requests.CLIENT)
                        .found()
                        .outcome())
                .isEqualTo("forward to one by chance, of a 95, b 5");
    }

    @Test
    void showsRedirectsAndAnswersAndWhatIsRefused() {
        assertThat(outcome(route("r").redirect("https://{host}{path}"), "http://a.test/x"))
                .isEqualTo("redirect 308 to https://a.test/x");
        assertThat(outcome(route("r").path("/{id}").redirect("https://{id}.test/"), "http://a.test/x.y"))
                .isEqualTo("refused: 400 request-target");
        assertThat(outcome(route("r").action(new RouteConfig.Action.Respond(200, "text/plain", "\u20ac")), "http://h/"))
                .isEqualTo("answer 200, text/plain, 3 bytes");
    }

    @Test
    void saysThatATemplateMakesNoPath() {
        RouteTable table = table(route("r").pathRegex("/x(?P<dots>[.]*)").template("/{dots}"));

        assertThat(table.explain(Requests.get("http://h/x.."), Requests.CLIENT)
                        .found()
                        .forwardedPath())
                .isEqualTo("refused: 400 request-path");
    }

    @Test
    void showsAtMostFiftyTheNearestOnesAndCountsTheRest() {
        List<RouteConfig> rows = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            rows.add(route("host-" + i).host("h" + i + ".test").path("/x").config());
            rows.add(route("path-" + i).host("a.test").path("/p" + i).config());
        }
        for (int i = 0; i < 20; i++) {
            rows.add(route("method-" + i)
                    .host("a.test")
                    .path("/x/**")
                    .method("M" + i)
                    .config());
            rows.add(route("near-" + i).host("a.test").path("/x/y" + i).config());
        }
        Explanation explanation = table(rows).explain(Requests.get("http://a.test/x/z"), Requests.CLIENT);

        List<String> shown = explanation.missed().stream().map(Missed::route).toList();
        assertThat(shown).hasSize(Explanation.SHOWN);
        assertThat(shown.stream().filter(name -> name.startsWith("method-"))).hasSize(20);
        assertThat(shown.stream().filter(name -> name.startsWith("near-"))).hasSize(20);
        assertThat(shown.stream().filter(name -> name.startsWith("path-"))).hasSize(10);
        assertThat(explanation.others()).isEqualTo(Map.of("host", 1_000, "path", 990));
        assertThat(explanation.found()).isNull();
    }

    @Test
    void printsForATerminal() {
        RouteTable table = table(
                route("orders-write").host("api.test").path("/orders/**").method("POST"),
                route("beta").host("beta.test").path("/orders/**"),
                route("orders").host("api.test").path("/orders/**").rewrite("/orders", "/v2"));

        assertThat(table.explain(Requests.get("http://api.test/orders/7?a=b"), Requests.CLIENT)
                        .text())
                .isEqualTo("""
                        GET api.test/orders/7?a=b
                          no   orders-write  method: POST (got GET)
                          no   beta          host: beta.test (got api.test)
                          yes  orders        host: api.test, path: /orders/**
                                 {tail}      7
                                 action      forward to up
                                 path        /v2/7
                        """);
    }

    @Test
    void printsThatNoRouteMatches() {
        assertThat(table(route("a").path("/a"))
                        .explain(Requests.request("OPTIONS", "*"), Requests.CLIENT)
                        .text())
                .isEqualTo("""
                        OPTIONS any.test *
                          no   a  path: /a (got *)
                          none  no route matches: 404
                        """);
    }

    @Test
    void printsTheCountOfTheRest() {
        List<RouteConfig> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            rows.add(route("r" + i).host("h" + i + ".test").config());
        }
        assertThat(table(rows)
                        .explain(Requests.get("http://a.test/"), Requests.CLIENT)
                        .text())
                .contains("  no   10 more: 10 by host\n");
    }

    private static String outcome(Rows row, String url) {
        return table(row).explain(Requests.get(url), Requests.CLIENT).found().outcome();
    }
}
