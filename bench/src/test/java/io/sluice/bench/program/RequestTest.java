package io.sluice.bench.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RequestTest {
    @Test
    void isAsShortAsItCanBe() {
        assertThat(text(Request.of("a.test", "/b", 0, 0))).isEqualTo("GET /b HTTP/1.1\r\nHost: a.test\r\n\r\n");
    }

    @Test
    void padsTheHeadByFieldsThatServersAccept() {
        String request = text(Request.of("a.test", "/b", 24 * 1024, 0));

        assertThat(request.length()).isBetween(24 * 1024, 24 * 1024 + 16);
        assertThat(request).endsWith("\r\n\r\n");
        assertThat(request.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(2100));
    }

    @Test
    void sendsABodyOfTheLengthThatItNames() {
        String request = text(Request.of("a.test", "/b", 0, 1000));

        assertThat(request).startsWith("POST /b HTTP/1.1\r\n").contains("\r\nContent-Length: 1000\r\n");
        assertThat(request.substring(request.indexOf("\r\n\r\n") + 4)).isEqualTo("x".repeat(1000));
    }

    private static String text(Request request) {
        return StandardCharsets.US_ASCII.decode(request.bytes()).toString();
    }
}
