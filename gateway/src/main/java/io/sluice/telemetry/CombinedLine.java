package io.sluice.telemetry;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes one line in the combined format of Apache httpd and nginx, escaped as nginx does: a quote, a backslash and what is
 * not plain ASCII becomes {@code \xXX}, so bytes that a peer sent can't forge a line or a field. Used by one thread.
 */
final class CombinedLine implements LogFields {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    " - - '['dd/MMM/yyyy:HH:mm:ss '+0000]' ", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final LineBuffer line = new LineBuffer();
    private long second = Long.MIN_VALUE;
    private String secondText = "";

    /** Starts a line, and forgets the one before: all up to the bytes of the response. */
    CombinedLine begin(String client, long epochMillis, String request, int status, long bytes) {
        line.clear();
        line.quotable(client);
        long whole = Math.floorDiv(epochMillis, 1000L);
        if (whole != second) {
            second = whole;
            secondText = TIME.format(Instant.ofEpochSecond(whole));
        }
        line.plain(secondText);
        quoted(request);
        line.put(' ');
        // three digits, whatever it is
        line.thousandths(status);
        line.put(' ');
        line.number(bytes);
        return this;
    }

    /** The last two fields of every line. */
    CombinedLine agent(@Nullable String referer, @Nullable String userAgent) {
        line.put(' ');
        quoted(referer == null ? "-" : referer);
        line.put(' ');
        quoted(userAgent == null ? "-" : userAgent);
        return this;
    }

    private void quoted(String text) {
        line.put('"');
        line.quotable(text);
        line.put('"');
    }

    @Override
    public void field(String name, @Nullable String value) {
        name(name);
        if (value == null) {
            line.put('-');
        } else {
            quoted(value);
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
        line.put('\n');
        return line.copy();
    }

    private void name(String name) {
        line.put(' ');
        line.plain(name);
        line.put('=');
    }
}
