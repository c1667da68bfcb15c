package io.sluice.telemetry;

import java.util.concurrent.atomic.LongAdder;

/** The client connections of one listener. Counted and read by any thread. */
public final class ConnectionMetrics {
    private final String listener;
    private final LongAdder opened = new LongAdder();
    private final LongAdder closed = new LongAdder();
    private final LongAdder rejected = new LongAdder();

    ConnectionMetrics(String listener) {
        this.listener = listener;
    }

    /** Name of the listener. */
    public String listener() {
        return listener;
    }

    /** A connection was taken on; {@link #closed} follows once. */
    public void opened() {
        opened.increment();
    }

    /** A connection that was taken on is gone. */
    public void closed() {
        closed.increment();
    }

    /** A connection was refused, since the listener holds as many as it may; it does not count as opened or closed. */
    public void rejected() {
        rejected.increment();
    }

    /** Connections held now; exact once nothing changes any more. */
    public long open() {
        // closed first: what is counted in between makes the figure too large for a moment, never negative
        long gone = closed.sum();
        return opened.sum() - gone;
    }

    /** Connections taken on so far. */
    public long openedInAll() {
        return opened.sum();
    }

    /** Connections refused so far. */
    public long rejectedInAll() {
        return rejected.sum();
    }
}
