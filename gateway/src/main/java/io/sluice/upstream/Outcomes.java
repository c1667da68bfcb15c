package io.sluice.upstream;

import io.sluice.config.HealthConfig;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * How the exchanges of one endpoint end. Any loop counts; a response that is no failure costs one read. The window is kept on
 * the loop aside: once a second it notes how many connections were leased and how many exchanges have failed.
 */
final class Outcomes {
    private static final int PERCENT = 100;

    private final HealthConfig.Ejection config;
    private final AtomicInteger inARow = new AtomicInteger();
    private final LongAdder failures = new LongAdder();

    // ---- loop aside: a ring of what had been counted at the seconds of the window
    private final long[] leasesAt;
    private final long[] failuresAt;
    private int newest;

    Outcomes(HealthConfig.Ejection config) {
        this.config = config;
        int samples = (int) config.window().toSeconds() + 1;
        leasesAt = new long[samples];
        failuresAt = new long[samples];
    }

    /** A response came; any loop. */
    void good() {
        if (inARow.get() != 0) {
            inARow.set(0);
        }
    }

    /** An exchange failed; any loop. True if that is one too many in a row: told once each time. */
    boolean bad() {
        failures.increment();
        return inARow.incrementAndGet() == config.failures();
    }

    /** Counting in a row starts anew; any loop. */
    void forgive() {
        inARow.set(0);
    }

    /** Since the start; any thread. */
    long failures() {
        return failures.sum();
    }

    /** In a row now; any thread. */
    int inARow() {
        return inARow.get();
    }

    /** A second has passed: returns how many connections were leased in it. */
    long sample(long leases) {
        long before = leasesAt[newest];
        newest = (newest + 1) % leasesAt.length;
        leasesAt[newest] = leases;
        failuresAt[newest] = failures.sum();
        return Math.max(0, leases - before);
    }

    /** The window begins now. */
    void clear() {
        Arrays.fill(leasesAt, leasesAt[newest]);
        Arrays.fill(failuresAt, failures.sum());
        forgive();
    }

    /** Of the window. */
    long requestsInWindow() {
        return leasesAt[newest] - leasesAt[oldest()];
    }

    /** Of the window. */
    long failuresInWindow() {
        return failuresAt[newest] - failuresAt[oldest()];
    }

    private int oldest() {
        return (newest + 1) % leasesAt.length;
    }

    /** Too many of enough requests have failed. */
    boolean isRateExceeded() {
        long requests = requestsInWindow();
        return config.errorRate() > 0
                && requests >= config.minRequests()
                && failuresInWindow() * PERCENT >= requests * config.errorRate();
    }
}
