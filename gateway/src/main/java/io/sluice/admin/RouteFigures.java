package io.sluice.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.http.Failure;
import io.sluice.telemetry.RouteMetrics;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What was counted of each route since the start, as JSON: counters and not rates, so that each who asks compares two answers over the
 * time that he likes. A route that was never hit is not told, so thousands of unused ones cost nothing.
 */
final class RouteFigures {
    private static final String[] CLASSES = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

    private final Control control;

    RouteFigures(Control control) {
        this.control = control;
    }

    AdminResponse list(AdminRequest request) {
        Parameters in = new Parameters(request, "since");
        Instant since = in.read("since", "a time such as 2026-01-31T12:00:00Z", RouteFigures::time);
        if (in.problem() != null) {
            return in.problem();
        }
        Instant now = Instant.now();
        long nanos = System.nanoTime();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("version", control.snapshot().version())
                .put("at", now.toString());
        node.set("boundsMs", LatencyView.boundsMs());
        ArrayNode routes = node.putArray("routes");
        for (RouteMetrics row : control.telemetry().routes()) {
            RouteMetrics.Figures figures = row.figures();
            if (figures != null) {
                Instant last = now.minusNanos(Math.max(nanos - figures.last(), 0));
                // the time of the last hit may be a second too early
                if (since == null || last.plusSeconds(1).isAfter(since)) {
                    routes.add(view(row.route(), figures, last));
                }
            }
        }
        return AdminResponse.json(200, node);
    }

    private static @Nullable Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static ObjectNode view(String name, RouteMetrics.Figures figures, Instant last) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("name", name);
        ObjectNode status = node.putObject("status");
        long[] requests = figures.requests();
        for (int i = 0; i < requests.length; i++) {
            if (requests[i] > 0) {
                status.put(CLASSES[i], requests[i]);
            }
        }
        ObjectNode failures = node.putObject("failures");
        for (var failed : figures.failures().entrySet()) {
            Failure cause = failed.getKey();
            failures.put(cause.cause(), failed.getValue());
        }
        node.set("latency", LatencyView.of(figures.latency()));
        return node.put("lastHit", last.truncatedTo(ChronoUnit.SECONDS).toString());
    }
}
