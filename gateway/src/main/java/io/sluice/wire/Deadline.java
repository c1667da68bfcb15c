package io.sluice.wire;

import org.jspecify.annotations.Nullable;

/**
 * A timeout that its owner arms and disarms at almost no cost: a link in its loop's list of deadlines with the same
 * duration, which is in the order of expiry by itself, since each is appended when armed. A loop needs one timer for all of them. Granularity
 * is {@link Deadlines#TICK_NANOS}. Used on one loop; may be armed on another one after {@link #disarm}.
 */
public final class Deadline {
    private final Expiry owner;

    @Nullable
    Deadlines list;

    @Nullable
    Deadline previous;

    @Nullable
    Deadline next;

    long at;

    public Deadline(Expiry owner) {
        this.owner = owner;
    }

    /** What happens when time is up. */
    @FunctionalInterface
    public interface Expiry {
        /** On the loop; the deadline is no longer armed. */
        void expired(Deadline deadline);
    }

    /** (Re)starts it: {@code nanos} from now; does nothing for 0 (no limit) but disarm. */
    public void arm(Loop loop, long nanos) {
        disarm();
        if (nanos > 0) {
            loop.deadlines(nanos).append(this);
        }
    }

    public void disarm() {
        Deadlines armed = list;
        if (armed != null) {
            armed.remove(this);
        }
    }

    public boolean isArmed() {
        return list != null;
    }

    void expire() {
        owner.expired(this);
    }
}
