package io.sluice.wire;

/** A wire that has something left to do when the present event ends: see {@link Loop#unsettled}. */
interface Unsettled {
    /** Whether that can wait until the other events of the present round are over; then it is settled after them. On the loop. */
    default boolean putsOff() {
        return false;
    }

    /** Sends what was gathered and does what was to come after it. On the loop; throws nothing. */
    void settle();
}
