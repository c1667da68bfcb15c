package io.sluice.wire;

import org.jspecify.annotations.Nullable;

/** A wire as the {@link Backlogs} of its loop see it. */
interface Backlogged {
    /** Its connection; null once that was told that the socket is closed. */
    @Nullable
    WireEvents events();

    /** Looks again, when the present event ends, at what waits, whether the peer takes it, and whether there is room for more. */
    void reconsider();
}
