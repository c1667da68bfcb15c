package io.sluice.upstream;

import java.util.concurrent.ThreadLocalRandom;

/** Durations that are not all the same, so that gateways and endpoints do not move in step. */
final class Jitter {
    /** Few different ones, since a loop has a list for each duration. */
    private static final int STEPS = 8;

    private Jitter() {}

    /** So many per cent more or less. */
    static long around(long nanos, int percent) {
        long most = nanos / 100 * percent;
        return nanos - most + 2 * most / STEPS * ThreadLocalRandom.current().nextInt(STEPS + 1);
    }
}
