package io.sluice.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Fails a test class during which the log told of a buffer that nobody released, or of an exception: peers that go away
 * are no exception, and what a test throws on purpose says {@link #ON_PURPOSE}. Registered for all classes of the module. A leak is found when its buffer was collected and another
 * one is made, so both are brought about here; what shows up later fails a later class.
 */
public final class CleanLog implements BeforeAllCallback, AfterAllCallback {
    /** Message of exceptions that a test throws to see what becomes of them. */
    public static final String ON_PURPOSE = "thrown by the test";

    private static final int ALLOCATIONS = 64;

    @Override
    public void beforeAll(ExtensionContext context) {
        complaints(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        System.gc();
        for (int i = 0; i < ALLOCATIONS; i++) {
            PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
        }
        Queue<String> found = complaints(context).found;
        if (!found.isEmpty()) {
            String text = String.join("\n", found);
            found.clear();
            throw new AssertionError("the log is not clean:\n" + text);
        }
    }

    private static Complaints complaints(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(CleanLog.class))
                .computeIfAbsent(Complaints.class, type -> Complaints.listening(), Complaints.class);
    }

    /** What should not have been logged; one for the whole run. */
    private static final class Complaints extends AppenderBase<ILoggingEvent> {
        private final Queue<String> found = new ConcurrentLinkedQueue<>();

        static Complaints listening() {
            Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
            Complaints complaints = new Complaints();
            complaints.setContext(root.getLoggerContext());
            complaints.start();
            root.addAppender(complaints);
            return complaints;
        }

        @Override
        protected void append(ILoggingEvent event) {
            IThrowableProxy thrown = event.getThrowableProxy();
            if (thrown != null
                    && !ON_PURPOSE.equals(thrown.getMessage())
                    && event.getLevel().isGreaterOrEqual(Level.WARN)) {
                found.add(event.getFormattedMessage() + "\n" + ThrowableProxyUtil.asString(thrown));
            } else if (event.getLoggerName().equals(ResourceLeakDetector.class.getName())
                    && event.getLevel() == Level.ERROR) {
                found.add(event.getFormattedMessage());
            }
        }
    }
}
