package io.sluice.wire;

import org.jspecify.annotations.Nullable;

/**
 * What can run out of time on a loop: a link in its loop's list of all that have the same duration, which is in the order of
 * expiry by itself, since each is appended when armed. A loop needs one timer for all of them. Granularity is
 * {@link Deadlines#TICK_NANOS}. Used on one loop; may be armed on another one after {@link #disarm}.
 *
 * <p>A class to be extended, since a parked connection is to be one object; who can afford an object for each has
 * {@link Deadline}.
 */
public abstract class Timed {
    /** A duration that is never over. What is armed with it can be found by {@link Loop#timed} and does not expire. */
    public static final long NEVER = Long.MAX_VALUE;

    @Nullable
    Deadlines list;

    @Nullable
    Timed previous;

    @Nullable
    Timed next;

    /** In units of the list. */
    int at;

    /** (Re)starts it: {@code nanos} from now; does nothing for 0 (no limit) but disarm. */
    public final void arm(Loop loop, long nanos) {
        disarm();
        if (nanos > 0) {
            loop.deadlines(nanos).append(this);
        }
    }

    public final void disarm() {
        Deadlines armed = list;
        if (armed != null) {
            armed.remove(this);
        }
    }

    public final boolean isArmed() {
        return list != null;
    }

    /** How long it has been armed, in nanoseconds, give or take a thousandth of its duration and some milliseconds; 0 where it is not, or for {@link #NEVER}. */
    public final long armedNanos(Loop loop) {
        Deadlines armed = list;
        return armed == null || armed.nanos == NEVER ? 0 : Math.max(loop.nanoTime() - armed.armedAt(this), 0);
    }

    /** Time is up; on the loop. It is no longer armed. */
    protected abstract void expired();
}
