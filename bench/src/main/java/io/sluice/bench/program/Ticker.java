package io.sluice.bench.program;

import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Wakes a selector at a time of {@link System#nanoTime}: a selector's own time-out knows whole milliseconds only. */
final class Ticker {
    private static final long NEVER = Long.MAX_VALUE;
    private final AtomicLong time = new AtomicLong(NEVER);
    private final Selector loop;
    private final Thread thread;

    Ticker(Selector loop) {
        this.loop = loop;
        this.thread = Thread.ofPlatform().daemon().name("ticker").unstarted(this::run);
    }

    static Ticker start(Selector loop) {
        Ticker ticker = new Ticker(loop);
        ticker.thread.start();
        return ticker;
    }

    /** Sets the next time, in place of one that was set before. */
    void at(long nanos) {
        if (time.getAndSet(nanos) != nanos) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (true) {
            long next = time.get();
            long wait = next - System.nanoTime();
            if (next == NEVER) {
                LockSupport.park(this);
            } else if (wait > 0) {
                LockSupport.parkNanos(this, wait);
            } else if (time.compareAndSet(next, NEVER)) {
                loop.wakeup();
            }
        }
    }
}
