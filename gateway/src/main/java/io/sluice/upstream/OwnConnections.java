package io.sluice.upstream;

import io.netty.buffer.ByteBuf;
import io.sluice.config.UpstreamConfig.ProxyProtocol;
import io.sluice.wire.ProxyHeaderWriter;
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

    OwnConnections(ProxyProtocol version) {
        this.version = version;
    }

    /** Who waits for a connection for his client, and for no other. */
    Waiter waiter(Shelf shelf, Lease lease, Wants wants) {
        Ends client = new Ends(lease.source(), lease.destination());
        return new Waiter(shelf, lease, wants == Wants.ANY ? Wants.OWN : wants, client, System.nanoTime());
    }

    /**
     * Sends what a new connection begins with.
     *
     * @param waiter null: it is opened for nobody
     */
    void introduce(UpstreamConnection connection, @Nullable Waiter waiter) {
        if (connection.isClosing()) {
            return;
        }
        ByteBuf out = connection.wire.out(ProxyHeaderWriter.ROOM);
        Ends client = waiter == null ? null : waiter.client;
        if (client == null) {
            ProxyHeaderWriter.local(version, out);
        } else {
            connection.client = client.source();
            ProxyHeaderWriter.proxied(version, client.source(), client.destination(), out);
        }
    }

    /** The last used one of a client; null: there is none. Looks at no more than {@code connections.max}. */
    static @Nullable UpstreamConnection of(InetSocketAddress client, IdleStack idle) {
        UpstreamConnection one = idle.top();
        while (one != null && !client.equals(one.client)) {
            one = one.below;
        }
        return one;
    }

    /** Of what is idle the one to be given for this waiter: his client's own, or the one that is missed least. */
    static UpstreamConnection nearest(Waiter waiter, UpstreamConnection top, IdleStack idle) {
        UpstreamConnection own = waiter.client == null ? top : of(waiter.client.source(), idle);
        UpstreamConnection bottom = idle.bottom();
        return own != null ? own : bottom != null ? bottom : top;
    }
}
