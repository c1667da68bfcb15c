package io.sluice.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.upstream.Endpoint;
import io.sluice.upstream.Outlook;
import io.sluice.upstream.Upstream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which endpoint of an upstream a request would get, and why, as JSON. */
final class PickView {
    private static final int MOST = 100;
    private static final double DIGITS = 10_000;

    private PickView() {}

    /** @param runs false: it is there by name alone */
    static ObjectNode of(Upstream upstream, boolean runs) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("name", upstream.name())
                .put("runs", runs);
        ArrayNode endpoints = JsonNodeFactory.instance.arrayNode();
        if (!runs) {
            node.putNull("endpoint").put("why", "it is not in force like this: its pool would be a new one");
        } else {
            Outlook outlook = upstream.outlook();
            Endpoint pick = outlook.likeliest();
            node.put("endpoint", pick == null ? null : pick.address()).put("why", why(upstream, outlook, pick));
            upstream.endpoints().stream().limit(MOST).forEach(endpoint -> endpoints.add(endpoint(endpoint, outlook)));
        }
        node.set("endpoints", endpoints);
        return node;
    }

    private static ObjectNode endpoint(Endpoint endpoint, Outlook outlook) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("address", endpoint.address())
                .put("state", endpoint.health().figures().state().word());
        Outlook.Choice choice = outlook.choices().stream()
                .filter(each -> each.endpoint() == endpoint)
                .findFirst()
                .orElse(null);
        return node.put("weight", choice == null ? 0 : choice.weight())
                .put("inFlight", endpoint.inFlight())
                .put("chance", choice == null ? 0 : Math.round(choice.chance() * DIGITS) / DIGITS);
    }

    private static String why(Upstream upstream, Outlook outlook, @Nullable Endpoint pick) {
        if (pick == null) {
            return "no endpoint takes exchanges: " + upstream.whyNone().cause();
        }
        int choices = outlook.choices().size();
        String among = choices == 1
                ? "the only one that may be picked"
                : switch (outlook.rule()) {
                    case LEAST_REQUEST ->
                        "likeliest of " + choices
                                + ": two are drawn by weight, and the one with fewer exchanges in flight per weight is taken";
                    case ROUND_ROBIN -> "next in turn of " + choices;
                    case RANDOM -> "likeliest of " + choices + ": one is drawn by weight";
                };
        String panic = outlook.panic() ? "; too few are available, so checks and ejections are ignored" : "";
        int out = upstream.endpoints().size() - choices;
        return among + (out == 0 ? "" : String.format(Locale.ROOT, "; %d left out", out)) + panic;
    }
}
