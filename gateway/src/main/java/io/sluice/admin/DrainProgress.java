package io.sluice.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.DrainConfig;

/**
 * How far a drain has come.
 *
 * @param nanos since it began
 * @param config what it goes by
 * @param atFirst client connections that were open when it began
 * @param left client connections that are open now
 */
public record DrainProgress(Phase phase, long nanos, DrainConfig config, int atFirst, int left) {

    /** In this order; the last two are ends. */
    public enum Phase {
        /** None has begun. */
        NONE("none"),
        /** Everything is served as ever, but the gateway says that it isn't ready. */
        GRACE("grace"),
        /** Nothing is accepted, what is idle is closed, what runs ends. */
        CLOSING("closing"),
        /** All ended by themselves. */
        ENDED("ended"),
        /** Time was up, and what was left has been cut off. */
        CUT_OFF("cutOff");

        private final String word;

        Phase(String word) {
            this.word = word;
        }
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("phase", phase.word)
                .put("sinceMs", Millis.of(nanos))
                .put("graceMs", config.grace().toMillis())
                .put("timeoutMs", config.timeout().toMillis())
                .put("connections", atFirst)
                .put("left", left);
    }
}
