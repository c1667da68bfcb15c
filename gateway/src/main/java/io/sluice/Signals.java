package io.sluice;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * What the process does on signals: SIGHUP reloads and opens the access log anew, SIGUSR1 does the latter alone, the first
 * SIGTERM or SIGINT drains and then ends, a second one ends at once. The admin API may ask for the same as the first of these.
 *
 * <p>They are handled directly and not by shutdown hooks, since the JVM tells its hooks nothing of a second signal and
 * lets nothing end before they have all returned. Each signal is handled on a thread of its own.
 */
final class Signals {
    private static final Logger log = LoggerFactory.getLogger(Signals.class);
    /** What shells report for a process that a signal ended: this and the signal's number. */
    private static final int ENDED_BY_SIGNAL = 128;

    private final Gateway gateway;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    private Signals(Gateway gateway) {
        this.gateway = gateway;
    }

    static Signals install(Gateway gateway) {
        Signals signals = new Signals(gateway);
        handle("TERM", signals::end);
        handle("INT", signals::end);
        handle("HUP", signals::reload);
        handle("USR1", signals::reopen);
        gateway.endedBy(signals::endByItself);
        return signals;
    }

    private static void handle(String name, SignalHandler handler) {
        try {
            Signal.handle(new Signal(name), handler);
        } catch (IllegalArgumentException e) {
            // not on this system, or the JVM was told to leave it alone
            log.debug("SIG{} is not handled: {}", name, e.getMessage());
        }
    }

    private void end(Signal signal) {
        if (!ending.compareAndSet(false, true)) {
            Runtime.getRuntime().halt(ENDED_BY_SIGNAL + signal.getNumber());
        }
        end("SIG" + signal.getName() + ": draining; a second signal ends at once");
    }

    /** Asked for over the admin API; returns at once. */
    private void endByItself() {
        if (ending.compareAndSet(false, true)) {
            Thread.ofPlatform().name("end").start(() -> end("shutdown: draining; a signal ends at once"));
        }
    }

    private void end(String announcement) {
        log.info(announcement);
        gateway.drain();
        log.info("stopped");
        ended.countDown();
    }

    private void reload(Signal signal) {
        log.info("SIGHUP: reloading");
        gateway.telemetry().reopenAccessLog();
        gateway.reload();
    }

    private void reopen(Signal signal) {
        log.info("SIGUSR1: opening the access log anew");
        gateway.telemetry().reopenAccessLog();
    }

    /** Waits until a signal has ended the gateway. */
    void awaitEnd() throws InterruptedException {
        ended.await();
    }
}
