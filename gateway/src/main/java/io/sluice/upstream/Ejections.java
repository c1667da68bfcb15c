package io.sluice.upstream;

import io.sluice.config.HealthConfig;
import io.sluice.wire.Deadline;
import io.sluice.wire.Loop;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The ejections of one endpoint. Each lasts longer than the one before by {@code ejection.time}; for each such time that the
 * endpoint stays in, one is forgotten. On the loop aside, but for what says otherwise.
 */
final class Ejections {
    /** What led to one. */
    enum Cause {
        FAILURES,
        ERROR_RATE;

        /** The name in metrics: lower case with hyphens. */
        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** @param until {@link System#nanoTime} */
    private record Current(String why, long until) {}

    private static final int JITTER_PERCENT = 10;

    private final HealthConfig.Ejection config;
    private final Deadline end;
    private final Map<Cause, LongAdder> counts = new EnumMap<>(Cause.class);
    private volatile @Nullable Current current;
    private int step;
    private long endedAt;

    /** @param ended called when the time of one is up */
    Ejections(HealthConfig.Ejection config, Runnable ended) {
        this.config = config;
        for (Cause cause : Cause.values()) {
            counts.put(cause, new LongAdder());
        }
        end = new Deadline(due -> {
            current = null;
            endedAt = System.nanoTime();
            ended.run();
        });
    }

    void begin(Loop aside, Cause cause, String why) {
        long base = config.time().toNanos();
        long now = System.nanoTime();
        long quiet = step == 0 || isEjected() ? 0 : (now - endedAt) / base;
        step = (int) Math.max(0, step - quiet) + 1;
        long nanos = Jitter.around(Math.min(config.maxTime().toNanos(), base * step), JITTER_PERCENT);
        current = new Current(why, now + nanos);
        LongAdder count = counts.get(cause);
        if (count != null) {
            count.increment();
        }
        end.arm(aside, nanos);
    }

    void stop() {
        end.disarm();
        current = null;
    }

    /** Any thread. */
    boolean isEjected() {
        return current != null;
    }

    /** Any thread; null if it is not ejected. */
    @Nullable
    String why() {
        Current present = current;
        return present == null ? null : present.why;
    }

    /** Any thread; 0 if it is not ejected. */
    long nanosLeft() {
        Current present = current;
        return present == null ? 0 : Math.max(0, present.until - System.nanoTime());
    }

    /** Since the start, by cause; any thread. */
    Map<String, Long> counts() {
        Map<String, Long> sums = new LinkedHashMap<>();
        counts.forEach((cause, count) -> sums.put(cause.word(), count.sum()));
        return sums;
    }
}
