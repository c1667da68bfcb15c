package io.sluice.upstream;

import io.sluice.config.HealthConfig;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often requests of one upstream may be tried again: a share of its requests and some a second besides, saved up for ten
 * seconds at most, so that an upstream of which much is dead is not asked many times as often as one that is well. Any thread.
 */
final class RetryBudget {
    private static final int SAVED_SECONDS = 10;
    private static final int PERCENT = 100;

    private final HealthConfig.Retries config;
    /** In hundredths. */
    private final AtomicLong left;

    private final LongAdder taken = new LongAdder();
    private final LongAdder denied = new LongAdder();
    /** Hundredths that each of the last seconds brought; loop aside. */
    private final long[] earned = new long[SAVED_SECONDS];

    private int second;

    RetryBudget(HealthConfig.Retries config) {
        this.config = config;
        for (int i = 0; i < SAVED_SECONDS; i++) {
            earned[i] = (long) config.perSecond() * PERCENT;
        }
        left = new AtomicLong(sum());
    }

    private long sum() {
        long sum = 0;
        for (long each : earned) {
            sum += each;
        }
        return sum;
    }

    /** Takes one; false if there is none. */
    boolean take() {
        for (; ; ) {
            long now = left.get();
            if (now < PERCENT) {
                denied.increment();
                return false;
            }
            if (left.compareAndSet(now, now - PERCENT)) {
                taken.increment();
                return true;
            }
        }
    }

    /** One was tried again, to which the budget does not apply. */
    void moved() {
        taken.increment();
    }

    /** A second has passed in which so many connections were leased; loop aside. */
    void second(long leases) {
        long more = leases * config.budget() + (long) config.perSecond() * PERCENT;
        earned[second] = more;
        second = (second + 1) % SAVED_SECONDS;
        long most = sum();
        left.updateAndGet(now -> Math.min(most, now + more));
    }

    /** Retries since the start. */
    long taken() {
        return taken.sum();
    }

    /** Retries that were not made for want of budget, since the start. */
    long denied() {
        return denied.sum();
    }
}
