package io.sluice.admin;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A request to the admin listener, with all of its body.
 *
 * @param path without query
 * @param query decoded
 * @param body not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AdminRequest(HttpMethod method, String path, Map<String, List<String>> query, HttpHeaders headers, byte[] body) {

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Whether the client asks for JSON where there is a choice. */
    boolean wantsJson() {
        String accept = headers.get("accept", "");
        return accept.contains("application/json");
    }
}
