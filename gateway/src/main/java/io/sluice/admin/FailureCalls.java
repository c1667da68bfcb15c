package io.sluice.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.http.Failure;
import io.sluice.telemetry.FailedExchange;
import io.sluice.telemetry.FailedExchanges;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/v1/failures}: the last failed exchanges, all or some of them. Any thread. */
final class FailureCalls {
    private static final int LIMIT = 200;
    private static final int MOST = 2000;
    private static final Set<String> PARAMETERS = new TreeSet<>(Set.of("cause", "side", "route", "limit"));
    private static final String CAUSES =
            Arrays.stream(Failure.values()).map(Failure::cause).collect(Collectors.joining(", "));

    private final FailedExchanges failures;

    FailureCalls(FailedExchanges failures) {
        this.failures = failures;
    }

    AdminResponse list(AdminRequest request) {
        for (String name : request.query().keySet()) {
            if (!PARAMETERS.contains(name)) {
                return AdminResponse.error(400, name + ": no such parameter", String.join(", ", PARAMETERS));
            }
        }
        String cause = parameter(request, "cause");
        if (cause != null
                && Arrays.stream(Failure.values())
                        .noneMatch(known -> known.cause().equals(cause))) {
            return AdminResponse.error(400, "cause: " + cause, CAUSES);
        }
        String side = parameter(request, "side");
        if (side != null
                && Arrays.stream(Failure.Side.values())
                        .noneMatch(known -> known.word().equals(side))) {
            return AdminResponse.error(400, "side: " + side, "client, gateway or upstream");
        }
        int limit = limit(parameter(request, "limit"));
        if (limit == 0) {
            return AdminResponse.error(400, "limit: " + parameter(request, "limit"), "a whole number, 1.." + MOST);
        }
        return AdminResponse.json(200, listed(wanted(cause, side, parameter(request, "route")), limit));
    }

    private static @Nullable String parameter(AdminRequest request, String name) {
        List<String> values = request.query().get(name);
        return values == null ? null : values.getFirst();
    }

    /** 0 for what is none. */
    private static int limit(@Nullable String text) {
        if (text == null) {
            return LIMIT;
        }
        int limit = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        return limit <= MOST ? limit : 0;
    }

    private static Predicate<FailedExchange> wanted(
            @Nullable String cause, @Nullable String side, @Nullable String route) {
        return exchange -> (cause == null || exchange.failure().cause().equals(cause))
                && (side == null || exchange.failure().side().word().equals(side))
                && (route == null || exchange.route().equals(route));
    }

    private ObjectNode listed(Predicate<FailedExchange> wanted, int limit) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        failures.last().stream()
                .filter(wanted)
                .limit(limit)
                .map(FailureView::of)
                .forEach(list::add);
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("keptOfEachCause", FailedExchanges.KEPT);
        node.set("failures", list);
        return node;
    }
}
