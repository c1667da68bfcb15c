package io.sluice.proxy;

import io.sluice.wire.Loop;
import java.util.Arrays;

/**
 * How late a loop is: a task is sent to it now and then, and the time counts until it runs. What is told is the least of the last
 * few times, since a single late task may be a collection of garbage or a neighbour's doing; a loop that has too much to do is late
 * each time. Used by one thread.
 */
final class LoopLag {
    /** So many tasks are looked at. */
    static final int TIMES = 4;

    private final Loop loop;
    private final long[] last = new long[TIMES];
    private int next;
    private long sentAt;
    private volatile boolean sent;
    private volatile long took;

    LoopLag(Loop loop) {
        this.loop = loop;
    }

    /** Looks at the last task, which may not have run yet, and sends another one if it has; nanoseconds. */
    long look() {
        long now = System.nanoTime();
        last[next++ % TIMES] = sent ? now - sentAt : took;
        if (!sent) {
            sent = true;
            sentAt = now;
            loop.execute(() -> {
                took = System.nanoTime() - now;
                sent = false;
            });
        }
        return Arrays.stream(last).min().orElse(0);
    }

    /** Begins anew. */
    void forget() {
        Arrays.fill(last, 0);
    }
}
