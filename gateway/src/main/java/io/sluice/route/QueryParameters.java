package io.sluice.route;

import io.sluice.http.Head;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks over the parameters of a query: pairs between {@code &}, names and values decoded as
 * {@code application/x-www-form-urlencoded} does ({@code +} is a space, a malformed escape stands for itself).
 */
final class QueryParameters {
    private final byte[] block;
    private final int end;
    private int next;
    private int valueFrom;
    private int valueTo;

    QueryParameters(Head head) {
        block = head.block();
        boolean present = head.queryStart() >= 0 && head.queryStart() < head.queryEnd();
        next = present ? head.queryStart() : 0;
        end = present ? head.queryEnd() : 0;
    }

    /** Goes to the next parameter of that name; false if there is none. */
    boolean next(String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        while (next < end) {
            int from = next;
            int to = find('&', from, end);
            next = to + 1;
            int equals = find('=', from, to);
            if (from < to && Arrays.equals(wanted, decoded(from, equals))) {
                valueFrom = Math.min(equals + 1, to);
                valueTo = to;
                return true;
            }
        }
        return false;
    }

    /** The value that {@link #next} stands on; empty where there is none. */
    byte[] value() {
        return decoded(valueFrom, valueTo);
    }

    private int find(char wanted, int from, int to) {
        int at = from;
        while (at < to && block[at] != wanted) {
            at++;
        }
        return at;
    }

    private byte[] decoded(int from, int to) {
        byte[] out = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            byte b = block[i];
            if (b == '%' && i + 2 < to && hex(i + 1) >= 0 && hex(i + 2) >= 0) {
                b = (byte) (hex(i + 1) << 4 | hex(i + 2));
                i += 2;
            } else if (b == '+') {
                b = ' ';
            }
            out[length++] = b;
        }
        return Arrays.copyOf(out, length);
    }

    private int hex(int at) {
        return Character.digit(block[at], 16);
    }
}
