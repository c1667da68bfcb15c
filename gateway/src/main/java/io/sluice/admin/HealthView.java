package io.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.upstream.CheckResult;
import io.sluice.upstream.HealthFigures;
import io.sluice.upstream.HealthState;
import io.sluice.upstream.Manual;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The health of an endpoint as JSON. */
final class HealthView {
    private HealthView() {}

    /** Adds it to what else is told of the endpoint. */
    static void put(HealthFigures health, ObjectNode node) {
        boolean available = health.state() == HealthState.AVAILABLE;
        node.put("available", available)
                .put("state", health.state().word())
                .put("since", health.since().toString());
        if (!available) {
            node.put("leftOutBecause", health.because());
        }
        node.put("weightInForce", health.weight()).put("share", health.share());
        node.set("manual", manual(health.manual()));
        node.set("checks", checks(health.checks()));
        node.put("failures", health.failures()).put("failuresInARow", health.failuresInARow());
        ObjectNode ejections = node.putObject("ejections");
        health.ejections().forEach(ejections::put);
        if (health.state() == HealthState.EJECTED) {
            node.put("ejectedMs", Millis.of(health.ejectedNanos()));
        }
        ArrayNode history = node.putArray("history");
        health.history()
                .forEach(change -> history.addObject()
                        .put("at", change.at().toString())
                        .put("from", change.from().word())
                        .put("to", change.to().word())
                        .put("because", change.because()));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static JsonNode manual(@Nullable Manual manual) {
        if (manual == null) {
            return JsonNodeFactory.instance.nullNode();
        }
        ObjectNode node = object();
        Manual.State state = manual.state();
        if (state != null) {
            node.put("state", state.name().toLowerCase(Locale.ROOT));
        }
        if (manual.weight() > 0) {
            node.put("weight", manual.weight());
        }
        return node.put("since", manual.since().toString()).put("by", manual.by());
    }

    private static JsonNode checks(HealthFigures.@Nullable Checks checks) {
        if (checks == null) {
            return JsonNodeFactory.instance.nullNode();
        }
        ObjectNode node = object().put("healthy", checks.healthy()).put("inARow", checks.inARow());
        CheckResult last = checks.last();
        if (last != null) {
            node.putObject("last")
                    .put("at", last.at().toString())
                    .put("result", last.outcome().word())
                    .put("text", last.text())
                    .put("ms", Millis.of(last.nanos()));
        }
        ObjectNode counts = node.putObject("counts");
        checks.counts().forEach((outcome, count) -> counts.put(outcome.word(), count));
        return node;
    }
}
