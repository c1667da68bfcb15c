package io.sluice.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.config.UpstreamConfig;
import io.sluice.upstream.Endpoint;
import io.sluice.upstream.IdleFigures;
import io.sluice.upstream.PoolFigures;
import io.sluice.upstream.Upstream;

/** An upstream and its endpoints as JSON. */
final class UpstreamView {
    private UpstreamView() {}

    static ObjectNode of(Upstream upstream) {
        UpstreamConfig config = upstream.config();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("name", config.name())
                .put("protocol", config.protocol().word())
                .put("balance", camelCase(config.balance()))
                .put("panic", upstream.panics())
                .put("retries", upstream.retries())
                .put("retriesDenied", upstream.retriesDenied());
        node.set("tls", UpstreamTlsView.of(upstream.tls()));
        node.set("connections", connections(config.connections()));
        ArrayNode endpoints = node.putArray("endpoints");
        upstream.endpoints().forEach(endpoint -> endpoints.add(endpoint(endpoint)));
        ArrayNode leaving = node.putArray("leaving");
        upstream.leaving().forEach(endpoint -> leaving.add(endpoint(endpoint)));
        return node;
    }

    static ObjectNode endpoint(Endpoint endpoint) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("address", endpoint.address())
                .put("weight", endpoint.weight())
                .put("priority", endpoint.priority())
                .put("backup", endpoint.isBackup());
        HealthView.put(endpoint.health().figures(), node);
        node.set("source", OriginView.of(endpoint.origin()));
        node.set("pool", pool(endpoint.pool().figures()));
        node.set("latency", LatencyView.of(endpoint.latency().counts()));
        node.set("idleLimit", idleLimit(endpoint.pool().idleFigures()));
        return node;
    }

    private static ObjectNode pool(PoolFigures figures) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("open", figures.open())
                .put("connecting", figures.connecting())
                .put("leased", figures.leased())
                .put("idle", figures.idle())
                .put("streams", figures.streams())
                .put("waiting", figures.waiting())
                .put("opened", figures.opened())
                .put("connectFailures", figures.connectFailures())
                .put("leases", figures.leases())
                .put("reused", figures.reused())
                .put("takenOver", figures.takenOver())
                .put("waits", figures.waits())
                .put("waitMs", Millis.of(figures.waitNanos()))
                .put("longestWaitMs", Millis.of(figures.maxWaitNanos()));
        ObjectNode closed = node.putObject("closed");
        figures.closed().forEach((reason, count) -> closed.put(reason.cause(), count));
        return node;
    }

    private static ObjectNode idleLimit(IdleFigures figures) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("configuredMs", Millis.of(figures.configuredNanos()))
                .put("toldMs", figures.toldNanos() == 0 ? null : Millis.of(figures.toldNanos()))
                .put("seenMs", figures.seenNanos() == 0 ? null : Millis.of(figures.seenNanos()))
                .put("limitMs", Millis.of(figures.limitNanos()))
                .put("provenMs", Millis.of(figures.provenNanos()))
                .put("lost", figures.lost());
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
