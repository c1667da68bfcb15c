package io.sluice.telemetry;

/**
 * Client connections by what they do: see {@link ConnectionStates.State}. Each is in one state, so {@link #total} is how
 * many there are.
 */
public record ConnectionCounts(int handshaking, int active, int parked, int draining) {
    public static final ConnectionCounts NONE = new ConnectionCounts(0, 0, 0, 0);

    /** Of both together. */
    public ConnectionCounts plus(ConnectionCounts other) {
        return new ConnectionCounts(
                handshaking + other.handshaking,
                active + other.active,
                parked + other.parked,
                draining + other.draining);
    }

    public int total() {
        return handshaking + active + parked + draining;
    }
}
