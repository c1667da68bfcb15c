package io.sluice.bench.program;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * When requests are due, whatever became of those before: an open loop. Those that are due while no connection is free
 * wait in order, and their time counts. At most {@value #MOST} of them; further ones are counted only.
 */
final class Pace {
    private static final int MOST = 100_000;
    private static final long SECOND = 1_000_000_000;
    private final Queue<Long> due = new ArrayDeque<>();
    private double interval;
    private double next;
    private long start;
    private long dropped;
    private boolean on;

    /** From now on so many requests a second, evenly spread; 0 adds none. What was due before stays so. */
    void set(double perSecond, long now) {
        on = perSecond > 0;
        interval = on ? SECOND / perSecond : 0;
        start = now;
        next = 0;
    }

    boolean isOn() {
        return on;
    }

    /** Time of the next request that is not due yet. */
    long next() {
        return start + (long) next;
    }

    /** Notes what has become due. */
    void advance(long now) {
        while (on && next() - now <= 0) {
            if (due.size() < MOST) {
                due.add(next());
            } else {
                dropped++;
            }
            next += interval;
        }
    }

    boolean hasDue() {
        return !due.isEmpty();
    }

    /** Time at which the oldest unsent request was due. */
    long take() {
        return due.remove();
    }

    long waiting() {
        return due.size() + dropped;
    }
}
