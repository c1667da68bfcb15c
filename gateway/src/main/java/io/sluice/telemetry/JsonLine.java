package io.sluice.telemetry;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object on one line into a buffer that is used again and again. The line is pure ASCII: any other
 * character, and any that JSON wants escaped, becomes {@code \\uXXXX}, so bytes that a peer sent can't forge a line. Used by one thread.
 */
final class JsonLine {
    private static final int FIRST = 1024;
    /** A buffer that had to grow beyond this is not kept. */
    private static final int KEPT = 16 * 1024;
    /** Bytes that one character may take. */
    private static final int WIDEST = 6;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    private byte[] bytes = new byte[FIRST];
    private int length;
    private long second = Long.MIN_VALUE;
    private String secondText = "";

    /** Starts a line, and forgets the one before. */
    JsonLine begin() {
        if (bytes.length > KEPT) {
            bytes = new byte[FIRST];
        }
        length = 0;
        bytes[length++] = '{';
        return this;
    }

    /** @param epochMillis becomes {@code 2026-01-31T12:00:00.000Z} */
    JsonLine time(String name, long epochMillis) {
        long whole = Math.floorDiv(epochMillis, 1000L);
        if (whole != second) {
            second = whole;
            secondText = SECOND.format(Instant.ofEpochSecond(whole));
        }
        name(name);
        put('"');
        plain(secondText);
        put('.');
        thousandths(Math.floorMod(epochMillis, 1000L));
        put('Z');
        put('"');
        return this;
    }

    JsonLine field(String name, @Nullable String value) {
        name(name);
        if (value == null) {
            plain("null");
        } else {
            put('"');
            escaped(value);
            put('"');
        }
        return this;
    }

    JsonLine field(String name, long value) {
        name(name);
        number(value);
        return this;
    }

    JsonLine field(String name, boolean value) {
        name(name);
        plain(value ? "true" : "false");
        return this;
    }

    /** A time span in milliseconds, to the microsecond. */
    JsonLine millis(String name, long nanos) {
        name(name);
        long micros = Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos));
        number(micros / 1000);
        put('.');
        thousandths(micros % 1000);
        return this;
    }

    /** Ends the line; returns it with its line feed, as a copy. */
    byte[] end() {
        put('}');
        put('\n');
        return Arrays.copyOf(bytes, length);
    }

    private void name(String name) {
        if (length > 1) {
            put(',');
        }
        put('"');
        plain(name);
        put('"');
        put(':');
    }

    private void escaped(String text) {
        room(text.length() * WIDEST);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7F && c != '"' && c != '\\') {
                bytes[length++] = (byte) c;
            } else if (c == '"' || c == '\\') {
                bytes[length++] = '\\';
                bytes[length++] = (byte) c;
            } else {
                unicode(c);
            }
        }
    }

    private void unicode(char c) {
        bytes[length++] = '\\';
        bytes[length++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[c >> shift & 0xF];
        }
    }

    /** Text that is known to be ASCII without anything to escape. */
    private void plain(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    private void number(long value) {
        plain(Long.toString(value));
    }

    private void thousandths(long value) {
        put((char) ('0' + value / 100));
        put((char) ('0' + value / 10 % 10));
        put((char) ('0' + value % 10));
    }

    private void put(char c) {
        room(1);
        bytes[length++] = (byte) c;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
