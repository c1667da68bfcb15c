package io.sluice.route;

import static io.sluice.route.Rows.route;
import static io.sluice.route.Rows.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.http.Failure;
import io.sluice.http.Head;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathRewriteTest {

    @ParameterizedTest
    @CsvSource({
        "/api,      ,      /api/users,   /users",
        "/api,      ,      /api/,        /",
        "/api,      ,      /api,         /",
        "/api,      ,      /apis/x,      /apis/x",
        "/api,      ,      /x/api/y,     /x/api/y",
        "/api/v1,   ,      /api/v1/x/,   /x/",
        ",          /v2,   /users,       /v2/users",
        ",          /v2,   /,            /v2/",
        "/api,      /v2,   /api/users,   /v2/users",
        "/api,      /v2,   /api,         /v2",
        "/api,      /v2,   /other,       /v2/other",
        "/a b,      ,      /a%20b/c,     /c",
        "/%c3%a9,   ,      /%C3%A9/c,    /c",
        ",          ,      /api,         /api",
    })
    void stripsFirstThenAdds(String strip, String add, String path, String expected) {
        assertThat(rewritten(route("r").rewrite(strip, add), path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "/users/{id},         /u/{id},           /users/7,      /u/7",
        "/{a}/{b},            /{b}/{a},          /x/y,          /y/x",
        "/old/**,             /new/{tail},       /old/x/y/,     /new/x/y/",
        "/old/**,             /new/{tail},       /old,          /new/",
        "/old/**,             /new/{tail},       /old/,         /new/",
        "/{t}/files/**,       /f/{t}-{t}/{tail}, /x/files/a%2Cb, /f/x-x/a%2Cb",
        "/a,                  /plain,            /a,            /plain",
        "/a/{x},              /é {x},            /a/b,          /%C3%A9%20b",
        "/a/{x},              /100%/{x},         /a/b,          /100%25/b",
    })
    void writesThePathAnewFromCaptures(String pattern, String template, String path, String expected) {
        assertThat(rewritten(route("r").path(pattern).template(template), path)).isEqualTo(expected);
    }

    @Test
    void fillsTheGroupsOfAnExpression() {
        Rows row = route("r").pathRegex("/v(?P<version>[0-9]+)/(?P<rest>.*)").template("/{rest}/at/{version}");

        assertThat(rewritten(row, "/v12/x/y")).isEqualTo("/x/y/at/12");
    }

    @Test
    void fillsAGroupThatMatchedNothing() {
        Rows row = route("r").pathRegex("/a(?P<b>/b)?(?P<c>/c)?").template("{b}/x{c}");

        assertThat(rewritten(row, "/a/c")).isEqualTo("/x/c");
    }

    @Test
    void leavesNoDoubleSlashWhereACaptureIsEmpty() {
        assertThat(rewritten(route("r").path("/a/**").template("/b/{tail}/c"), "/a"))
                .isEqualTo("/b/c");
        assertThat(rewritten(route("r").path("/a/**").template("/b/{tail}/c"), "/a/x"))
                .isEqualTo("/b/x/c");
        assertThat(rewritten(route("r").path("/a/**").template("/b{tail}/c"), "/a"))
                .isEqualTo("/b/c");
    }

    @Test
    void refusesADotSegmentThatATemplateMakes() {
        Route route = table(route("r").pathRegex("/x(?P<dots>[.]*)y/.*").template("/a/{dots}/b"))
                .routes()
                .getFirst();
        Head head = Requests.get("http://h/x..y/z");

        assertThat(route.rewrite(head)).isEqualTo(Failure.REQUEST_PATH);
        assertThat(head.path()).isEqualTo("/x..y/z");
    }

    @Test
    void leavesNoTwoSlashesAtTheBeginning() {
        assertThat(rewrittenRaw(route("r").rewrite("/api", null), "/api//evil.test/x"))
                .isEqualTo("/evil.test/x");
        assertThat(rewrittenRaw(route("r").path("/api/**").template("/{tail}"), "/api//evil.test/x"))
                .isEqualTo("/evil.test/x");
    }

    @Test
    void keepsTheQuery() {
        Head head = Requests.get("http://h/api/x?a=/api/b");
        table(route("r").rewrite("/api", "/v2")).routes().getFirst().rewrite(head);

        assertThat(head.path()).isEqualTo("/v2/x");
        assertThat(head.query()).isEqualTo("a=/api/b");
    }

    @Test
    void leavesTheAsteriskOfOptions() {
        Head head = Requests.request("OPTIONS", "*");

        assertThat(table(route("r").rewrite(null, "/v2")).routes().getFirst().rewrite(head))
                .isNull();
        assertThat(head.path()).isEqualTo("*");
    }

    @Test
    void namesTheCapturesThatATemplateMayUse() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table(route("r").path("/a/{id}/**").template("/{ident}")))
                .withMessage("template: {ident} (expected: one of [id, tail])");
    }

    @Test
    void refusesAPrefixWithDotSegments() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table(route("r").rewrite(null, "/a/..")))
                .withMessage("addPrefix: /a/.. (expected: a path without dot segments)");
    }

    private static String rewritten(Rows row, String path) {
        return rewritten(row, Requests.get("http://h" + path));
    }

    /** With a path that only a lenient path policy lets through. */
    private static String rewrittenRaw(Rows row, String path) {
        return rewritten(row, Requests.raw("GET", "http://h" + path));
    }

    private static String rewritten(Rows row, Head head) {
        assertThat(table(row).routes().getFirst().rewrite(head)).isNull();
        return head.path();
    }
}
