package io.sluice.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.http.Failure;
import io.sluice.telemetry.FailedExchange;
import io.sluice.telemetry.Tried;
import java.util.concurrent.TimeUnit;

/** A failed exchange as JSON, with what happened in it, step by step. */
final class FailureView {
    private static final double MICROS_PER_MILLI = 1000;

    private final FailedExchange exchange;
    private final ArrayNode steps = JsonNodeFactory.instance.arrayNode();

    private FailureView(FailedExchange exchange) {
        this.exchange = exchange;
    }

    static ObjectNode of(FailedExchange exchange) {
        Failure failure = exchange.failure();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("number", exchange.number())
                .put("at", exchange.at().toString())
                .put("cause", failure.cause())
                .put("side", failure.side().word())
                .put("text", failure.text())
                .put("status", exchange.status())
                .put("listener", exchange.listener())
                .put("client", exchange.client())
                .put("method", exchange.method())
                .put("host", exchange.host())
                .put("path", exchange.path())
                .put("route", exchange.route())
                .put("upstream", exchange.upstream())
                .put("requestId", exchange.requestId())
                .put("traceId", exchange.traceId())
                .put("attempts", exchange.tried().size())
                .put("requestBytes", exchange.requestBytes())
                .put("responseBytes", exchange.responseBytes())
                .put("durationMs", millis(exchange.nanos()))
                .put("config", exchange.configVersion());
        node.set("steps", new FailureView(exchange).steps());
        return node;
    }

    private ArrayNode steps() {
        if (exchange.method().isEmpty()) {
            step(0, "request", "from " + exchange.client() + ", not a whole head that is right");
        } else {
            step(
                    0,
                    "request",
                    "head of " + exchange.method() + " " + exchange.host() + exchange.path() + " from "
                            + exchange.client());
        }
        if (!exchange.route().isEmpty()) {
            step(0, "route", exchange.route());
        }
        int number = 0;
        for (Tried tried : exchange.tried()) {
            number++;
            if (number == 1 && tried.begunNanos() > 0) {
                step(tried.begunNanos(), "body", "as much of the request's body is here as is awaited");
            }
            attempt(number, tried);
        }
        if (exchange.firstByteNanos() > 0) {
            step(exchange.firstByteNanos(), "response", "its head");
        }
        step(
                exchange.nanos(),
                "failed",
                exchange.failure().cause() + ": " + exchange.failure().text());
        step(exchange.nanos(), "end", end());
        return steps;
    }

    private void attempt(int number, Tried tried) {
        step(tried.begunNanos(), "wait", "attempt " + number + ": for a connection to " + tried.endpoint());
        if (tried.leasedNanos() != Tried.NEVER) {
            String waited = " after " + millis(tried.leasedNanos() - tried.begunNanos()) + " ms";
            if (tried.reused()) {
                step(tried.leasedNanos(), "lease", "a connection that had carried an exchange before," + waited);
            } else {
                step(tried.leasedNanos() - tried.connectNanos(), "connect", "to " + tried.endpoint());
                step(tried.leasedNanos(), "lease", "a new connection," + waited);
            }
            step(tried.leasedNanos(), "send", "head of the request to " + tried.endpoint());
        }
        if (number < exchange.tried().size()) {
            Failure why = tried.failure();
            step(
                    tried.endedNanos(),
                    "attempt-failed",
                    why == null ? "the endpoint is left out now" : why.cause() + ": " + why.text());
        }
    }

    private String end() {
        String bytes = exchange.requestBytes() + " bytes of the request's body were taken, " + exchange.responseBytes()
                + " of the response's were sent";
        return exchange.status() == 0
                ? bytes + "; the client got no status"
                : bytes + "; the client got status " + exchange.status();
    }

    private void step(long nanos, String step, String text) {
        steps.addObject().put("ms", millis(nanos)).put("step", step).put("text", text);
    }

    private static double millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos) / MICROS_PER_MILLI;
    }
}
