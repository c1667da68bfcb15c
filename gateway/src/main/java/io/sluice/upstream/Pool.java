package io.sluice.upstream;

import io.sluice.wire.Loop;

/** The connections and waiters of one endpoint, for the whole process. */
public final class Pool {
    /**
     * Asks for a connection on this loop. If an idle one is at hand on the loop, {@link Lease#leased} is called at once, from within;
     * else later on the same loop. Every lease is answered once unless it is cancelled first.
     */
    public void lease(Loop loop, Lease lease) {
        throw new UnsupportedOperationException();
    }

    /** Takes back a lease that was not answered yet; unknown ones are ignored. */
    public void cancel(Loop loop, Lease lease) {
        throw new UnsupportedOperationException();
    }
}
