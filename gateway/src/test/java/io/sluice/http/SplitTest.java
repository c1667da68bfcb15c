package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.http.HeadParser.Progress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the bytes are cut does not matter. */
class SplitTest {
    private static final String REQUEST = String.join(
            "\r\n",
            "",
            "POST http://b:81/p%20q?r=s HTTP/1.1",
            "Host: a",
            "X-Empty:",
            "X-Tab: a\tb\t ",
            "Content-Length: 3",
            "Connection: close, x-a",
            "X-A: 1",
            "",
            "");

    @Test
    void readsARequestCutAnywhere() {
        String whole = Shown.of(Messages.request(REQUEST));
        for (int cut = 1; cut < REQUEST.length(); cut++) {
            Head head = new Head();
            assertThat(Messages.REQUESTS.parse(Messages.bytes(REQUEST.substring(0, cut)), head))
                    .isEqualTo(Progress.MORE);
            assertThat(Messages.REQUESTS.parse(Messages.bytes(REQUEST.substring(cut)), head))
                    .isEqualTo(Progress.COMPLETE);
            assertThat(Shown.of(head)).isEqualTo(whole);
        }
    }

    @Test
    void readsARequestByteByByte() {
        Head head = new Head();
        Progress progress = Progress.MORE;
        for (int i = 0; i < REQUEST.length(); i++) {
            assertThat(progress).isEqualTo(Progress.MORE);
            progress = Messages.REQUESTS.parse(Messages.bytes(REQUEST.substring(i, i + 1)), head);
        }
        assertThat(progress).isEqualTo(Progress.COMPLETE);
        assertThat(Shown.of(head)).isEqualTo(Shown.of(Messages.request(REQUEST)));
    }

    @Test
    void readsAResponseByteByByte() {
        String text = "HTTP/1.0 200 Fine by me\r\nServer: x\r\nContent-Length: 3\r\n\r\n";
        Head head = new Head();
        Progress progress = Progress.MORE;
        for (int i = 0; i < text.length(); i++) {
            progress = Messages.RESPONSES.parse(Messages.bytes(text.substring(i, i + 1)), head);
        }
        assertThat(progress).isEqualTo(Progress.COMPLETE);
        assertThat(Shown.of(head)).isEqualTo(Shown.of(Messages.response(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "G(T / HTTP/1.1\r\n",
                "GET /a b HTTP/1.1\r\n",
                "GET / HTTP/1.3\r\n",
                "GET / HTTP/1.1\rX",
                "GET / HTTP/1.1\r\nHost: a\r\nX : 1\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n X: 1\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\0\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\rb",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: a\r\n\r\n",
            })
    void refusesAtTheSameByteHoweverCut(String text) {
        Head whole = new Head();
        assertThat(Messages.REQUESTS.parse(Messages.bytes(text), whole)).isEqualTo(Progress.REFUSED);
        Head cut = new Head();
        Progress progress = Progress.MORE;
        for (int i = 0; i < text.length() && progress == Progress.MORE; i++) {
            progress = Messages.REQUESTS.parse(Messages.bytes(text.substring(i, i + 1)), cut);
        }
        assertThat(progress).isEqualTo(Progress.REFUSED);
        assertThat(Messages.REQUESTS.refusal(cut)).isEqualTo(Messages.REQUESTS.refusal(whole));
    }

    @Test
    void leavesWhatStandsBehindTheHeadInTheBuffer() {
        String get = Messages.get("X: 1\r\n");
        ByteBuf in = Messages.bytes(get + get + "tail");
        Head head = new Head();
        assertThat(Messages.REQUESTS.parse(in, head)).isEqualTo(Progress.COMPLETE);
        assertThat(in.readerIndex()).isEqualTo(get.length());
        head.clear();
        assertThat(Messages.REQUESTS.parse(in, head)).isEqualTo(Progress.COMPLETE);
        assertThat(in.toString(StandardCharsets.ISO_8859_1)).isEqualTo("tail");
    }

    @Test
    void leavesALargeBodyInTheBuffer() {
        String get = Messages.get("X: " + "x".repeat(3000) + "\r\n");
        ByteBuf in = Messages.bytes("GET / HTTP/1.1\r\n");
        Head head = new Head();
        assertThat(Messages.REQUESTS.parse(in, head)).isEqualTo(Progress.MORE);
        ByteBuf rest = Messages.bytes(get.substring(16) + "b".repeat(100_000));
        assertThat(Messages.REQUESTS.parse(rest, head)).isEqualTo(Progress.COMPLETE);
        assertThat(rest.readableBytes()).isEqualTo(100_000);
    }

    @Test
    void staysRefused() {
        Head head = new Head();
        Messages.REQUESTS.parse(Messages.bytes("(\r\n"), head);
        assertThat(Messages.REQUESTS.parse(Messages.bytes(Messages.get("")), head))
                .isEqualTo(Progress.REFUSED);
    }

    @Test
    void readsAHeadOfTheLimitByteByByteInLinearTime() {
        // 256 KiB in one value: were each byte looked at again for each that follows, this would take minutes
        HeadParser parser = HeadParser.requests(300_000, 10);
        byte[] text = Head.ascii("GET / HTTP/1.1\r\nHost: a\r\nX: " + "v".repeat(256 * 1024) + "\r\n\r\n");
        Head head = new Head();
        Progress progress = Progress.MORE;
        ByteBuf one = Unpooled.buffer(1);
        for (byte b : text) {
            progress = parser.parse(one.clear().writeByte(b), head);
        }
        assertThat(progress).isEqualTo(Progress.COMPLETE);
    }
}
