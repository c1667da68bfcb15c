package io.sluice.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.http.Head;
import io.sluice.http.HeadParser;

/** Request heads from text. */
final class Messages {
    private static final HeadParser REQUESTS = HeadParser.requests(64 * 1024, 200);

    private Messages() {}

    /** A complete head; fails if it is refused. */
    static Head request(String text) {
        Head head = new Head();
        ByteBuf bytes = Unpooled.wrappedBuffer(text.getBytes(ISO_8859_1));
        HeadParser.Progress progress = REQUESTS.parse(bytes, head);
        if (progress != HeadParser.Progress.COMPLETE) {
            throw new AssertionError("head of a test's request: " + progress + ": " + text);
        }
        return head;
    }

    /** A head of this method, target and further lines (each with its CR LF). */
    static Head request(String method, String target, String lines) {
        return request(method + " " + target + " HTTP/1.1\r\nHost: test\r\n" + lines + "\r\n");
    }

    /** Trailers of one field. */
    static Head trailers(String name, String value) {
        Head head = new Head();
        head.add(name, value);
        return head;
    }

    static Head get(String target) {
        return request("GET", target, "");
    }
}
