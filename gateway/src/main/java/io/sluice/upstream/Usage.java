package io.sluice.upstream;

/** How a connection to an endpoint was used up to now. On its loop. */
final class Usage {
    /** Exchanges that it was leased for. */
    int leases;
    /** Since when nobody has used it, as {@link io.sluice.wire.Loop#nanoTime}; while in use: since when nobody had before. */
    long idleSince;
    /** When it was leased last. */
    long leasedAt;
    /** From when it is not leased again, if there is a limit. */
    final long bestBefore;

    private final long connectNanos;

    Usage(long bestBefore, long connectNanos) {
        this.bestBefore = bestBefore;
        this.connectNanos = connectNanos;
    }

    /** It is one more exchange's. */
    void lease(long now) {
        leasedAt = now;
        leases++;
    }

    /** Has carried an exchange before the present one. */
    boolean isReused() {
        return leases > 1;
    }

    /** How long it took to open it. */
    long connectNanos() {
        return connectNanos;
    }
}
