package io.sluice.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.UpstreamConfig;
import io.sluice.upstream.Upstream;
import java.util.Locale;

/** An upstream and its endpoints as JSON. */
final class UpstreamView {
    private UpstreamView() {}

    static ObjectNode of(Upstream upstream) {
        UpstreamConfig config = upstream.config();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("name", config.name())
                .put("protocol", config.protocol().name().toLowerCase(Locale.ROOT))
                .put("balance", camelCase(config.balance()));
        node.set("connections", connections(config.connections()));
        var endpoints = node.putArray("endpoints");
        for (UpstreamConfig.Endpoint endpoint : config.endpoints()) {
            endpoints.addObject().put("address", endpoint.address().toString()).put("weight", endpoint.weight());
        }
        return node;
    }

    private static String camelCase(UpstreamConfig.Balance balance) {
        return switch (balance) {
            case LEAST_REQUEST -> "leastRequest";
            case ROUND_ROBIN -> "roundRobin";
            case RANDOM -> "random";
        };
    }

    private static ObjectNode connections(UpstreamConfig.Connections limits) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("max", limits.max())
                .put("queue", limits.queue())
                .put("queueTimeoutMs", limits.queueTimeout().toMillis())
                .put("connecting", limits.connecting())
                .put("connectTimeoutMs", limits.connectTimeout().toMillis())
                .put("idleMs", limits.idle().toMillis())
                .put("maxAgeMs", limits.maxAge().toMillis())
                .put("maxRequests", limits.maxRequests());
    }
}
