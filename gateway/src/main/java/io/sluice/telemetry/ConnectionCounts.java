package io.sluice.telemetry;

/**
 * Client connections by what they do: see {@link ConnectionStates.State}. Each is in one state, so {@link #total} is how
 * many there are.
 */
public record ConnectionCounts(int handshaking, int active, int parked, int draining, int tunnel) {
    public static final ConnectionCounts NONE = new ConnectionCounts(0, 0, 0, 0);

    /** Without tunnels. */
    public ConnectionCounts(int handshaking, int active, int parked, int draining) {
        this(handshaking, active, parked, draining, 0);
    }

    /** Of both together. */
    public ConnectionCounts plus(ConnectionCounts other) {
        return new ConnectionCounts(
                handshaking + other.handshaking,
                active + other.active,
                parked + other.parked,
                draining + other.draining,
                tunnel + other.tunnel);
    }

    public int total() {
        return handshaking + active + parked + draining + tunnel;
    }
}
