package io.sluice.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.ListenerConfig;
import io.sluice.proxy.Listener;

/** A listener as JSON. */
final class ListenerView {
    private ListenerView() {}

    static ObjectNode of(Listener listener) {
        ListenerConfig config = listener.config();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("name", config.name())
                .put("bind", config.bind().toString())
                .put("address", listener.addressText())
                .put("connections", listener.connections());
        node.putObject("timeouts")
                .put("idleMs", config.timeouts().idle().toMillis())
                .put("headMs", config.timeouts().head().toMillis())
                .put("sendMs", config.timeouts().send().toMillis());
        node.putObject("limits")
                .put("connections", config.limits().connections())
                .put("connectionsPerAddress", config.limits().connectionsPerAddress())
                .put("head", config.limits().head())
                .put("fields", config.limits().fields());
        return node;
    }
}
