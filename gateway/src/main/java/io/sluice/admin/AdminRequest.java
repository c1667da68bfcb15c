package io.sluice.admin;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * A request to the admin listener, with all of its body.
 *
 * @param path without query
 * @param query decoded
 * @param body not to be changed
 * @param client who sent it
 * @param caller who that is, as far as is known yet
 * @param variables what the names in the operation's path stand for
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AdminRequest(
        HttpMethod method,
        String path,
        Map<String, List<String>> query,
        HttpHeaders headers,
        byte[] body,
        InetAddress client,
        Caller caller,
        Map<String, String> variables) {

    AdminRequest with(Map<String, String> found) {
        return new AdminRequest(method, path, query, headers, body, client, caller, found);
    }

    AdminRequest by(Caller known) {
        return new AdminRequest(method, path, query, headers, body, client, known, variables);
    }

    /** The segment that stands for a name in the operation's path. */
    String variable(String name) {
        return variables.getOrDefault(name, "");
    }

    /** Whether the client asks for JSON where there is a choice. */
    boolean wantsJson() {
        String accept = headers.get("accept", "");
        return accept.contains("application/json");
    }
}
