package io.sluice.http;

/** Members of comma-separated lists without quoted strings (RFC 9110 section 5.6.1). */
final class Lists {
    private Lists() {}

    /** Where the member that begins at {@code from} ends: at a comma or at {@code to}. */
    static int end(byte[] block, int from, int to) {
        int at = from;
        while (at < to && block[at] != ',') {
            at++;
        }
        return at;
    }

    /** First byte in [from, to) that is no whitespace; {@code to} if none. */
    static int first(byte[] block, int from, int to) {
        int at = from;
        while (at < to && Octets.isSpace(block[at])) {
            at++;
        }
        return at;
    }

    /** Behind the last byte in [from, to) that is no whitespace; {@code from} if none. */
    static int last(byte[] block, int from, int to) {
        int at = to;
        while (at > from && Octets.isSpace(block[at - 1])) {
            at--;
        }
        return at;
    }

    static boolean isToken(byte[] block, int from, int to) {
        for (int at = from; at < to; at++) {
            if (!Octets.is(Octets.TOKEN, block[at])) {
                return false;
            }
        }
        return from < to;
    }
}
