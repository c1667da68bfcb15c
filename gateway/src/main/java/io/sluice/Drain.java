package io.sluice;

import io.sluice.admin.DrainProgress;
import io.sluice.admin.DrainProgress.Phase;
import io.sluice.config.DrainConfig;
import io.sluice.proxy.Dismissal;
import io.sluice.proxy.Listener;
import io.sluice.proxy.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of listeners. In its grace nothing changes for clients; only who asks whether the gateway is ready hears that it isn't. Then
 * the listeners accept no more: idle connections are closed, some at a time, running exchanges end with an answer that says
 * {@code Connection: close}, and what is left at the deadline is cut off. It has a thread of its own and happens once.
 */
final class Drain {
    private static final Logger log = LoggerFactory.getLogger(Drain.class);
    private static final long PAUSE_MILLIS = 5;
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Idle connections are closed within this part of the timeout, so that the deadline is for those that are busy. */
    private static final double CLOSING_SHARE = 0.8;
    /** So much of a second's worth may be closed at once. */
    private static final double AT_ONCE_SECONDS = 0.1;

    private final List<Listener> listeners;
    private final DrainConfig config;
    private final Proxy proxy;
    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch hurried = new CountDownLatch(1);
    private final long begun = System.nanoTime();
    private final int atFirst;
    private volatile Phase phase = Phase.GRACE;

    private Drain(Proxy proxy, List<Listener> listeners, DrainConfig config) {
        this.proxy = proxy;
        this.listeners = List.copyOf(listeners);
        this.config = config;
        this.atFirst = connections();
    }

    /** Begins, and returns. */
    static Drain start(Proxy proxy, List<Listener> listeners, DrainConfig config) {
        Drain drain = new Drain(proxy, listeners, config);
        Thread.ofVirtual().name("drain").start(drain::run);
        return drain;
    }

    /** Waits for its end. Returns whether all connections ended before the deadline. */
    boolean await() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return phase == Phase.ENDED;
    }

    /** Ends the grace now. */
    void hurry() {
        hurried.countDown();
    }

    DrainProgress progress() {
        return new DrainProgress(phase, System.nanoTime() - begun, config, atFirst, connections());
    }

    private int connections() {
        return listeners.stream().mapToInt(Listener::connections).sum();
    }

    private void run() {
        try {
            waitInGrace();
            listeners.forEach(Listener::drain);
            phase = Phase.CLOSING;
            boolean inTime = close();
            if (!inTime) {
                log.warn(
                        "drain took longer than {} s: {} cut off",
                        config.timeout().toSeconds(),
                        Amount.of(connections(), "connection"));
                listeners.forEach(Listener::abort);
            }
            phase = inTime ? Phase.ENDED : Phase.CUT_OFF;
        } catch (InterruptedException e) {
            // nobody interrupts it: the thread is its own
            Thread.currentThread().interrupt();
        } finally {
            over.countDown();
        }
    }

    private void waitInGrace() throws InterruptedException {
        if (config.grace().isPositive()) {
            log.info(
                    "draining: not ready from now on, serving as ever for {} s",
                    config.grace().toSeconds());
            boolean cutShort = hurried.await(config.grace().toNanos(), TimeUnit.NANOSECONDS);
            log.info("draining: the grace is {}", cutShort ? "cut short" : "over");
        }
    }

    /** Returns false at the deadline. */
    private boolean close() throws InterruptedException {
        int first = connections();
        log.info(
                "draining: {}, at most {} s",
                Amount.of(first, "connection"),
                config.timeout().toSeconds());
        Dismissal dismissal = new Dismissal(proxy, listeners);
        double perSecond = perSecond(first);
        long closingBegun = System.nanoTime();
        long toldAt = closingBegun;
        long allowed = 0;
        for (int left = first; left > 0; left = connections()) {
            long now = System.nanoTime();
            long nanos = now - closingBegun;
            if (nanos >= config.timeout().toNanos()) {
                return false;
            }
            long due = (long) Math.ceil(perSecond * (nanos / 1e9 + AT_ONCE_SECONDS));
            if (due > allowed) {
                dismissal.allow(due - allowed);
                allowed = due;
            }
            if (now - toldAt >= TELL_NANOS) {
                toldAt = now;
                log.info(
                        "draining: {} of {} left, {} s to go",
                        left,
                        Amount.of(first, "connection"),
                        (config.timeout().toNanos() - nanos) / 1_000_000_000);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return true;
    }

    /** How many idle connections are closed each second. */
    private double perSecond(int connections) {
        int budget = config.reconnects();
        // all at once: as many as there can be
        double wanted = budget == 0 ? Integer.MAX_VALUE / AT_ONCE_SECONDS : budget;
        double needed = connections / (CLOSING_SHARE * config.timeout().toNanos() / 1e9);
        if (needed > wanted) {
            log.warn(
                    "drain.reconnects: {} is too few for {} in {} s: {} a second are closed",
                    budget,
                    Amount.of(connections, "connection"),
                    config.timeout().toSeconds(),
                    (long) needed);
        }
        return Math.max(needed, wanted);
    }
}
