package io.sluice.upstream;

import java.time.Instant;
import java.util.Locale;

/**
 * How one check ended.
 *
 * @param at when
 * @param text what was found, for people
 * @param nanos how long it took
 */
public record CheckResult(Instant at, Outcome outcome, String text, long nanos) {

    /** What was found. */
    public enum Outcome {
        PASSED,
        /** Nobody listens there. */
        REFUSED,
        /** No connection, for another reason. */
        UNREACHABLE,
        /** No TLS, or none that is accepted. */
        TLS,
        TIMEOUT,
        /** The endpoint closed the connection before its answer was complete. */
        CLOSED,
        /** Another status than was expected. */
        STATUS,
        /** The text is not in the body. */
        BODY,
        /** The answer is not HTTP/1.1. */
        MALFORMED;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** The name in metrics and the API. */
        public String word() {
            return word;
        }
    }

    public boolean passed() {
        return outcome == Outcome.PASSED;
    }
}
