package io.sluice.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sluice.testing.WireMessage.Field;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads messages by RFC 9112, tolerating nothing: what the gateway sends must be beyond doubt. */
final class MessageReader {
    private static final int HEAD_LIMIT = 256 * 1024;

    private MessageReader() {}

    static WireMessage head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        String line;
        do {
            line = line(in, head.length() == 0 ? "a head" : head.toString());
            head.append(line).append("\r\n");
            if (head.length() > HEAD_LIMIT) {
                throw new AssertionError("endless head: " + head.substring(0, 1000));
            }
        } while (!line.isEmpty());
        return WireMessage.ofHead(head.toString());
    }

    static WireMessage requestBody(InputStream in, WireMessage head) throws IOException {
        if (head.has("transfer-encoding")) {
            return chunked(in, head);
        }
        String length = head.value("content-length");
        return length == null ? head : head.with(exactly(in, length), List.of());
    }

    static WireMessage responseBody(InputStream in, WireMessage head) throws IOException {
        int status = head.status();
        if (status < 200 || status == 204 || status == 304) {
            return head;
        }
        if (head.has("transfer-encoding")) {
            return chunked(in, head);
        }
        String length = head.value("content-length");
        String body = length == null ? new String(in.readAllBytes(), ISO_8859_1) : exactly(in, length);
        return head.with(body, List.of());
    }

    private static WireMessage chunked(InputStream in, WireMessage head) throws IOException {
        if (head.has("content-length") || !"chunked".equalsIgnoreCase(head.value("transfer-encoding"))) {
            throw new AssertionError("ambiguous length:\n" + head.head());
        }
        StringBuilder body = new StringBuilder();
        while (true) {
            String size = line(in, "a chunk size");
            if (!size.matches("[0-9a-fA-F]{1,8}")) {
                throw new AssertionError("not a chunk size: " + size);
            }
            if (size.matches("0+")) {
                return head.with(body.toString(), trailers(in));
            }
            body.append(exactly(in, Integer.toString(Integer.parseInt(size, 16))));
            if (!line(in, "the end of a chunk").isEmpty()) {
                throw new AssertionError("chunk of " + size + " is longer than it says");
            }
        }
    }

    private static List<Field> trailers(InputStream in) throws IOException {
        List<Field> trailers = new ArrayList<>();
        for (String line = line(in, "trailers"); !line.isEmpty(); line = line(in, "trailers")) {
            trailers.add(WireMessage.field(line));
        }
        return trailers;
    }

    private static String exactly(InputStream in, String length) throws IOException {
        if (!length.matches("[0-9]{1,9}")) {
            throw new AssertionError("not a length: " + length);
        }
        int count = Integer.parseInt(length);
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("expected a body of " + count + " bytes, but got " + bytes.length);
        }
        return new String(bytes, ISO_8859_1);
    }

    /** A line without its CR LF. */
    private static String line(InputStream in, String wanted) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\r'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("expected " + wanted + ", but got the end after: " + line);
            }
            if (b == '\n' || line.length() > HEAD_LIMIT) {
                throw new AssertionError("not a line: " + line);
            }
            line.append((char) b);
        }
        if (in.read() != '\n') {
            throw new AssertionError("bare CR after: " + line);
        }
        return line.toString();
    }
}
