package io.sluice.bench.models;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Finds the ends of the answers in what one connection receives: each 200, with a body of a length known before. */
final class AnswerReader {
    private static final byte[] START = "HTTP/1.1 200 ".getBytes(US_ASCII);
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(US_ASCII);
    private final int bodyBytes;
    private int started;
    private int ending;
    private int bodyLeft;

    AnswerReader(int bodyBytes) {
        this.bodyBytes = bodyBytes;
        bodyLeft = bodyBytes;
    }

    /**
     * Takes bytes as they came, to the last one; returns how many answers ended in them.
     *
     * @throws IOException if an answer is not 200
     */
    int endedIn(ByteBuffer bytes) throws IOException {
        int ended = 0;
        while (bytes.hasRemaining()) {
            if (ending < HEAD_END.length) {
                head(bytes.get());
            } else {
                int taken = Math.min(bodyLeft, bytes.remaining());
                bytes.position(bytes.position() + taken);
                bodyLeft -= taken;
            }
            if (ending == HEAD_END.length && bodyLeft == 0) {
                ended++;
                started = 0;
                ending = 0;
                bodyLeft = bodyBytes;
            }
        }
        return ended;
    }

    private void head(byte next) throws IOException {
        if (started < START.length && next != START[started++]) {
            throw new IOException("answers another status (expected: HTTP/1.1 200)");
        }
        if (next == HEAD_END[ending]) {
            ending++;
        } else {
            ending = next == HEAD_END[0] ? 1 : 0;
        }
    }
}
