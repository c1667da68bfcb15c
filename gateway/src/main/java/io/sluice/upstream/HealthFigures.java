package io.sluice.upstream;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an endpoint is at one moment, and what led to it.
 *
 * @param because why it is not available; empty if it is
 * @param since when it came to this state
 * @param weight in force, 1..1000
 * @param share 1..100, per cent of its weight that count: less than 100 while it starts slowly
 * @param manual null: nothing is set by hand
 * @param checks null: there are none
 * @param failures exchanges that failed since the start
 * @param failuresInARow the latest of them, without a response between
 * @param ejections since the start, by cause; every cause is there
 * @param ejectedNanos for how long it is still ejected; 0 if it is not
 * @param history the latest changes of the state, oldest first
 */
public record HealthFigures(
        HealthState state,
        String because,
        Instant since,
        int weight,
        int share,
        @Nullable Manual manual,
        @Nullable Checks checks,
        long failures,
        int failuresInARow,
        Map<String, Long> ejections,
        long ejectedNanos,
        List<Change> history) {

    /**
     * What checks have found.
     *
     * @param healthy what they say in all
     * @param last null before the first
     * @param inARow how many ended like the last one
     * @param counts since the start; every outcome is there
     */
    public record Checks(
            boolean healthy, @Nullable CheckResult last, int inARow, Map<CheckResult.Outcome, Long> counts) {}

    /** One state followed another. */
    public record Change(Instant at, HealthState from, HealthState to, String because) {}
}
