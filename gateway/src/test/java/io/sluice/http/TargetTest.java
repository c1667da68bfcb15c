package io.sluice.http;

import static io.sluice.http.Messages.refusedRequest;
import static io.sluice.http.Messages.request;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    // ---- forms

    @ParameterizedTest
    @CsvSource({
        "http://b.example/x/y,        b.example,      /x/y,",
        "HTTP://b.example:81/x?y=1,   b.example:81,   /x,  y=1",
        "https://[::1]:443/,          [::1]:443,      /,",
        "http://b.example,            b.example,      /,",
        "http://b.example?y,          b.example,      /,   y",
        "http://b.example//x//,       b.example,      //x//,",
    })
    void takesTheAuthorityFromAnAbsoluteTarget(String target, String authority, String path, String query) {
        Head head = request("GET " + target + " HTTP/1.1\r\nHost: other\r\n\r\n");
        assertThat(head.authority()).isEqualTo(authority);
        assertThat(head.path()).isEqualTo(path);
        assertThat(head.query()).isEqualTo(query);
        assertThat(head.first(Name.HOST)).isEqualTo(authority);
    }

    @Test
    void takesAnEmptyHostBesideAnAbsoluteTarget() {
        Head head = request("GET http://b/ HTTP/1.1\r\nHost:\r\n\r\n");
        assertThat(head.first(Name.HOST)).isEqualTo("b");
    }

    @Test
    void addsHostToAnAbsoluteTargetOfVersionOneZero() {
        Head head = request("GET http://b/ HTTP/1.0\r\n\r\n");
        assertThat(head.first(Name.HOST)).isEqualTo("b");
    }

    @Test
    void readsTheAsteriskOfOptions() {
        Head head = request("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(head.isAsterisk()).isTrue();
        assertThat(head.path()).isEqualTo("*");
        assertThat(head.authority()).isEqualTo("a");
    }

    @Test
    void takesOptionsOfAnAbsoluteTargetWithoutPathForTheAsterisk() {
        Head head = request("OPTIONS http://b:80 HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(head.isAsterisk()).isTrue();
        assertThat(head.authority()).isEqualTo("b:80");
        assertThat(head.path()).isEqualTo("*");
    }

    @Test
    void takesOptionsOfAnAbsoluteTargetWithAPathForThatPath() {
        assertThat(request("OPTIONS http://b:80/ HTTP/1.1\r\nHost: a\r\n\r\n").path())
                .isEqualTo("/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "example.com:80",
                "a/b",
                "?x",
                "ftp://a/",
                "http:/a/",
                "http:a",
                "http://",
                "http:///x",
                "http://:80/",
                "//a b",
                "ws://a/",
                "**",
                "*?x",
            })
    void rejectsTargetsOfNoKnownForm(String target) {
        assertThat(Failure.REQUEST_TARGET.status()).isEqualTo(400);
        assertThat(refused(target)).isIn(Failure.REQUEST_TARGET, Failure.REQUEST_LINE);
    }

    @Test
    void rejectsTheAsteriskWithAQuery() {
        assertThat(refusedRequest("OPTIONS *?a HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(Failure.REQUEST_TARGET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://u@a/", "http://u:p@a/", "http://a@b@c/", "http://@a/"})
    void rejectsUserinfo(String target) {
        assertThat(refused(target)).isEqualTo(Failure.REQUEST_TARGET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a#b", "/#", "/a?b#c", "http://a/#x", "#"})
    void rejectsFragments(String target) {
        assertThat(refused(target)).isEqualTo(Failure.REQUEST_TARGET);
    }

    // ---- bytes

    @Test
    void takesExactlyTheseBytesInAPath() {
        assertThat(accepted("/x%sx"))
                .isEqualTo("!$&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz|~");
    }

    @Test
    void takesExactlyTheseBytesInAQuery() {
        assertThat(accepted("/?x%sx"))
                .isEqualTo(
                        "!$%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");
    }

    /** All bytes but '%' in a path, which must not stand alone. */
    private static String accepted(String template) {
        StringBuilder accepted = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            String text = "GET " + template.replace("%s", String.valueOf(c)) + " HTTP/1.1\r\nHost: a\r\n\r\n";
            if (Messages.REQUESTS.parse(Messages.bytes(text), new Head()) == HeadParser.Progress.COMPLETE) {
                accepted.append(c);
            }
        }
        return accepted.toString();
    }

    @Test
    void takesPercentEncoding() {
        assertThat(request("GET /%20%aF%2e HTTP/1.1\r\nHost: a\r\n\r\n").path()).isEqualTo("/%20%aF%2e");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%", "/%2", "/%2?20", "/%zz", "/%%20", "/a%g0", "http://a/%x0"})
    void rejectsBrokenPercentEncodingInAPath(String target) {
        assertThat(refused(target)).isEqualTo(Failure.REQUEST_TARGET);
    }

    @Test
    void leavesPercentSignsInAQueryToTheBackend() {
        assertThat(request("GET /?100% HTTP/1.1\r\nHost: a\r\n\r\n").query()).isEqualTo("100%");
    }

    // ---- Host

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "EXAMPLE.com:8080",
                "a_b.~c-d.",
                "127.0.0.1",
                "127.0.0.1:0",
                "a:65535",
                "a:",
                "[::1]",
                "[2001:db8::7]:443",
                "[::ffff:1.2.3.4]",
                "localhost",
                "1",
            })
    void takesHost(String host) {
        Head head = request("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        assertThat(head.authority()).isEqualTo(host);
        int end = host.endsWith("]")
                ? host.length()
                : host.replaceAll(":[0-9]*$", "").length();
        assertThat(head.text(head.hostStart(), head.hostEnd())).isEqualTo(host.substring(0, end));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "a b",
                "a,b",
                "a/b",
                "a?b",
                "a#b",
                "u@a",
                "a%20b",
                "a\\b",
                "a\"b",
                "a'b",
                "a;b",
                "http://a",
                "a:b",
                "a:80:80",
                "a:65536",
                "a:000080",
                "a:-1",
                "a:+80",
                "[::1",
                "[::1]x",
                "::1",
                "[]",
                "[a]",
                "[1:2]",
                "[::1]:x",
                "[1.2.3.4]",
                "[::1%25eth0]",
                "[v1.a]",
                "[[::1]]",
                "\u00e9.com",
                "{a}",
                "(a)",
                "*",
            })
    void rejectsMalformedHost(String host) {
        assertThat(refusedRequest("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                .isEqualTo(Failure.REQUEST_HOST);
    }

    @Test
    void rejectsMalformedHostBesideAnAbsoluteTarget() {
        assertThat(refusedRequest("GET http://a/ HTTP/1.1\r\nHost: a b\r\n\r\n"))
                .isEqualTo(Failure.REQUEST_HOST);
    }

    @Test
    void rejectsMissingHost() {
        assertThat(refusedRequest("GET / HTTP/1.1\r\nAccept: */*\r\n\r\n")).isEqualTo(Failure.REQUEST_HOST);
    }

    @Test
    void rejectsMissingHostBesideAnAbsoluteTarget() {
        assertThat(refusedRequest("GET http://a/ HTTP/1.1\r\n\r\n")).isEqualTo(Failure.REQUEST_HOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: a\r\nHost: a\r\n", "Host: a\r\nX: 1\r\nhost: b\r\n", "Host: a\r\nHost:\r\n"})
    void rejectsDoubleHost(String lines) {
        assertThat(refusedRequest("GET / HTTP/1.1\r\n" + lines + "\r\n")).isEqualTo(Failure.REQUEST_HOST);
    }

    @Test
    void rejectsDoubleHostInVersionOneZero() {
        assertThat(refusedRequest("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"))
                .isEqualTo(Failure.REQUEST_HOST);
    }

    @Test
    void needsNoHostInVersionOneZero() {
        Head head = request("GET / HTTP/1.0\r\n\r\n");
        assertThat(head.authority()).isEmpty();
    }

    private static Failure refused(String target) {
        return refusedRequest("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }
}
