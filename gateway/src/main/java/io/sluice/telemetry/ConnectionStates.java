package io.sluice.telemetry;

import java.util.EnumMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How many client connections of one listener are in which state on one loop, whose thread is the only one that counts. Read by any thread. */
public final class ConnectionStates {
    /** What a client connection is doing. */
    public enum State {
        /** Accepted; its first request has not begun. */
        HANDSHAKING,
        /** A request is coming in, is answered, or waits to be. */
        ACTIVE,
        /** Waits for its next request, and holds nothing but its descriptor and a few bytes. */
        PARKED,
        /** Answered for the last time: the client is to take the answer, and to close. */
        DRAINING
    }

    /** Never changed after the constructor, so that any thread may read it. */
    private final EnumMap<State, AtomicInteger> counts = new EnumMap<>(State.class);

    ConnectionStates() {
        for (State state : State.values()) {
            counts.put(state, new AtomicInteger());
        }
    }

    /**
     * A connection has changed.
     *
     * @param from null: it is new
     * @param to null: it is closed
     */
    public void change(@Nullable State from, @Nullable State to) {
        if (from != null) {
            add(from, -1);
        }
        if (to != null) {
            add(to, 1);
        }
    }

    private void add(State state, int difference) {
        AtomicInteger count = counter(state);
        // nobody else writes
        count.setRelease(count.getPlain() + difference);
    }

    int count(State state) {
        return counter(state).get();
    }

    private AtomicInteger counter(State state) {
        AtomicInteger count = counts.get(state);
        if (count == null) {
            throw new IllegalStateException("no counter of " + state);
        }
        return count;
    }
}
