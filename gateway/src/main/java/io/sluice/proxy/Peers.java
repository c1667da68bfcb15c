package io.sluice.proxy;

import io.sluice.http.Peer;
import io.sluice.wire.Wire;
import java.net.InetSocketAddress;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of the client connections of one loop that had a request lately. A {@link Peer} is twice as large
 * as a parked connection, and takes a system call to find out: so busy connections keep theirs here, where there is room for some,
 * and parked ones lose it in time. Only what a proxy has told of a connection ({@link Introduction}) can't be asked again, and is kept.
 */
@SuppressWarnings("ReferenceEquality") // a place belongs to one wire, and no other will do
final class Peers {
    /** A power of two. */
    private static final int ROOM = 1024;

    private final @Nullable Wire[] wires = new @Nullable Wire[ROOM];
    private final @Nullable Peer[] peers = new @Nullable Peer[ROOM];
    private final IdentityHashMap<Wire, ToldAddress> told = new IdentityHashMap<>();

    Peer of(Wire wire) {
        int place = wire.key() & (ROOM - 1);
        Peer known = peers[place];
        if (known == null || wires[place] != wire) {
            known = Peer.of(address(wire), wire.secured() != null);
            wires[place] = wire;
            peers[place] = known;
        }
        return known;
    }

    /** Whose connection it is: the socket's peer, or whom that one has told. */
    InetSocketAddress address(Wire wire) {
        ToldAddress instead = told.isEmpty() ? null : told.get(wire);
        return instead == null ? wire.peer() : instead.get();
    }

    /** The peer of a wire that nobody has asked for has told whose connection it is. */
    void tell(Wire wire, InetSocketAddress source) {
        told.put(wire, ToldAddress.of(source));
    }

    /** TLS begins on a wire: what was told of it holds for the wire over it. */
    void passOn(Wire raw, Wire over) {
        ToldAddress source = told.isEmpty() ? null : told.remove(raw);
        if (source != null) {
            told.put(over, source);
        }
    }

    /** The wire is closed. */
    void forget(Wire wire) {
        int place = wire.key() & (ROOM - 1);
        if (wires[place] == wire) {
            wires[place] = null;
            peers[place] = null;
        }
        if (!told.isEmpty()) {
            told.remove(wire);
        }
    }
}
