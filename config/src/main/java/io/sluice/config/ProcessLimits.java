package io.sluice.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the whole process takes on, all listeners and routes together.
 *
 * @param connections client connections at once; 0: as many as there are descriptors for
 * @param exchanges exchanges at once, tunnels included, beyond them 503; 0: no limit
 * @param memory when memory is short; null: nobody looks
 * @param lag when event loops are late; null: nobody looks
 */
public record ProcessLimits(
        int connections,
        int exchanges,
        @Nullable Memory memory,
        @Nullable Lag lag) {
    /** No limit but the descriptors. */
    public static final ProcessLimits NONE = new ProcessLimits(0, 0, null, null);

    /**
     * Percentages of the largest heap, or of the largest memory outside of it, that are in use after a collection; 1..100.
     *
     * @param low from here on exchanges of low importance are refused
     * @param normal all but those of high importance, and no connection is accepted; not below {@code low}
     * @param all all of them, and parked connections are closed; not below {@code normal}
     */
    public record Memory(int low, int normal, int all) {}

    /**
     * How late an event loop is, for about a second.
     *
     * @param low from here on its exchanges of low importance are refused
     * @param normal all but those of high importance; not shorter than {@code low}
     */
    public record Lag(Duration low, Duration normal) {}
}
