package io.sluice.http;

/** Reads {@code Keep-Alive: timeout=5, max=100} (RFC 2068 section 19.7.1.1): how long the sender keeps an idle connection. */
public final class KeepAlive {
    /** {@link #timeoutSeconds}: nothing was said, or nothing that can be read. */
    public static final int UNSAID = -1;

    private static final int MOST_SECONDS = 86_400;
    private static final byte[] TIMEOUT = Head.ascii("timeout");

    private KeepAlive() {}

    /** The value of {@code timeout}, 0..86400 (longer ones count as a day); {@link #UNSAID} where there is none. Makes no object. */
    public static int timeoutSeconds(Head head) {
        int field = head.find(Name.KEEP_ALIVE, 0);
        if (field < 0) {
            return UNSAID;
        }
        byte[] block = head.block();
        int end = head.valueEnd(field);
        int from = head.valueStart(field);
        while (from < end) {
            int next = from;
            while (next < end && block[next] != ',') {
                next++;
            }
            int seconds = parameter(block, from, next);
            if (seconds != UNSAID) {
                return seconds;
            }
            from = next + 1;
        }
        return UNSAID;
    }

    private static int parameter(byte[] block, int from, int end) {
        int at = blanks(block, from, end);
        for (byte wanted : TIMEOUT) {
            if (at == end || (block[at] | 0x20) != wanted) {
                return UNSAID;
            }
            at++;
        }
        at = blanks(block, at, end);
        if (at == end || block[at] != '=') {
            return UNSAID;
        }
        return seconds(block, blanks(block, at + 1, end), end);
    }

    private static int seconds(byte[] block, int from, int end) {
        int value = 0;
        int at = from;
        while (at < end && block[at] >= '0' && block[at] <= '9') {
            value = Math.min(MOST_SECONDS, value * 10 + block[at] - '0');
            at++;
        }
        return at == from || blanks(block, at, end) < end ? UNSAID : value;
    }

    private static int blanks(byte[] block, int from, int end) {
        int at = from;
        while (at < end && (block[at] == ' ' || block[at] == '\t')) {
            at++;
        }
        return at;
    }
}
