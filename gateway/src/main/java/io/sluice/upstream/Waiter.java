package io.sluice.upstream;

import io.sluice.wire.Deadline;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A lease that could not be answered at once. Belongs to the loop that asked; any loop that has a connection to give may
 * claim it.
 *
 * <p>States: waiting -> claimed (by any loop, with a connection that is now meant for it) -> done (by its own loop, with
 * an answer). Its own loop takes it from any state to done when it is cancelled or late, and from claimed back to waiting
 * when the connection that was meant for it died on the way. A waiter stays at its place in the queue until it is done.
 */
final class Waiter implements Deadline.Expiry {
    private static final int WAITING = 0;
    private static final int CLAIMED = 1;
    private static final int DONE = 2;

    final Shelf shelf;
    final Lease lease;
    final Wants wants;
    /** Whose connection it wants, if not just any; then nobody else's will do. */
    final @Nullable Ends client;
    /** {@link System#nanoTime}. */
    final long since;

    final Deadline deadline = new Deadline(this);
    private final AtomicInteger state = new AtomicInteger(WAITING);
    /** A connection is being opened on its behalf; written by its own loop. */
    private volatile boolean opening;
    /** That connection is for nobody else; own loop. */
    private boolean exclusive;

    Waiter(Shelf shelf, Lease lease, Wants wants, @Nullable Ends client, long since) {
        this.shelf = shelf;
        this.lease = lease;
        this.wants = wants;
        this.client = client;
        this.since = since;
    }

    boolean isWaiting() {
        return state.get() == WAITING;
    }

    boolean isDone() {
        return state.get() == DONE;
    }

    boolean isOpening() {
        return opening;
    }

    void opening(boolean now) {
        opening = now;
    }

    /** The connection that is being opened on its behalf is meant for it alone. */
    boolean isExclusive() {
        return exclusive;
    }

    void exclusive() {
        exclusive = true;
    }

    /** Any loop: from now on a connection is meant for it. False if somebody was faster. */
    boolean claim() {
        return state.compareAndSet(WAITING, CLAIMED);
    }

    /** Own loop: the connection that was meant for it is lost. */
    void unclaim() {
        state.set(WAITING);
    }

    /** Own loop. True if it was still waiting, claimed by nobody. */
    boolean finish() {
        return state.getAndSet(DONE) == WAITING;
    }

    @Override
    public void expired(Deadline late) {
        shelf.late(this);
    }
}
