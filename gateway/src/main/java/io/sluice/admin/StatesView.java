package io.sluice.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.telemetry.ConnectionCounts;

/** Client connections by state, as JSON. */
final class StatesView {
    private StatesView() {}

    static ObjectNode of(ConnectionCounts counts) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("handshaking", counts.handshaking())
                .put("active", counts.active())
                .put("tunnel", counts.tunnel())
                .put("parked", counts.parked())
                .put("draining", counts.draining())
                .put("total", counts.total());
    }
}
