package io.sluice.bench;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Looks at a figure ten times a second, by a thread of its own, and keeps the highest. */
final class Peak implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private final AtomicLong highest = new AtomicLong();
    private final Thread thread;

    private Peak(LongSupplier figure) {
        thread = Thread.ofPlatform().daemon().name("peak").unstarted(() -> watch(figure));
    }

    static Peak of(LongSupplier figure) {
        Peak peak = new Peak(figure);
        peak.thread.start();
        return peak;
    }

    private void watch(LongSupplier figure) {
        try {
            while (true) {
                highest.accumulateAndGet(figure.getAsLong(), Math::max);
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException end) {
            // Closed.
        }
    }

    /** The highest up to now. */
    long highest() {
        return highest.get();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
