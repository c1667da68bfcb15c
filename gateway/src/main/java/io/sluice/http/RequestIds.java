package io.sluice.http;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Makes request ids: 32 hexadecimal digits, 16 random ones drawn once and a counter of 16. No two are equal in one
 * process or, but for a chance of 1 in 2^64 for each pair of makers, in any other. One a loop, used by its thread.
 */
public final class RequestIds {
    private static final String NAME = "X-Request-Id";
    private static final int RANDOM_BYTES = 8;

    private final byte[] line;
    private final TraceIds traces = new TraceIds();

    public RequestIds() {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        line = Head.ascii(NAME + ": " + HexFormat.of().formatHex(random) + "0000000000000000\r\n");
    }

    /** For those who have no trace. */
    TraceIds traces() {
        return traces;
    }

    /** Appends X-Request-Id with the next id. */
    void add(Head head) {
        int at = line.length - 3;
        while (next(at)) {
            at--;
        }
        head.addLine(Name.X_REQUEST_ID, line, NAME.length());
    }

    /** Counts up one digit; whether there is a carry. */
    private boolean next(int at) {
        byte digit = line[at];
        line[at] = (byte) (digit == 'f' ? '0' : digit == '9' ? 'a' : digit + 1);
        return digit == 'f';
    }
}
