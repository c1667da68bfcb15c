package io.sluice.upstream;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint is to be. It is the same endpoint as before if name and address are the same.
 *
 * @param name for people, metrics and the API
 * @param address null: the name is not resolved
 * @param authority what a request made for it names as its host
 * @param priority those with the lowest one are used first
 * @param weight 1..1000
 * @param backup used only while no other one is available
 */
record Candidate(
        String name,
        String authority,
        @Nullable SocketAddress address,
        int priority,
        int weight,
        boolean backup,
        Origin origin) {

    boolean isFor(Endpoint endpoint) {
        return name.equals(endpoint.address())
                && (address == null ? endpoint.isUnresolved() : address.equals(endpoint.socketAddress()));
    }
}
