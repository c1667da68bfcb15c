package io.sluice;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The form of a log event: {@code 2026-01-31T12:00:00.000Z INFO  Reloader: message | stack trace}, always one line.
 *
 * <p>Line breaks become " | " and other control characters {@code \xNN}, so that no peer whose bytes are logged can forge a
 * line or reach the operator's terminal. Stateless, so of any thread.
 */
final class LogLine extends LayoutBase<ILoggingEvent> {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        TIME.formatTo(event.getInstant(), line);
        String level = event.getLevel().toString();
        line.append(' ').append(level).repeat(' ', Math.max(1, 6 - level.length()));
        String logger = event.getLoggerName();
        line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
        appendOnOneLine(event.getFormattedMessage(), line);
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.append(" | ");
            appendOnOneLine(ThrowableProxyUtil.asString(thrown), line);
        }
        return line.append('\n').toString();
    }

    private static void appendOnOneLine(String text, StringBuilder line) {
        boolean broken = false;
        String stripped = text.strip();
        for (int i = 0; i < stripped.length(); i++) {
            char c = stripped.charAt(i);
            if (c == '\n' || c == '\r') {
                broken = true;
            } else if (!broken || !Character.isWhitespace(c)) {
                line.append(broken ? " | " : "");
                broken = false;
                appendPrintable(c, line);
            }
        }
    }

    private static void appendPrintable(char c, StringBuilder line) {
        if (c == '\t') {
            line.append(' ');
        } else if (Character.isISOControl(c)) {
            line.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xf, 16));
        } else {
            line.append(c);
        }
    }
}
