package io.sluice.proxy;

import io.sluice.telemetry.ConnectionMetrics.Rejection;
import io.sluice.telemetry.ConnectionMetrics.Rest;
import io.sluice.wire.Acceptor;
import io.sluice.wire.Loops;
import io.sluice.wire.Wire;
import io.sluice.wire.WireEvents;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a listener takes one more connection. With as many as it may hold it stops accepting: clients wait in the kernel's
 * backlog, and each connection that ends lets one of them in. Any thread.
 *
 * <p>No wake-up is lost: {@link #accepts} first marks that accepting rests and then looks at the count again, {@link #left}
 * first counts and then looks at the mark.
 */
final class Admission implements Acceptor {
    private static final Logger log = LoggerFactory.getLogger(Admission.class);
    private static final long LOG_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Listener listener;
    /** Accepted and not yet gone. */
    private final AtomicInteger held = new AtomicInteger();
    /** Those of them that are client connections. */
    private final AtomicInteger open = new AtomicInteger();

    private final AtomicBoolean resting = new AtomicBoolean();
    private final AtomicLong logAgainAt = new AtomicLong(System.nanoTime());
    private volatile Loops.@Nullable Binding binding;

    Admission(Listener listener) {
        this.listener = listener;
    }

    /** Who is told when accepting may go on. */
    void bound(Loops.Binding to) {
        binding = to;
        recheck();
    }

    /** Client connections that are open. */
    int open() {
        return open.get();
    }

    private int limit() {
        return listener.config().limits().connections();
    }

    @Override
    public boolean accepts() {
        if (held.get() < limit()) {
            return true;
        }
        boolean begins = resting.compareAndSet(false, true);
        if (held.get() < limit()) {
            return true;
        }
        if (begins) {
            listener.settings().metrics().rested(Rest.CONNECTIONS);
        }
        return false;
    }

    @Override
    public void accepted() {
        held.incrementAndGet();
    }

    @Override
    public WireEvents connected(Wire wire) {
        // only where several sockets accept at once, or none could tell how many there were
        if (open.incrementAndGet() > limit()) {
            return reject(wire, Rejection.CONNECTIONS);
        }
        return listener.take(wire);
    }

    private WireEvents reject(Wire wire, Rejection why) {
        listener.settings().metrics().rejected(why);
        left();
        wire.abort();
        return Refused.CONNECTION;
    }

    /** A connection that was {@link #connected} is gone. */
    void left() {
        open.decrementAndGet();
        lost();
    }

    @Override
    public void lost() {
        held.decrementAndGet();
        if (resting.get()) {
            recheck();
        }
    }

    /** The limit may have changed. */
    void recheck() {
        resting.set(false);
        Loops.Binding bound = binding;
        if (bound != null) {
            bound.recheck();
        }
    }

    @Override
    public void failed(IOException cause) {
        listener.settings().metrics().rested(Rest.FAILED);
        long now = System.nanoTime();
        long at = logAgainAt.get();
        if (now - at >= 0 && logAgainAt.compareAndSet(at, now + LOG_PAUSE_NANOS)) {
            log.warn(
                    "listener {} can't accept: {} (told once a minute; it tries again all the time)",
                    listener.config().name(),
                    cause.getMessage());
        }
    }
}
