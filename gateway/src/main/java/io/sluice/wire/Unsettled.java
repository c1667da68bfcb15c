package io.sluice.wire;

/** A wire that has something left to do when the present event ends: see {@link Loop#unsettled}. */
interface Unsettled {
    /** Sends what was gathered and does what was to come after it. On the loop; throws nothing. */
    void settle();
}
