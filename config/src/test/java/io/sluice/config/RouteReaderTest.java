package io.sluice.config;

import static io.sluice.config.Configs.LISTENER;
import static io.sluice.config.Configs.UPSTREAMS;
import static io.sluice.config.Configs.assertProblems;
import static io.sluice.config.Configs.assertRouteProblems;
import static io.sluice.config.Configs.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.RouteConfig.Action;
import io.sluice.config.RouteConfig.HeaderEdits;
import io.sluice.config.RouteConfig.Limits;
import io.sluice.config.RouteConfig.Match;
import io.sluice.config.RouteConfig.Rewrite;
import io.sluice.config.RouteConfig.Timeouts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteReaderTest {
    @Test
    void fillsInDefaults() {
        assertThat(route("to: app"))
                .isEqualTo(new RouteConfig(
                        "r",
                        new Match(List.of(), null, Set.of(), Map.of(), Map.of(), List.of()),
                        0,
                        new Action.Forward("app"),
                        Rewrite.NONE,
                        HeaderEdits.NONE,
                        HeaderEdits.NONE,
                        new Timeouts(
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(20),
                                Duration.ZERO,
                                Duration.ofHours(1)),
                        new Limits(-1, 240, 32 * 1024, 1 << 20),
                        null,
                        RouteConfig.Guard.NONE));
    }

    @Test
    void readsPriorityTimeoutsAndLimits() {
        RouteConfig route = route("""
                to: app
                priority: -7
                timeouts: { responseHead: 1s, bodyIdle: 2s, bodyGrace: 5s, exchange: 3s, tunnelIdle: 4s }
                limits: { body: 5MiB, bodyRate: 1KiB, requestBuffer: 0B, responseBuffer: 256KiB }
                """);

        assertThat(route.priority()).isEqualTo(-7);
        assertThat(route.timeouts())
                .isEqualTo(new Timeouts(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4)));
        assertThat(route.limits()).isEqualTo(new Limits(5L << 20, 1024, 0, 256 * 1024));
    }

    @Test
    void readsAbsentLimits() {
        RouteConfig route = route("to: app\ntimeouts: { exchange: none }\nlimits: { body: off, bodyRate: none }");

        assertThat(route.timeouts().exchange()).isZero();
        assertThat(route.limits().body()).isEqualTo(-1);
        assertThat(route.limits().bodyRate()).isZero();
    }

    @Test
    void readsALimitThatAllowsNoBody() {
        assertThat(route("to: app\nlimits: { body: 0B }").limits().body()).isZero();
    }

    @Test
    void readsRewritesByPrefix() {
        assertThat(route("to: app\nrewrite: { stripPrefix: /api, addPrefix: /v1/x }")
                        .rewrite())
                .isEqualTo(new Rewrite("/api", "/v1/x", null));
    }

    @Test
    void readsRewritesByTemplate() {
        String lines = "match: { path: '/a/{id}/**' }\nto: app\nrewrite: { path: '/b/{tail}/x-{id}' }";

        assertThat(route(lines).rewrite()).isEqualTo(new Rewrite(null, null, "/b/{tail}/x-{id}"));
    }

    @Test
    void readsNamedGroupsAsCaptures() {
        String lines =
                "match: { pathRegex: '/(?P<year>[0-9]+)/(?<day>.*)' }\nto: app\nrewrite: { path: '/{day}/{year}' }";

        assertThat(route(lines).rewrite().template()).isEqualTo("/{day}/{year}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            priority: §1.5                    | priority: 1.5 (expected: a whole number, -1000000..1000000)
            priority: §1000001                | priority: 1000001 (expected: -1000000..1000000)
            timeouts: { responseHead: §none } | timeouts.responseHead: none (expected: a duration such as 250ms, 10s, 5m, 1h)
            timeouts: { bodyIdle: §0s }       | timeouts.bodyIdle: 0s (expected: > 0)
            timeouts: { exchange: §-1s }      | timeouts.exchange: -1s (expected: > 0, or none)
            timeouts: { tunnelIdle: §5 }      | timeouts.tunnelIdle: 5 (expected: a duration such as 250ms, 10s, 5m, 1h) (did you mean 5s?)
            timeouts: { §idle: 5s }           | timeouts: unknown key "idle" (the keys here are responseHead, bodyIdle, bodyGrace, exchange, tunnelIdle)
            limits: { body: §5M }             | limits.body: 5M (expected: a size such as 512B, 64KiB, 1MiB, or none) (did you mean 5MiB?)
            limits: { body: §9999999GiB }     | limits.body: 9999999GiB (expected: 0B..1048576GiB, or none)
            limits: { bodyRate: §0B }         | limits.bodyRate: 0B (expected: 1B..1GiB, or none)
            limits: { requestBuffer: §65KiB } | limits.requestBuffer: 65KiB (expected: 0B..64KiB)
            limits: { responseBuffer: §2GiB } | limits.responseBuffer: 2GiB (expected: 0B..1GiB)
            §limit: { body: 1B }              | unknown key "limit" (did you mean "limits"?)
            rewrite: §/b                      | rewrite: /b (expected: keys and values: stripPrefix, addPrefix, path)
            rewrite: { stripPrefix: §b }      | rewrite.stripPrefix: b (expected: a path such as /api)
            rewrite: { stripPrefix: §/ }      | rewrite.stripPrefix: / (expected: a path such as /api)
            rewrite: { addPrefix: §/b/ }      | rewrite.addPrefix: /b/ (expected: no slash at the end) (did you mean /b?)
            rewrite: { addPrefix: §'/b?c' }   | rewrite.addPrefix: "/b?c" (expected: a path without query and fragment)
            rewrite: { addPrefix: §'/b/..' }  | rewrite.addPrefix: /b/.. (expected: no . or .. segment, requests are matched without them)
            rewrite: { path: §b }             | rewrite.path: b (expected: a path such as /v2/{id}/{tail})
            rewrite: { path: §'/{id}' }       | rewrite.path: "/{id}" (expected: no {name}, the route's path captures nothing)
            rewrite: { path: §'/{' }          | rewrite.path: "/{" (expected: a } after each {)
            rewrite: { path: §'/}' }          | rewrite.path: "/}" (expected: a { before each })
            rewrite: { path: §'/a//b' }       | rewrite.path: /a//b (expected: no empty segment)
            rewrite: { stripPrefix: /a, §path: /b } | rewrite.path: with another (expected: path alone, or stripPrefix and addPrefix)
            """)
    void tellsWhatIsWrongInARoute(String entry, String message) {
        String where = message.startsWith("unknown") ? "routes[0]: " : "routes[0].";
        assertRouteProblems("to: app\n" + entry, where + message);
    }

    @Test
    void tellsOfCapturesThatDoNotExist() {
        assertRouteProblems(
                "match: { path: '/a/{name}/**' }\nto: app\nrewrite: { path: §'/b/{nmae}/{tail}' }",
                "routes[0].rewrite.path: \"/b/{nmae}/{tail}\" (expected: only {name}, {tail}) (did you mean \"name\"?)");
        assertRouteProblems(
                "match: { path: '/a/{name}' }\nto: app\nrewrite: { path: §'/b/{tail}' }",
                "routes[0].rewrite.path: \"/b/{tail}\" (expected: only {name})");
    }

    @Test
    void leavesTemplatesOfAWrongPathAlone() {
        assertRouteProblems(
                "match: { path: §'a/{name}' }\nto: app\nrewrite: { path: '/b/{name}' }",
                "routes[0].match.path: \"a/{name}\" (expected: a path such as /exact, /prefix/**, or /a/{id}/b)"
                        + " (did you mean /a/{name}?)");
    }

    @ParameterizedTest
    @CsvSource({"redirect: { location: /x }", "respond: { status: 200 }"})
    void refusesToRewriteWhatIsNotForwarded(String action) {
        assertRouteProblems(
                action + "\n§rewrite: { addPrefix: /x }",
                "routes[0].rewrite: nothing is forwarded here (expected: with to or split)");
    }

    @Test
    void wantsNamesOfTheirOwn() {
        assertProblems(
                LISTENER + UPSTREAMS
                        + "routes:\n- { name: a, to: app }\n- { name: b, to: app }\n- { name: §a, to: app }",
                "routes[2].name: a (expected: a name of its own) (the route on line 4 has this name)");
    }

    @Test
    void wantsANameAndAnAction() {
        String name = "missing (expected: a name: letters, digits, - . and _, at most 64)";
        assertProblems(
                LISTENER + "routes:\n  - §match: { path: / }\n    respond: { status: 200 }", "routes[0].name: " + name);
        assertProblems(
                LISTENER + "routes:\n  - §{ name: a }",
                "routes[0]: no action (expected: one of to, split, redirect, respond)");
        assertProblems(LISTENER + "routes:\n  -§", "routes[0]: no value (expected: a route, starting with name:)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"a b", "''", "ä", "-a", "a/b"})
    void refusesOtherNames(String name) {
        assertProblems(
                LISTENER + UPSTREAMS + "routes: [{ name: §'" + name + "', to: app }]",
                "routes[0].name: " + Shown.value(name) + " (expected: a name: letters, digits, - . and _, at most 64)");
    }
}
