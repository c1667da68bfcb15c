package io.sluice;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request as the demo backend reads it, with all of its body.
 *
 * @param head its lines as received, without line breaks: the request line, then the fields
 * @param body not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DemoRequest(List<String> head, byte[] body) {
    private static final int MAX_LINE = 64 * 1024;
    private static final int MAX_FIELDS = 1000;
    private static final int MAX_BODY = 16 * 1024 * 1024;

    /** Reads the next request of a connection; null if the client sends no more. */
    static @Nullable DemoRequest read(InputStream in) throws IOException {
        String line = line(in);
        if (line == null) {
            return null;
        }
        List<String> head = new ArrayList<>();
        while (line != null && !line.isEmpty()) {
            if (head.size() > MAX_FIELDS) {
                throw new IOException("more than " + MAX_FIELDS + " fields");
            }
            head.add(line);
            line = line(in);
        }
        DemoRequest request = new DemoRequest(List.copyOf(head), new byte[0]);
        if (request.field("transfer-encoding") != null) {
            return new DemoRequest(request.head, chunks(in));
        }
        String length = request.field("content-length");
        return length == null ? request : new DemoRequest(request.head, exactly(in, number(length, 10)));
    }

    String method() {
        return part(0);
    }

    /** Without query. */
    String path() {
        String target = part(1);
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private String part(int index) {
        String[] parts = head.isEmpty() ? new String[0] : head.getFirst().split(" ", -1);
        return index < parts.length ? parts[index] : "";
    }

    /** The first field of that name, given in lower case; null if there is none. */
    @Nullable
    String field(String name) {
        for (String line : head.subList(Math.min(1, head.size()), head.size())) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
                return line.substring(colon + 1).strip();
            }
        }
        return null;
    }

    /** Whether this is the last request of its connection. */
    boolean closes() {
        String connection = field("connection");
        return connection != null && connection.toLowerCase(Locale.ROOT).contains("close");
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int size;
        while ((size = chunkSize(in)) > 0) {
            if (body.size() + size > MAX_BODY) {
                throw new IOException("body is larger than " + MAX_BODY + " bytes");
            }
            body.writeBytes(exactly(in, size));
            line(in);
        }
        String trailer = line(in);
        while (trailer != null && !trailer.isEmpty()) {
            trailer = line(in);
        }
        return body.toByteArray();
    }

    private static int chunkSize(InputStream in) throws IOException {
        String line = line(in);
        if (line == null) {
            throw new EOFException();
        }
        int extension = line.indexOf(';');
        return number(extension < 0 ? line : line.substring(0, extension), 16);
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    private static int number(String text, int radix) throws IOException {
        try {
            int number = Integer.parseInt(text.strip(), radix);
            if (number >= 0 && number <= MAX_BODY) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IOException("length: " + text + " (expected: 0.." + MAX_BODY + ")");
    }

    private static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int c = in.read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n') {
            line.write(c);
            if (line.size() > MAX_LINE) {
                throw new IOException("line is longer than " + MAX_LINE + " bytes");
            }
            c = in.read();
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
