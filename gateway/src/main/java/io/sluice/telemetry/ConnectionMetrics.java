package io.sluice.telemetry;

import java.util.concurrent.atomic.LongAdder;

/** The client connections of one listener. Counted and read by any thread. */
public final class ConnectionMetrics {
    private final String listener;
    private final LongAdder opened = new LongAdder();
    private final LongAdder closed = new LongAdder();
    private final Counters<Rejection> rejected = new Counters<>(Rejection.class);
    private final Counters<Rest> rests = new Counters<>(Rest.class);

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

    /** Why a connection was refused at once. */
    public enum Rejection {
        /** The listener holds as many as it may. */
        CONNECTIONS
    }

    /** Why accepting rested. */
    public enum Rest {
        /** The listener holds as many as it may. */
        CONNECTIONS,
        /** The system could not accept, most often for want of descriptors. */
        FAILED
    }

    /** A connection was refused; it does not count as opened or closed. */
    public void rejected(Rejection why) {
        rejected.add(why);
    }

    /** Accepting rests for a while. */
    public void rested(Rest why) {
        rests.add(why);
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
    public long rejectedInAll(Rejection why) {
        return rejected.sum(why);
    }

    /** How often accepting rested so far. */
    public long restedInAll(Rest why) {
        return rests.sum(why);
    }
}
