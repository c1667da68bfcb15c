package io.sluice.upstream;

import io.sluice.http.Failure;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether an endpoint takes connections, as far as the attempts to open some have shown. Any thread.
 *
 * <p>States: available -> left out, by a failed connect -> on trial, by the first exchange after the time is up, which
 * alone is let through -> available by a connection (or a response to the trial), or left out again for twice as long.
 * A trial that has no outcome is followed by another one when its time is up.
 */
final class Availability {
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(30);

    /**
     * @param step how many times in a row it was left out, from 1
     * @param until {@link System#nanoTime}: of being left out, or of the trial
     */
    private record Out(int step, long until, boolean trial, Failure failure) {}

    private final long trialNanos;
    private final LongSupplier clock;
    private final AtomicReference<@Nullable Out> state = new AtomicReference<>();

    /**
     * @param trialNanos how long a trial may take before another one is let through
     * @param clock as {@link System#nanoTime}
     */
    Availability(long trialNanos, LongSupplier clock) {
        this.trialNanos = trialNanos;
        this.clock = clock;
    }

    boolean isAvailable() {
        return state.get() == null;
    }

    /** An exchange was let through to find out. */
    boolean isOnTrial() {
        Out out = state.get();
        return out != null && out.trial;
    }

    /** Whether {@link #admit} would have succeeded now. */
    boolean wouldAdmit() {
        Out out = state.get();
        return out == null || clock.getAsLong() - out.until >= 0;
    }

    /** An exchange may go there; if the endpoint was left out, this one is its trial. */
    boolean admit() {
        Out out = state.get();
        if (out == null) {
            return true;
        }
        long now = clock.getAsLong();
        return now - out.until >= 0 && state.compareAndSet(out, new Out(out.step, now + trialNanos, true, out.failure));
    }

    void reached() {
        if (state.get() != null) {
            state.set(null);
        }
    }

    /** A connect failed. Those that were under way together count once. */
    void missed(Failure why) {
        Out out = state.get();
        long now = clock.getAsLong();
        if (out != null && !out.trial && now - out.until < 0) {
            return;
        }
        int step = out == null ? 1 : out.step + 1;
        state.compareAndSet(out, new Out(step, now + duration(step), false, why));
    }

    private static long duration(int step) {
        long nanos = Math.min(LONGEST_NANOS, FIRST_NANOS << Math.min(step - 1, 16));
        // a fifth more or less, so that gateways do not try all at once
        return nanos * 4 / 5 + ThreadLocalRandom.current().nextLong(nanos * 2 / 5);
    }

    /** Why it is left out; null if it is not. */
    @Nullable
    Failure failure() {
        Out out = state.get();
        return out == null ? null : out.failure;
    }

    /** How long it is still left out; 0 if it is not, or is on trial. */
    long nanosLeft() {
        Out out = state.get();
        return out == null || out.trial ? 0 : Math.max(0, out.until - clock.getAsLong());
    }
}
