package io.sluice.http;

import static io.sluice.http.Messages.refusedRequest;
import static io.sluice.http.Messages.request;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestLineTest {

    @Test
    void readsMethodPathQueryAndVersion() {
        Head head = line("DELETE /a/b?c=d&e HTTP/1.1");
        assertThat(head.method()).isEqualTo("DELETE");
        assertThat(head.path()).isEqualTo("/a/b");
        assertThat(head.query()).isEqualTo("c=d&e");
        assertThat(head.minorVersion()).isEqualTo(1);
    }

    @Test
    void tellsNoQueryFromAnEmptyOne() {
        assertThat(line("GET / HTTP/1.1").query()).isNull();
        assertThat(line("GET /? HTTP/1.1").query()).isEmpty();
    }

    @Test
    void keepsASecondQuestionMarkInTheQuery() {
        assertThat(line("GET /?a?b HTTP/1.1").query()).isEqualTo("a?b");
    }

    @Test
    void readsVersionOneZero() {
        assertThat(line("GET / HTTP/1.0").minorVersion()).isZero();
    }

    @Test
    void sharesTheStringsOfRegisteredMethods() {
        assertThat(line("PATCH / HTTP/1.1").method())
                .isSameAs(line("PATCH /x HTTP/1.1").method());
    }

    @Test
    void passesUnknownMethodsOnAsTheyAre() {
        Head head = line("Get-It!1 / HTTP/1.1");
        assertThat(head.method()).isEqualTo("Get-It!1");
        assertThat(head.isIdempotent()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"})
    void knowsIdempotentMethods(String method) {
        assertThat(line(method + " / HTTP/1.1").isIdempotent()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "get", "GETS", "LOCK"})
    void takesOtherMethodsForNotIdempotent(String method) {
        assertThat(line(method + " / HTTP/1.1").isIdempotent()).isFalse();
    }

    @Test
    void skipsOneEmptyLineBeforeTheRequestLine() {
        Head head = request("\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(head.method()).isEqualTo("GET");
        assertThat(head.path()).isEqualTo("/x");
    }

    @Test
    void rejectsTwoEmptyLinesBeforeTheRequestLine() {
        assertThat(refusedRequest("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")).isEqualTo(Failure.REQUEST_LINE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\nGET / HTTP/1.1\r\n", "\rGET / HTTP/1.1\r\n"})
    void rejectsABareLineEndBeforeTheRequestLine(String text) {
        assertThat(refusedRequest(text + "Host: a\r\n\r\n")).isEqualTo(Failure.REQUEST_LINE_END);
    }

    // ---- methods

    @ParameterizedTest
    @ValueSource(strings = {"G(T", "G\"T", "G:T", "G/T", "GET\0", "\u00e9", "G\u007fT", "{GET}"})
    void rejectsAMethodThatIsNoToken(String method) {
        assertThat(refused(method + " / HTTP/1.1")).isEqualTo(Failure.REQUEST_METHOD);
    }

    @Test
    void rejectsAnEmptyMethod() {
        assertThat(refused(" / HTTP/1.1")).isEqualTo(Failure.REQUEST_LINE);
    }

    @Test
    void takesAMethodOf32Characters() {
        String method = "M".repeat(32);
        assertThat(line(method + " / HTTP/1.1").method()).isEqualTo(method);
    }

    @Test
    void doesNotSupportALongerMethod() {
        assertThat(refused("M".repeat(33) + " / HTTP/1.1")).isEqualTo(Failure.REQUEST_METHOD_UNSUPPORTED);
    }

    @Test
    void doesNotSupportConnect() {
        assertThat(refused("CONNECT example.com:443 HTTP/1.1")).isEqualTo(Failure.REQUEST_METHOD_UNSUPPORTED);
    }

    // ---- the line

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET  / HTTP/1.1",
                "GET /  HTTP/1.1",
                "GET\t/ HTTP/1.1",
                "GET /\tHTTP/1.1",
                "GET / HTTP/1.1 ",
                " GET / HTTP/1.1",
                "GET /",
                "GET",
                "GET / ",
                "GET / http/1.1",
                "GET / HTTP/1",
                "GET / HTTP/11",
                "GET / HTTP/1.10",
                "GET / HTTP/1.x",
                "GET / HTTP/-1.1",
                "GET / HTP/1.1",
                "GET / /x HTTP/1.1",
            })
    void rejectsALineThatIsNotThreePartsWithOneSpaceBetween(String line) {
        assertThat(refused(line)).isEqualTo(Failure.REQUEST_LINE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.2", "HTTP/1.9", "HTTP/2.0", "HTTP/0.9", "HTTP/3.0", "HTTP/9.1"})
    void rejectsOtherVersions(String version) {
        assertThat(refused("GET / " + version)).isEqualTo(Failure.REQUEST_VERSION);
    }

    @Test
    void rejectsThePrefaceOfHttp2AsAVersion() {
        assertThat(refusedRequest("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).isEqualTo(Failure.REQUEST_VERSION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\r\n\r\n",
                "GET /\nHost: a\r\n\r\n",
                "GET\n / HTTP/1.1\r\n",
                "GET / HTTP/1.1\rHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\rHost: a\r\n\r\n",
                "GET /?\n",
            })
    void rejectsABareLineEndInTheRequestLine(String text) {
        assertThat(refusedRequest(text)).isEqualTo(Failure.REQUEST_LINE_END);
    }

    @Test
    void rejectsBareCrInTheTarget() {
        assertThat(refusedRequest("GET /a\rb HTTP/1.1\r\n")).isEqualTo(Failure.REQUEST_LINE);
    }

    private static Head line(String line) {
        return request(line + "\r\nHost: a\r\n\r\n");
    }

    private static Failure refused(String line) {
        return refusedRequest(line + "\r\nHost: a\r\n\r\n");
    }
}
