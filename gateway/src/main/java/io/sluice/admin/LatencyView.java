package io.sluice.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.telemetry.LatencyCounts;

/** Latency as JSON: counts by bucket, and the bounds of the buckets. */
final class LatencyView {
    private static final double MILLIS = 1000;

    private LatencyView() {}

    /** Upper bounds of the buckets in milliseconds; one more bucket takes the rest. */
    static ArrayNode boundsMs() {
        ArrayNode bounds = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < LatencyCounts.buckets() - 1; i++) {
            bounds.add(LatencyCounts.bound(i) * MILLIS);
        }
        return bounds;
    }

    static ArrayNode of(long[] counts) {
        ArrayNode latency = JsonNodeFactory.instance.arrayNode();
        for (long bucket : counts) {
            latency.add(bucket);
        }
        return latency;
    }
}
