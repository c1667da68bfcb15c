package io.sluice;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/**
 * The application log: one {@link LogLine} per event on standard error.
 *
 * <p>Logback finds this class as a service and calls it once, when the first logger is made. Whoever logs only puts the
 * event into a queue of {@value #QUEUE} and never waits, so an event loop may log: once the queue is four fifths full,
 * events below WARN are dropped, and once it is full, all are. A thread of Logback's writes them out. {@link #close}
 * writes what is left.
 *
 * <p>The environment variable {@code SLUICE_LOG} sets the level: error, warn, info (default), debug or trace.
 */
public final class LogOutput extends ContextAwareBase implements Configurator {

    private static final int QUEUE = 8192;

    private static final int FLUSH_MILLIS = 1000;

    /** Called by Logback through the service loader. */
    public LogOutput() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        AsyncAppender queue = new AsyncAppender();
        queue.setContext(context);
        queue.setName("queue");
        queue.setQueueSize(QUEUE);
        queue.setNeverBlock(true);
        queue.setMaxFlushTime(FLUSH_MILLIS);
        queue.addAppender(console(context));
        queue.start();

        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getenv("SLUICE_LOG"), Level.INFO));
        root.addAppender(queue);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Writes the events that are still queued, for at most a second, and ends the log: later events are lost. */
    static void close() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.stop();
        }
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context) {
        LogLine line = new LogLine();
        line.setContext(context);
        line.start();

        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(line);
        encoder.start();

        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("stderr");
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();
        return console;
    }
}
