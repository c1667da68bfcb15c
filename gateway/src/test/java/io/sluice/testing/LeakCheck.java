package io.sluice.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
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
 * Fails a test class after which Netty's leak detector has found a buffer that nobody released. Registered for all
 * classes of the module. A leak is found when its buffer was collected and another one is made, so both are brought
 * about here; what shows up later fails a later class.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
    private static final int ALLOCATIONS = 64;

    @Override
    public void beforeAll(ExtensionContext context) {
        reports(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        System.gc();
        for (int i = 0; i < ALLOCATIONS; i++) {
            PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
        }
        Queue<String> found = reports(context).found;
        if (!found.isEmpty()) {
            String text = String.join("\n", found);
            found.clear();
            throw new AssertionError("buffers were not released:\n" + text);
        }
    }

    private static Reports reports(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(LeakCheck.class))
                .computeIfAbsent(Reports.class, type -> Reports.listening(), Reports.class);
    }

    /** What the detector said; one for the whole run. */
    private static final class Reports extends AppenderBase<ILoggingEvent> {
        private final Queue<String> found = new ConcurrentLinkedQueue<>();

        static Reports listening() {
            Logger logger = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
            Reports reports = new Reports();
            reports.setContext(logger.getLoggerContext());
            reports.start();
            logger.addAppender(reports);
            return reports;
        }

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel() == Level.ERROR) {
                found.add(event.getFormattedMessage());
            }
        }
    }
}
