package io.sluice.proxy;

import io.sluice.telemetry.ConnectionStates;
import io.sluice.wire.Wire;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client connection at one moment.
 *
 * @param id names it as long as it is open, and hardly any other one after: {@link Clients#close} takes it
 * @param loop index of its event loop
 * @param stateNanos for how long it is in that state, as its deadlines tell: roughly
 * @param protocol {@code HTTP/1.1} or {@code HTTP/2}; what comes before them while that is not known yet: {@code TLS}, {@code PROXY}
 * @param exchanges that run on it
 * @param exchange the one that has run for the longest time; null while none runs
 */
public record ClientRow(
        String id,
        String listener,
        int loop,
        InetSocketAddress peer,
        ConnectionStates.State state,
        long stateNanos,
        String protocol,
        int exchanges,
        @Nullable RunningExchange exchange) {

    /** On the connection's loop. */
    static ClientRow of(OpenConnection connection, InetSocketAddress peer, ConnectionStates.State state) {
        Exchange exchange = connection.exchange();
        RunningExchange running = exchange == null ? null : RunningExchange.of(exchange);
        return new ClientRow(
                id(connection.wire(), connection.wire().peer()),
                connection.listener().config().name(),
                connection.loop().index(),
                peer,
                state,
                running == null ? connection.stateNanos() : running.nanos(),
                connection.protocol(),
                connection.exchanges(),
                running);
    }

    /** The loop, what the wire is known by there, and what tells it from an earlier or later wire of the same key. */
    static String id(Wire wire, InetSocketAddress peer) {
        int digest = peer.getAddress().hashCode() * 31 + peer.getPort() * 0x9E3779B1;
        return wire.loop().index() + "-" + Integer.toHexString(wire.key()) + "-" + Integer.toHexString(digest);
    }
}
