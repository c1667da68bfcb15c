package io.sluice.http;

import static io.sluice.http.Messages.ok;
import static io.sluice.http.Messages.refusedResponse;
import static io.sluice.http.Messages.response;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusLineTest {

    @Test
    void readsStatusAndVersion() {
        Head head = response("HTTP/1.0 404 Not\tFound \u00e9\r\n\r\n");
        assertThat(head.status()).isEqualTo(404);
        assertThat(head.minorVersion()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 ", "HTTP/1.1 200"})
    void needsNoReason(String line) {
        assertThat(response(line + "\r\nContent-Length: 0\r\n\r\n").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 599})
    void takesStatuses(int status) {
        assertThat(response("HTTP/1.1 " + status + " x\r\n\r\n").status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 099 x",
                "HTTP/1.1 600 x",
                "HTTP/1.1 000 x",
                "HTTP/1.1 999 x",
                "HTTP/1.1 20 x",
                "HTTP/1.1 2000 x",
                "HTTP/1.1 2x0 x",
                "HTTP/1.1  200 OK",
                "HTTP/1.1\t200 OK",
                "HTTP/1.1 200\tOK",
                "HTTP/1.1 -20 OK",
                "HTTP/1.2 200 OK",
                "HTTP/2.0 200 OK",
                "HTTP/2 200 OK",
                "HTTP/0.9 200 OK",
                "http/1.1 200 OK",
                "ICY 200 OK",
                " HTTP/1.1 200 OK",
                "\r\nHTTP/1.1 200 OK",
                "HTTP/1.1 200 O\0K",
                "HTTP/1.1 200 O\rK",
                "HTTP/1.1 200 O\nK",
                "HTTP/1.1 200 OK\n",
                "HTTP/1.1 200\n",
                "HTTP/1.1 200 O\u007fK",
                "<html>",
            })
    void rejectsMalformedStatusLines(String line) {
        assertThat(refusedResponse(line + "\r\nContent-Length: 0\r\n\r\n")).isEqualTo(Failure.RESPONSE_HEAD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X : v\r\n",
                "X: v\r\n folded\r\n",
                " X: v\r\n",
                ": v\r\n",
                "X\r\n",
                "X: a\0b\r\n",
                "X: a\rb\r\n",
                "X: a\nY: b\r\n",
                "X: a\n",
                "X y: a\r\n",
            })
    void rejectsMalformedFields(String lines) {
        assertThat(refusedResponse(ok(lines))).isEqualTo(Failure.RESPONSE_HEAD);
    }

    @Test
    void rejectsHeadsOverTheLimits() {
        assertThat(Messages.refused(HeadParser.responses(100, 10), ok("X: " + "v".repeat(100) + "\r\n")))
                .isEqualTo(Failure.RESPONSE_HEAD_LARGE);
        assertThat(Messages.refused(HeadParser.responses(100, 1), ok("X: 1\r\nY: 2\r\n")))
                .isEqualTo(Failure.RESPONSE_HEAD_LARGE);
        assertThat(Messages.refused(HeadParser.responses(100, 1), "HTTP/1.1 200 " + "x".repeat(100)))
                .isEqualTo(Failure.RESPONSE_HEAD_LARGE);
    }
}
