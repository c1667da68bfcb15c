package io.sluice.upstream;

import io.netty.buffer.ByteBuf;
import io.sluice.config.UpstreamConfig.ProxyProtocol;
import io.sluice.wire.ProxyHeaderWriter;
import io.sluice.wire.Wire;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What holds in a {@link Pool} whose endpoint is told by a header of the PROXY protocol whose a connection is: such a connection serves one
 * client. A lease gets one that was opened for its client, from its own shelf, or a new one; the rest goes as for
 * {@link Wants#FRESH}. So the cap holds: of those of others the one that was idle for the longest time makes room. On the loop of the
 * shelf that asks.
 */
final class OwnConnections {
    private final ProxyProtocol version;

    private OwnConnections(ProxyProtocol version) {
        this.version = version;
    }

    /** Null: there is no header. */
    static @Nullable OwnConnections of(@Nullable ProxyProtocol header) {
        return header == null ? null : new OwnConnections(header);
    }

    /** Who waits for a connection for his client, and for no other. */
    Waiter waiter(Shelf shelf, Lease lease, Wants wants) {
        Ends client = new Ends(lease.source(), lease.destination());
        return new Waiter(shelf, lease, wants == Wants.ANY ? Wants.OWN : wants, client, System.nanoTime());
    }

    /**
     * Sends what a new connection begins with. One that was opened for nobody is of no use, and closed.
     *
     * @param waiter null: it is for nobody
     */
    void introduce(UpstreamConnection connection, @Nullable Waiter waiter) {
        Ends client = waiter == null ? null : waiter.client;
        if (client == null) {
            connection.discard(Discard.NOT_KEPT);
        } else if (!connection.isClosing()) {
            connection.client = client.source();
            ByteBuf out = connection.wire.out(ProxyHeaderWriter.ROOM);
            ProxyHeaderWriter.proxied(version, client.source(), client.destination(), out);
        }
    }

    /** Sends what a connection of the gateway's own begins with. */
    void introduce(Wire wire) {
        ProxyHeaderWriter.local(version, wire.out(ProxyHeaderWriter.ROOM));
    }

    /** The one that a client used last, if it may be used again. Looks at no more than {@code connections.max}. */
    static @Nullable UpstreamConnection usable(InetSocketAddress client, IdleStack idle, Shelf shelf) {
        UpstreamConnection one = idle.top();
        while (one != null && !client.equals(one.client)) {
            one = one.below;
        }
        return one != null && shelf.isUsable(one) ? one : null;
    }

    /** Of what is idle the one to be taken for this waiter: his client's own, or to make room the one that is missed least. */
    static UpstreamConnection choose(Waiter waiter, UpstreamConnection top, IdleStack idle, Shelf shelf) {
        UpstreamConnection own = waiter.client == null ? top : usable(waiter.client.source(), idle, shelf);
        UpstreamConnection bottom = idle.bottom();
        return own != null ? own : bottom != null ? bottom : top;
    }

    /** Whether a waiter may have it: where that matters, it is his client's, and may be used again. */
    static boolean takes(Waiter waiter, UpstreamConnection connection, Shelf shelf) {
        return waiter.client == null
                || (waiter.client.source().equals(connection.client) && shelf.isUsable(connection));
    }
}
