package io.sluice.upstream;

import io.sluice.config.UpstreamConfig.Balance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of an upstream at one time, never none. Those of the lowest priority number are chosen from; the next ones
 * only while none of these is to be had. Immutable.
 */
final class EndpointSet {
    private final List<Endpoint> endpoints;
    private final Balancer[] tiers;

    EndpointSet(Balance rule, List<Endpoint> endpoints) {
        this.endpoints = List.copyOf(endpoints);
        TreeMap<Integer, List<Endpoint>> byPriority = new TreeMap<>();
        for (Endpoint endpoint : endpoints) {
            byPriority
                    .computeIfAbsent(endpoint.priority(), priority -> new ArrayList<>())
                    .add(endpoint);
        }
        Collection<List<Endpoint>> groups = byPriority.values();
        tiers = groups.stream().map(group -> new Balancer(rule, group)).toArray(Balancer[]::new);
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    Endpoint pick(@Nullable Endpoint avoid) {
        for (Balancer tier : tiers) {
            Endpoint chosen = tier.pick(avoid);
            if (chosen != null) {
                return chosen;
            }
        }
        return avoid != null && endpoints.contains(avoid) && avoid.admit() ? avoid : tiers[0].amongAll(avoid);
    }
}
