package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.http.HeadParser.Progress;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Heads from text and text from heads. */
final class Messages {
    static final HeadParser REQUESTS = HeadParser.requests(16 * 1024, 100);
    static final HeadParser RESPONSES = HeadParser.responses(16 * 1024, 100);

    private Messages() {}

    /** A GET of / with these further lines, each with its CR LF. */
    static String get(String lines) {
        return "GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
    }

    /** A 200 with these lines, each with its CR LF. */
    static String ok(String lines) {
        return "HTTP/1.1 200 OK\r\n" + lines + "\r\n";
    }

    static Head request(String text) {
        return complete(REQUESTS, text);
    }

    static Head response(String text) {
        return complete(RESPONSES, text);
    }

    static Failure refusedRequest(String text) {
        return refused(REQUESTS, text);
    }

    static Failure refusedResponse(String text) {
        return refused(RESPONSES, text);
    }

    static Failure refused(HeadParser parser, String text) {
        Head head = new Head();
        assertThat(parser.parse(bytes(text), head)).isEqualTo(Progress.REFUSED);
        return parser.refusal(head);
    }

    static Head complete(HeadParser parser, String text) {
        Head head = new Head();
        ByteBuf in = bytes(text);
        Progress progress = parser.parse(in, head);
        assertThat(progress)
                .as(() -> progress == Progress.REFUSED ? parser.refusal(head).text() : "progress")
                .isEqualTo(Progress.COMPLETE);
        assertThat(in.isReadable()).isFalse();
        return head;
    }

    static ByteBuf bytes(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What is written into a buffer. */
    static String written(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}
