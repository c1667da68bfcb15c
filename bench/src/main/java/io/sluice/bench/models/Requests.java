package io.sluice.bench.models;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * The requests of one connection, and the answer that all of them get.
 *
 * <p>All models share this class, so that they differ in nothing but how they wait. It knows requests without a body over
 * connections that the client closes, and no more of HTTP. All it keeps of a connection is one number.
 */
final class Requests {
    static final int BODY_BYTES = 128;
    private static final byte[] END = "\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] ANSWER = ("HTTP/1.1 200 OK\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n"
                    + "x".repeat(BODY_BYTES))
            .getBytes(US_ASCII);

    private int matched;

    /** Takes bytes as they came, to the last one; returns how many requests ended in them. */
    int endedIn(ByteBuffer bytes) {
        int ended = 0;
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (next == END[matched]) {
                matched++;
            } else {
                matched = next == END[0] ? 1 : 0;
            }
            if (matched == END.length) {
                matched = 0;
                ended++;
            }
        }
        return ended;
    }

    /** A copy of the whole answer. */
    static byte[] answer() {
        return ANSWER.clone();
    }
}
