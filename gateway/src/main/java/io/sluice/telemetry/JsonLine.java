package io.sluice.telemetry;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object on one line. The line is pure ASCII: any other character, and any that JSON wants escaped, becomes
 * {@code \\uXXXX}, so bytes that a peer sent can't forge a line. Used by one thread.
 */
final class JsonLine implements LogFields {
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    private final LineBuffer line = new LineBuffer();
    private long second = Long.MIN_VALUE;
    private String secondText = "";

    /** Starts a line, and forgets the one before. */
    JsonLine begin() {
        line.clear();
        line.put('{');
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
        line.put('"');
        line.plain(secondText);
        line.put('.');
        line.thousandths(Math.floorMod(epochMillis, 1000L));
        line.plain("Z\"");
        return this;
    }

    @Override
    public void field(String name, @Nullable String value) {
        name(name);
        if (value == null) {
            line.plain("null");
        } else {
            line.put('"');
            line.json(value);
            line.put('"');
        }
    }

    @Override
    public void field(String name, long value) {
        name(name);
        line.number(value);
    }

    @Override
    public void field(String name, boolean value) {
        name(name);
        line.plain(value ? "true" : "false");
    }

    @Override
    public void millis(String name, long nanos) {
        name(name);
        line.millis(nanos);
    }

    /** Ends the line; returns it with its line feed, as a copy. */
    byte[] end() {
        line.put('}');
        line.put('\n');
        return line.copy();
    }

    private void name(String name) {
        if (line.length() > 1) {
            line.put(',');
        }
        line.put('"');
        line.plain(name);
        line.plain("\":");
    }
}
