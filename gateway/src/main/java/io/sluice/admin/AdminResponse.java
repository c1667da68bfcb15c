package io.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the admin listener.
 *
 * @param headers beside Content-Type, Content-Length and those that every answer has
 * @param result of a change, in a few words for the audit log; null: the status says it
 * @param after run when the answer was written, or could not be; null: nothing
 * @param events what the answer goes on with, in place of a body; null: it has a body
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AdminResponse(
        int status,
        String contentType,
        byte[] body,
        Map<String, String> headers,
        @Nullable String result,
        @Nullable Runnable after,
        @Nullable EventSource events) {

    private AdminResponse(int status, String contentType, byte[] body) {
        this(status, contentType, body, Map.of(), null, null, null);
    }

    static AdminResponse json(int status, JsonNode body) {
        return text(status, "application/json", body.toPrettyString() + "\n");
    }

    static AdminResponse text(int status, String contentType, String body) {
        return new AdminResponse(status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    static AdminResponse bytes(int status, String contentType, byte[] body) {
        return new AdminResponse(status, contentType, body);
    }

    static AdminResponse empty(int status) {
        return new AdminResponse(status, "", new byte[0]);
    }

    /** Server-sent events, for as long as both sides want. */
    static AdminResponse events(EventSource source) {
        return new AdminResponse(200, "text/event-stream", new byte[0], Map.of(), null, null, source);
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
        return new AdminResponse(status, contentType, body, Map.copyOf(more), result, after, events);
    }

    AdminResponse resulting(String what) {
        return new AdminResponse(status, contentType, body, headers, what, after, events);
    }

    AdminResponse then(Runnable action) {
        return new AdminResponse(status, contentType, body, headers, result, action, events);
    }
}
