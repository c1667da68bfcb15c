package io.sluice.http;

import static io.sluice.http.Messages.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {
    private static final String DATE = "Date: \\w{3}, \\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT\r\n";

    @Test
    void explainsAFailure() {
        assertThat(failure(Failure.CONNECT_REFUSED, false, true, 1))
                .matches(("HTTP/1.1 502 Bad Gateway\r\n"
                                + "Content-Type: text/plain; charset=utf-8\r\n"
                                + "Proxy-Status: sluice; error=connection_refused; details=\"connect-refused\"\r\n"
                                + DATE
                                + "Content-Length: 66\r\n\r\n"
                                + "502 Bad Gateway: endpoint refused the connection"
                                + " \\(connect-refused; see docs/errors.md\\)\n")
                        .replace("66", "\\d+"));
    }

    @ParameterizedTest
    @EnumSource
    void writesAnAnswerThatIsAValidResponse(Failure failure) {
        ByteBuf out = Unpooled.buffer();
        int bytes = Answer.failure(failure, false, false, 1, out);
        Head head = new Head();
        assertThat(Messages.RESPONSES.parse(out, head)).isEqualTo(HeadParser.Progress.COMPLETE);
        assertThat(head.status()).isEqualTo(failure.status() == 0 ? 500 : failure.status());
        assertThat(head.body()).isEqualTo(bytes).isEqualTo(out.readableBytes());
        assertThat(head.keepsAlive()).isFalse();
        assertThat(out.toString(StandardCharsets.US_ASCII)).contains(failure.cause());
    }

    @Test
    void saysTheLengthButSendsNoBodyToHead() {
        String text = failure(Failure.NO_ROUTE, true, true, 1);
        assertThat(text).endsWith("\r\n\r\n");
        String body = failure(Failure.NO_ROUTE, false, true, 1).replaceFirst("(?s)^.*\r\n\r\n", "");
        assertThat(text).contains("\r\nContent-Length: " + body.length() + "\r\n");
    }

    @Test
    void tellsTheClientWhetherTheConnectionStaysOpen() {
        assertThat(failure(Failure.NO_ROUTE, false, false, 1)).contains("\r\nConnection: close\r\n");
        assertThat(failure(Failure.NO_ROUTE, false, true, 1)).doesNotContain("Connection");
        assertThat(failure(Failure.NO_ROUTE, false, true, 0)).contains("\r\nConnection: keep-alive\r\n");
    }

    @Test
    void writesFixedContent() {
        Answer answer = Answer.of(200, "text/html", Head.ascii("<p>hi")).with("Cache-Control", "no-store");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(written(out -> assertThat(answer.write(false, true, 1, out)).isEqualTo(5)))
                .matches("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nCache-Control: no-store\r\n" + DATE
                        + "Content-Length: 5\r\n\r\n<p>hi");
    }

    @Test
    void writesRedirects() {
        assertThat(written(out -> Answer.redirect(308, "https://b/x").write(false, true, 1, out)))
                .matches("HTTP/1.1 308 Permanent Redirect\r\nLocation: https://b/x\r\n" + DATE
                        + "Content-Length: 0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void writesNoBodyWhereTheStatusHasNone(int status) {
        Answer answer = Answer.of(status, "text/plain", Head.ascii("hi"));
        assertThat(written(out -> assertThat(answer.write(false, true, 1, out)).isZero()))
                .endsWith("GMT\r\n\r\n")
                .doesNotContain("Content-Length");
    }

    @Test
    void letsItsHeadBeEdited() {
        Answer answer = Answer.of(200, "text/plain", Head.ascii("hi"));
        Head head = new Head();
        answer.head(head);
        head.add("X-Added", "1");
        head.drop("content-type");
        assertThat(written(out -> answer.write(head, false, true, 1, out)))
                .matches("HTTP/1.1 200 OK\r\n" + DATE + "X-Added: 1\r\nContent-Length: 2\r\n\r\nhi");
        assertThat(written(out -> answer.write(false, true, 1, out))).contains("Content-Type: text/plain");
    }

    // ---- Date

    @Test
    void writesDatesAsTheStandardWantsThem() {
        DateTimeFormatter format = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", java.util.Locale.US);
        for (long second = 0; second < 4_000_000_000L; second += 40_000_007L) {
            ZonedDateTime time = Instant.ofEpochSecond(second).atZone(ZoneOffset.UTC);
            byte[] to = new byte[29];
            HttpDate.write(second, to, 0);
            assertThat(new String(to, StandardCharsets.US_ASCII)).isEqualTo(format.format(time));
        }
    }

    @Test
    void datesAResponseThatHasNoDate() {
        Head head = Messages.response(Messages.ok("Content-Length: 0\r\n"));
        HttpDate.addIfMissing(head);
        assertThat(head.first(Name.DATE)).endsWith(" GMT");
    }

    @Test
    void leavesAGivenDateAlone() {
        Head head = Messages.response(Messages.ok("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
        HttpDate.addIfMissing(head);
        assertThat(head.fields()).isEqualTo(1);
    }

    private static String failure(Failure failure, boolean toHead, boolean keepAlive, int clientMinor) {
        return written(out -> Answer.failure(failure, toHead, keepAlive, clientMinor, out));
    }
}
