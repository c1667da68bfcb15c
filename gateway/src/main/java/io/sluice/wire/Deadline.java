package io.sluice.wire;

/** A timeout that its owner arms and disarms at almost no cost: {@link Timed} says how. */
public final class Deadline extends Timed {
    private final Expiry owner;

    public Deadline(Expiry owner) {
        this.owner = owner;
    }

    /** What happens when time is up. */
    @FunctionalInterface
    public interface Expiry {
        /** On the loop; the deadline is no longer armed. */
        void expired(Deadline deadline);
    }

    @Override
    protected void expired() {
        owner.expired(this);
    }
}
