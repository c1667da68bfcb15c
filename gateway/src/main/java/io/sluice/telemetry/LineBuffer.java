package io.sluice.telemetry;

import java.util.Arrays;

/** The bytes of one line, used again for the next. All of it is ASCII. Used by one thread. */
final class LineBuffer {
    private static final int FIRST = 1024;
    /** A buffer that had to grow beyond this is not kept. */
    private static final int KEPT = 16 * 1024;
    /** Of {@link Long#MIN_VALUE}. */
    private static final int LONGEST_NUMBER = 20;

    private static final byte[] LOWER = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
    };
    private static final byte[] UPPER = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
    };

    private byte[] bytes = new byte[FIRST];
    private int length;

    void clear() {
        if (bytes.length > KEPT) {
            bytes = new byte[FIRST];
        }
        length = 0;
    }

    int length() {
        return length;
    }

    /** A copy of the line. */
    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    void put(char c) {
        room(1);
        bytes[length++] = (byte) c;
    }

    /** Text that is known to be ASCII without anything to escape. */
    void plain(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    /** As JSON wants it: what is not plain ASCII is <code>\</code><code>uXXXX</code>. */
    void json(String text) {
        room(text.length() * 6);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                bytes[length++] = (byte) c;
            } else if (c == '"' || c == '\\') {
                bytes[length++] = '\\';
                bytes[length++] = (byte) c;
            } else {
                bytes[length++] = '\\';
                bytes[length++] = 'u';
                digits(c, 12, LOWER);
            }
        }
    }

    /** As nginx has it: what is not plain ASCII is {@code \xXX}. Of characters, each of them one byte of a peer's. */
    void quotable(String text) {
        room(text.length() * 4);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                bytes[length++] = (byte) c;
            } else {
                bytes[length++] = '\\';
                bytes[length++] = 'x';
                digits(c, 4, UPPER);
            }
        }
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
    }

    private void digits(char c, int highest, byte[] digits) {
        for (int shift = highest; shift >= 0; shift -= 4) {
            bytes[length++] = digits[c >> shift & 0xF];
        }
    }

    /** Decimal digits, without making a text of them first. */
    void number(long value) {
        room(LONGEST_NUMBER);
        if (value < 0) {
            bytes[length++] = '-';
        }
        // below zero, where the smallest number has its place too
        long rest = value < 0 ? value : -value;
        int end = length + 1;
        for (long left = rest; left <= -10; left /= 10) {
            end++;
        }
        length = end;
        do {
            bytes[--end] = (byte) ('0' - rest % 10);
            rest /= 10;
        } while (rest != 0);
    }

    /** Three digits. */
    void thousandths(long value) {
        put((char) ('0' + value / 100));
        put((char) ('0' + value / 10 % 10));
        put((char) ('0' + value % 10));
    }

    /** A time span in milliseconds, to the microsecond. */
    void millis(long nanos) {
        long micros = Math.max(0, nanos / 1000);
        number(micros / 1000);
        put('.');
        thousandths(micros % 1000);
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
