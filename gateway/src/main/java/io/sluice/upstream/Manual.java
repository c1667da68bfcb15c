package io.sluice.upstream;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What somebody has set for an endpoint; holds until it is taken back.
 *
 * @param state null: none
 * @param weight instead of that in the config, 1..1000; 0: none
 * @param since when it was set
 * @param by whom
 */
public record Manual(@Nullable State state, int weight, Instant since, String by) {

    /** What it is to be, whatever else is known of it. */
    public enum State {
        /** It gets no requests. */
        DRAIN,
        /** It gets requests though it fails its checks or was ejected. */
        READY
    }

    boolean drains() {
        return state == State.DRAIN;
    }

    boolean readies() {
        return state == State.READY;
    }
}
