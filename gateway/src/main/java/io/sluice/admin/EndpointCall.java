package io.sluice.admin;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.HttpMethod;
import io.sluice.upstream.Endpoint;
import io.sluice.upstream.Manual;
import io.sluice.upstream.Upstream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One endpoint of an upstream: how it is, and what is set for it by hand. Asked on a virtual thread. */
final class EndpointCall {
    private static final String PATH = "/api/v1/upstreams/{upstream}/endpoints/{address}";
    private static final Set<String> KEYS = Set.of("state", "weight", "by");
    private static final int MOST_WEIGHT = 1000;
    private static final int LONGEST_BY = 64;
    private static final String STATES = "drain, ready or auto";
    private static final String WEIGHTS = "a whole number, 1.." + MOST_WEIGHT + ", or null";
    private static final int SECONDS = 5;

    private final Control control;

    EndpointCall(Control control) {
        this.control = control;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get(PATH, this::read),
                Operation.change(HttpMethod.PATCH, PATH, this::patch),
                Operation.change(HttpMethod.DELETE, PATH, this::takeBack));
    }

    /** What a request asks to be set. */
    private sealed interface Wanted {
        record Good(@Nullable Manual manual) implements Wanted {}

        record Bad(String error, String expected) implements Wanted {}
    }

    private AdminResponse read(AdminRequest request) {
        Endpoint endpoint = endpoint(request);
        return endpoint == null ? unknown(request) : AdminResponse.json(200, UpstreamView.endpoint(endpoint));
    }

    private AdminResponse patch(AdminRequest request) throws IOException {
        Endpoint endpoint = endpoint(request);
        if (endpoint == null) {
            return unknown(request);
        }
        return switch (wanted(request.body(), endpoint.health().manual())) {
            case Wanted.Good(Manual manual) -> set(request, manual);
            case Wanted.Bad(String error, String expected) -> AdminResponse.error(400, error, expected);
        };
    }

    private AdminResponse takeBack(AdminRequest request) {
        return endpoint(request) == null ? unknown(request) : set(request, null);
    }

    private @Nullable Endpoint endpoint(AdminRequest request) {
        Upstream upstream = control.snapshot().upstreams().get(request.variable("upstream"));
        return upstream == null ? null : upstream.endpoint(request.variable("address"));
    }

    private AdminResponse unknown(AdminRequest request) {
        String name = request.variable("upstream");
        Upstream upstream = control.snapshot().upstreams().get(name);
        if (upstream == null) {
            String names = String.join(", ", control.snapshot().upstreams().keySet());
            return AdminResponse.error(404, "upstream: " + name, names);
        }
        String addresses = String.join(
                ", ", upstream.endpoints().stream().map(Endpoint::address).toList());
        return AdminResponse.error(404, "endpoint: " + request.variable("address"), addresses);
    }

    /** Sets it, also for the upstream that a reload has put in the place of the one that was there. */
    private AdminResponse set(AdminRequest request, @Nullable Manual manual) {
        String address = request.variable("address");
        Endpoint before = null;
        for (; ; ) {
            Upstream upstream = control.snapshot().upstreams().get(request.variable("upstream"));
            Endpoint endpoint = upstream == null ? null : upstream.endpoint(address);
            if (upstream == null || endpoint == null) {
                return AdminResponse.error(404, "endpoint: " + address + " is gone with a reload", "try again");
            }
            if (endpoint.equals(before)) {
                return AdminResponse.json(200, UpstreamView.endpoint(endpoint));
            }
            before = endpoint;
            try {
                upstream.set(endpoint, manual).get(SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return noAnswer();
            } catch (ExecutionException | TimeoutException e) {
                return noAnswer();
            }
        }
    }

    private static AdminResponse noAnswer() {
        return AdminResponse.error(503, "the gateway does not answer", "a gateway that runs");
    }

    private static Wanted wanted(byte[] body, @Nullable Manual before) throws IOException {
        JsonNode node;
        try {
            node = new ObjectMapper().readTree(body);
        } catch (JacksonException e) {
            return new Wanted.Bad("not JSON: " + e.getOriginalMessage(), "an object with state or weight");
        }
        if (!node.isObject() || (!node.has("state") && !node.has("weight"))) {
            return new Wanted.Bad("neither state nor weight", "an object with state or weight");
        }
        for (var key : node.properties()) {
            if (!KEYS.contains(key.getKey())) {
                return new Wanted.Bad(key.getKey() + ": unknown", "state, weight, by");
            }
        }
        String by = node.path("by").asText("admin API");
        if (by.isBlank() || by.length() > LONGEST_BY || by.chars().anyMatch(Character::isISOControl)) {
            return new Wanted.Bad("by: not a name", "1.." + LONGEST_BY + " characters, no control characters");
        }
        Optional<Manual.State> state = Optional.ofNullable(before == null ? null : before.state());
        int weight = before == null ? 0 : before.weight();
        if (node.has("state")) {
            switch (node.get("state").asText()) {
                case "drain" -> state = Optional.of(Manual.State.DRAIN);
                case "ready" -> state = Optional.of(Manual.State.READY);
                case "auto" -> state = Optional.empty();
                default -> {
                    return new Wanted.Bad("state: " + node.get("state").asText(), STATES);
                }
            }
        }
        if (node.has("weight")) {
            JsonNode given = node.get("weight");
            boolean good = given.isNull() || (given.isInt() && given.asInt() >= 1 && given.asInt() <= MOST_WEIGHT);
            if (!good) {
                return new Wanted.Bad("weight: " + given, WEIGHTS);
            }
            weight = given.asInt(0);
        }
        boolean nothing = state.isEmpty() && weight == 0;
        return new Wanted.Good(nothing ? null : new Manual(state.orElse(null), weight, Instant.now(), by));
    }
}
