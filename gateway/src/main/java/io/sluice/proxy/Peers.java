package io.sluice.proxy;

import io.sluice.http.Peer;
import io.sluice.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of the client connections of one loop that had a request lately. A {@link Peer} is twice as large
 * as a parked connection, and takes a system call to find out: so busy connections keep theirs here, where there is room for some,
 * and parked ones lose it in time.
 */
@SuppressWarnings("ReferenceEquality") // a place belongs to one wire, and no other will do
final class Peers {
    /** A power of two. */
    private static final int ROOM = 1024;

    private final @Nullable Wire[] wires = new @Nullable Wire[ROOM];
    private final @Nullable Peer[] peers = new @Nullable Peer[ROOM];

    Peer of(Wire wire) {
        int place = wire.key() & (ROOM - 1);
        Peer known = peers[place];
        if (known == null || wires[place] != wire) {
            known = Peer.of(wire.peer(), wire.secured() != null);
            wires[place] = wire;
            peers[place] = known;
        }
        return known;
    }

    /** The wire is closed. */
    void forget(Wire wire) {
        int place = wire.key() & (ROOM - 1);
        if (wires[place] == wire) {
            wires[place] = null;
            peers[place] = null;
        }
    }
}
