package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LogLineTest {

    private final LoggerContext context = new LoggerContext();

    @Test
    void beginsWithTimeLevelAndTheLastPartOfTheLogger() {
        assertThat(line("bound 0.0.0.0:8080", null))
                .isEqualTo("2026-01-31T12:00:00.500Z INFO  Listener: bound 0.0.0.0:8080\n");
    }

    @Test
    void keepsAMessageWithLineBreaksOnOneLine() {
        assertThat(line("first\r\n  second\n", null)).endsWith(": first | second\n");
    }

    @Test
    void escapesControlCharacters() {
        assertThat(line("\u001b[31mred\u0000\u009b", null)).endsWith(": \\x1b[31mred\\x00\\x9b\n");
    }

    @Test
    void putsTheStackTraceAndItsCauseOnTheSameLine() {
        Exception thrown = new IllegalStateException("broken\nhere", new IllegalArgumentException("cause"));

        assertThat(line("failed", thrown))
                .contains(": failed | java.lang.IllegalStateException: broken | here | at io.sluice.LogLineTest.")
                .contains(" | Caused by: java.lang.IllegalArgumentException: cause | ")
                .hasLineCount(1);
    }

    private String line(String message, @Nullable Throwable thrown) {
        LoggingEvent event = new LoggingEvent(
                LogLineTest.class.getName(),
                context.getLogger("io.sluice.proxy.Listener"),
                Level.INFO,
                message,
                thrown,
                null);
        event.setInstant(Instant.parse("2026-01-31T12:00:00.500Z"));
        return new LogLine().doLayout(event);
    }
}
