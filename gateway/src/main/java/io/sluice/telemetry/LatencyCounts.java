package io.sluice.telemetry;

import java.util.concurrent.atomic.LongAdder;

/**
 * How long things took, counted by bucket. The buckets are the same wherever latency is counted, so that all of it can be
 * compared. Counted on any loop without waiting and without garbage, read by any thread.
 */
public final class LatencyCounts {
    /** Upper bounds of the buckets, inclusive, in microseconds; one more bucket takes the rest. */
    private static final long[] BOUNDS_MICROS = {
        100,
        250,
        500,
        1_000,
        2_500,
        5_000,
        10_000,
        25_000,
        50_000,
        100_000,
        250_000,
        500_000,
        1_000_000,
        2_500_000,
        5_000_000,
        10_000_000
    };

    private static final long NANOS_PER_MICRO = 1000;

    private final LongAdder[] counts = adders(buckets());
    private final LongAdder nanos = new LongAdder();

    /** @param took in nanoseconds, 0 or more */
    public void count(long took) {
        counts[bucket(took)].increment();
        nanos.add(took);
    }

    /** By bucket, not cumulated; the caller's own. */
    public long[] counts() {
        return sums(counts);
    }

    /** All that was counted together. */
    public long nanos() {
        return nanos.sum();
    }

    /** How many there are, the one for the rest included. */
    public static int buckets() {
        return BOUNDS_MICROS.length + 1;
    }

    /** Upper bound of a bucket in seconds; infinite for the last. */
    public static double bound(int bucket) {
        return bucket == BOUNDS_MICROS.length ? Double.POSITIVE_INFINITY : BOUNDS_MICROS[bucket] / 1e6;
    }

    private static int bucket(long nanos) {
        int bucket = 0;
        while (bucket < BOUNDS_MICROS.length && nanos > BOUNDS_MICROS[bucket] * NANOS_PER_MICRO) {
            bucket++;
        }
        return bucket;
    }

    static LongAdder[] adders(int length) {
        LongAdder[] made = new LongAdder[length];
        for (int i = 0; i < length; i++) {
            made[i] = new LongAdder();
        }
        return made;
    }

    static long[] sums(LongAdder[] adders) {
        long[] sums = new long[adders.length];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = adders[i].sum();
        }
        return sums;
    }
}
