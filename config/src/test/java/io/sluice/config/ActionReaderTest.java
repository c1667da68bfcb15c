package io.sluice.config;

import static io.sluice.config.Configs.assertProblems;
import static io.sluice.config.Configs.assertRouteProblems;
import static io.sluice.config.Configs.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.RouteConfig.Action;
import io.sluice.config.RouteConfig.Share;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActionReaderTest {
    private static final String ONE_OF = "(expected: one of to, split, redirect, respond)";

    @Test
    void readsSplits() {
        assertThat(route("split: { app: 95, other: 0 }").action())
                .isEqualTo(new Action.Split(List.of(new Share("app", 95), new Share("other", 0)), null));
    }

    @Test
    void readsWhatASplitIsStableBy() {
        assertThat(by("client")).isEqualTo(new RouteConfig.Key.Client());
        assertThat(by("header:X-User")).isEqualTo(new RouteConfig.Key.Header("X-User"));
        assertThat(by("cookie:session")).isEqualTo(new RouteConfig.Key.Cookie("session"));
        assertThat(by("query:user id")).isEqualTo(new RouteConfig.Key.Query("user id"));
    }

    private static RouteConfig.Key by(String splitBy) {
        return ((Action.Split) route("split: { app: 1 }\nsplitBy: " + splitBy).action()).by();
    }

    @Test
    void readsRedirects() {
        assertThat(route("redirect: { location: /new }").action()).isEqualTo(new Action.Redirect("/new", 308));
        assertThat(route("redirect: { location: 'https://{host}{path}?{query}', status: 301 }")
                        .action())
                .isEqualTo(new Action.Redirect("https://{host}{path}?{query}", 301));
        assertThat(route("match: { path: '/a/{id}/**' }\nredirect: { location: '/b/{id}/{tail}' }")
                        .action())
                .isEqualTo(new Action.Redirect("/b/{id}/{tail}", 308));
    }

    @Test
    void readsResponses() {
        assertThat(route("respond: { status: 204 }").action())
                .isEqualTo(new Action.Respond(204, "text/plain; charset=utf-8", ""));
        assertThat(route("respond: { status: 599, contentType: application/json, body: \"{}\\n\" }")
                        .action())
                .isEqualTo(new Action.Respond(599, "application/json", "{}\n"));
    }

    @Test
    void wantsOneActionOnly() {
        assertRouteProblems("respond: { status: 200 }\n§to: app\n", "routes[0].to: with respond " + ONE_OF);
    }

    @Test
    void wantsOneActionOfMany() {
        assertRouteProblems(
                "to: app\n§split: { app: 1 }\n§redirect: { location: /x }",
                "routes[0].split: with to " + ONE_OF,
                "routes[0].redirect: with to " + ONE_OF);
    }

    @Test
    void namesTheUpstreamsThatThereAre() {
        assertRouteProblems(
                "to: §payments",
                "routes[0].to: payments (expected: the name of an upstream) (the upstreams are app, other)");
        assertRouteProblems(
                "to: §ohter", "routes[0].to: ohter (expected: the name of an upstream) (did you mean \"other\"?)");
        assertProblems(
                Configs.LISTENER + "routes: [{ name: a, to: §app }]",
                "routes[0].to: app (expected: the name of an upstream) (there are no upstreams)");
    }

    @Test
    void knowsUpstreamsThatAreWrong() {
        assertProblems(
                Configs.LISTENER + "upstreams: { app: §wrong }\nroutes: [{ name: a, to: app }]",
                "upstreams.app: wrong (expected: keys and values: endpoints, connections, protocol, tls, balance, health, ejection, panic, slowStart, retries, proxyProtocol)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            split: { §nowhere: 1, app: 1 }    | split: nowhere (expected: the name of an upstream) (the upstreams are app, other)
            split: { app: §-1 }               | split.app: -1 (expected: 0..1000000)
            split: { app: §1000001 }          | split.app: 1000001 (expected: 0..1000000)
            split: { app: §half, other: 0 }   | split.app: half (expected: a whole number, 0..1000000)
            §split: { app: 0, other: 0 }      | split: all weights are 0 (expected: a sum > 0)
            §split: {}                        | split: empty (expected: upstreams with weights)
            §split:                           | split: empty (expected: upstreams with weights)
            split: §app                       | split: app (expected: upstreams with weights)
            redirect: §/x                     | redirect: /x (expected: keys and values: location, status)
            §redirect: {}                     | redirect.location: missing (expected: a URL such as https://{host}{path}, or a path)
            redirect: { location: §x }        | redirect.location: x (expected: a URL such as https://{host}{path}, or a path)
            redirect: { location: §'//x' }    | redirect.location: //x (expected: a URL such as https://{host}{path}, or a path)
            redirect: { location: §'ftp://x' } | redirect.location: ftp://x (expected: a URL such as https://{host}{path}, or a path)
            redirect: { location: §'https:///x' } | redirect.location: https:///x (expected: a URL such as https://{host}{path}, or a path)
            redirect: { location: §'{path}' } | redirect.location: "{path}" (expected: a URL such as https://{host}{path}, or a path)
            redirect: { location: §'/a b' }   | redirect.location: "/a b" (expected: characters of a URL)
            redirect: { location: §'/{id}' }  | redirect.location: "/{id}" (expected: only {host}, {path}, {query})
            redirect: { location: §'/{hots}' } | redirect.location: "/{hots}" (expected: only {host}, {path}, {query}) (did you mean "host"?)
            redirect: { location: /x, status: §300 } | redirect.status: 300 (expected: 301, 302, 303, 307 or 308)
            §respond: {}                      | respond.status: missing (expected: a whole number, 200..599)
            respond: { status: §199 }         | respond.status: 199 (expected: 200..599)
            respond: { status: §600 }         | respond.status: 600 (expected: 200..599)
            respond: { status: 204, §body: a } | respond.body: a response 204 has none (expected: no body)
            respond: { status: 200, contentType: §html } | respond.contentType: html (expected: a media type such as text/plain)
            respond: { status: 200, contentType: §"a/b\\n" } | respond.contentType: "a/b\\n" (expected: a header value without control characters)
            respond: { status: 200, §type: a } | respond: unknown key "type" (the keys here are status, contentType, body)
            """)
    void tellsWhatIsWrongWithAnAction(String entry, String message) {
        String where = "routes[0].";
        assertRouteProblems(entry, where + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            cookie        | client, header:NAME, cookie:NAME or query:NAME
            cookie:       | client, header:NAME, cookie:NAME or query:NAME
            clinet        | client, header:NAME, cookie:NAME or query:NAME) (did you mean "client"?
            heder:x       | client, header:NAME, cookie:NAME or query:NAME) (did you mean "header"?
            cookie:a b    | a cookie name
            """)
    void refusesOtherKeysOfASplit(String splitBy, String expected) {
        assertRouteProblems(
                "split: { app: 1 }\nsplitBy: §'" + splitBy + "'",
                "routes[0].splitBy: " + Shown.value(splitBy) + " (expected: " + expected + ")");
    }

    @Test
    void wantsASplitForItsKey() {
        assertRouteProblems(
                "to: app\n§splitBy: client", "routes[0].splitBy: there is nothing to split (expected: with split)");
    }

    @Test
    void limitsTheSidesOfASplit() {
        StringBuilder upstreams = new StringBuilder("upstreams:\n");
        StringBuilder split = new StringBuilder();
        for (int i = 0; i <= 100; i++) {
            upstreams.append("  u").append(i).append(": { endpoints: ['a:1'] }\n");
            split.append(i == 0 ? "" : ", ").append('u').append(i).append(": 1");
        }
        assertProblems(
                Configs.LISTENER + upstreams + "routes: [{ name: a, §split: { " + split + " } }]",
                "routes[0].split: 101 upstreams (expected: at most 100)");
    }
}
