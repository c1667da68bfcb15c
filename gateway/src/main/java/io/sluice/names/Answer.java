package io.sluice.names;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a name: the last good answer, which stays until there is a better one, and whether the last attempt to
 * get one has failed. Times are of {@link System#nanoTime}.
 *
 * @param values empty as long as there was no good answer; one may be empty too
 * @param source who gave it, such as {@code A/AAAA}; null: nobody yet
 * @param since when it came
 * @param until when it runs out by its TTL, within the configured bounds
 * @param failure why the last attempt failed; null: it did not
 * @param failedAt when that was
 * @param failures attempts that failed since the last good answer
 */
public record Answer<T>(
        List<T> values,
        @Nullable String source,
        long since,
        long until,
        @Nullable String failure,
        long failedAt,
        int failures) {

    static <T> Answer<T> none() {
        return new Answer<>(List.of(), null, 0, 0, null, 0, 0);
    }

    static <T> Answer<T> good(List<T> values, String source, long now, long ttlNanos) {
        return new Answer<>(values, source, now, now + ttlNanos, null, 0, 0);
    }

    Answer<T> failed(String why, long now) {
        return new Answer<>(values, source, since, until, why, now, failures + 1);
    }

    /** There was a good answer. */
    public boolean isKnown() {
        return source != null;
    }

    /** There was an attempt. */
    public boolean isSettled() {
        return source != null || failure != null;
    }

    /** Of the good answer, in milliseconds. */
    public long ageMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
    }

    /** Until the good answer runs out, in milliseconds; 0 if it has. */
    public long ttlMillis() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime()));
    }

    /** Since the last attempt failed, in milliseconds. */
    public long failedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - failedAt);
    }
}
