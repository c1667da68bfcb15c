package io.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer of the admin listener.
 *
 * @param headers beside Content-Type, Content-Length and those that every answer has
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AdminResponse(int status, String contentType, byte[] body, Map<String, String> headers) {

    static AdminResponse json(int status, JsonNode body) {
        return text(status, "application/json", body.toPrettyString() + "\n");
    }

    static AdminResponse text(int status, String contentType, String body) {
        return new AdminResponse(status, contentType, body.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static AdminResponse empty(int status) {
        return new AdminResponse(status, "", new byte[0], Map.of());
    }

    /** What was wrong with a request, and what would have been right. */
    static AdminResponse error(int status, String error, String expected) {
        return json(
                status,
                JsonNodeFactory.instance.objectNode().put("error", error).put("expected", expected));
    }

    AdminResponse with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new AdminResponse(status, contentType, body, Map.copyOf(more));
    }
}
