package io.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;

/**
 * The description of the admin API (OpenAPI 3.1): parts that lie beside this class, a file for each set of calls, and what the
 * table of operations knows better: who may do what, and how all of them refuse.
 */
final class OpenApi {
    private static final List<String> PARTS = List.of(
            "config",
            "plan",
            "history",
            "routing",
            "running",
            "endpoints",
            "connections",
            "live",
            "failures",
            "life",
            "login",
            "self");

    private OpenApi() {}

    static JsonNode of(Operations operations) throws IOException {
        JsonNode document = part("api");
        ObjectNode paths = (ObjectNode) document.at("/paths");
        ObjectNode schemas = (ObjectNode) document.at("/components/schemas");
        for (String name : PARTS) {
            JsonNode part = part(name);
            paths.setAll((ObjectNode) part.get("paths"));
            schemas.setAll((ObjectNode) part.get("schemas"));
        }
        for (Operation operation : operations.all()) {
            String method = operation.method().name().toLowerCase(Locale.ROOT);
            if (paths.path(operation.path()).get(method) instanceof ObjectNode described) {
                complete(described, operation);
            }
        }
        return document;
    }

    private static JsonNode part(String name) throws IOException {
        try (InputStream in = OpenApi.class.getResourceAsStream("openapi/" + name + ".json")) {
            if (in == null) {
                throw new IOException("openapi/" + name + ".json is not in the jar");
            }
            return new ObjectMapper().readTree(in);
        }
    }

    private static void complete(ObjectNode described, Operation operation) {
        ArrayNode security = described.putArray("security");
        if (operation.access() == Access.OPEN) {
            return;
        }
        security.addObject().putArray("token");
        if (operation.access() == Access.READ) {
            security.addObject().putArray("readToken");
        }
        refers(described, "401", "NoToken");
        refers(described, "403", "Forbidden");
        refers(described, "429", "TooManyGuesses");
        if (!operation.method().equals(HttpMethod.GET)) {
            refers(described, "413", "TooLarge");
            refers(described, "415", "SentByAPage");
        }
    }

    private static void refers(ObjectNode described, String status, String response) {
        described.withObject("/responses/" + status).put("$ref", "#/components/responses/" + response);
    }
}
