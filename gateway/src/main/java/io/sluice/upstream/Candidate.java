package io.sluice.upstream;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint is to be. It is the same endpoint as before if name and address are the same.
 *
 * @param name for people, metrics and the API
 * @param address null: the name is not resolved
 * @param priority those with the lowest one are used first
 * @param weight 1..1000
 */
record Candidate(String name, @Nullable SocketAddress address, int priority, int weight, Origin origin) {

    boolean isFor(Endpoint endpoint) {
        return name.equals(endpoint.address())
                && (address == null ? endpoint.isUnresolved() : address.equals(endpoint.socketAddress()));
    }
}
