package io.sluice.proxy;

import io.sluice.telemetry.ConnectionStates;
import org.jspecify.annotations.Nullable;

/** What a client connection does, as it knows it itself. */
enum ClientState {
    /** No request has come on it. */
    NEW(ConnectionStates.State.HANDSHAKING),
    /** The first one has begun. */
    FIRST(ConnectionStates.State.ACTIVE),
    ACTIVE(ConnectionStates.State.ACTIVE),
    TUNNEL(ConnectionStates.State.TUNNEL),
    /** Parked for less than the time in which its answers must be taken. */
    ANSWERED(ConnectionStates.State.PARKED),
    PARKED(ConnectionStates.State.PARKED),
    /** Answered for the last time. */
    LINGERING(ConnectionStates.State.DRAINING),
    CLOSED(null);

    private final ConnectionStates.@Nullable State shown;

    ClientState(ConnectionStates.@Nullable State shown) {
        this.shown = shown;
    }

    /** As metrics and the API have it; null: not at all. */
    ConnectionStates.@Nullable State shown() {
        return shown;
    }

    /** It has had a request, and waits for the next. */
    boolean isParked() {
        return this == PARKED || this == ANSWERED;
    }

    /** Nothing is answered on it any more. */
    boolean isOver() {
        return this == LINGERING || this == CLOSED;
    }
}
