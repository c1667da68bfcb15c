package io.sluice.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages away from the admin listener, which anybody on this machine may use: a browser runs on it, too, and
 * shows pages of strangers. A page whose name was made to resolve to a loopback address (DNS rebinding) is told by its Host; a
 * form or script of another site is told by its Origin, and can't send the content types or headers that a change needs.
 */
final class Guard {
    private static final Set<String> TYPES =
            Set.of("application/json", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml");

    private Guard() {}

    /** What speaks against a request; null: nothing. */
    static @Nullable AdminResponse objection(AdminRequest request) {
        String host = request.headers().get(HttpHeaderNames.HOST, "");
        if (!isLoopback(hostOf(host))) {
            return AdminResponse.error(403, "Host: " + host, "localhost or a loopback address");
        }
        return fromElsewhere(request);
    }

    /** What speaks against a request as one that a page of another site may have made a browser send; null: nothing. */
    static @Nullable AdminResponse fromElsewhere(AdminRequest request) {
        String host = request.headers().get(HttpHeaderNames.HOST, "");
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        // by https where something that speaks TLS stands in front
        if (origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
            return AdminResponse.error(403, "Origin: " + origin, "none, or http://" + host);
        }
        if (isChange(request.method()) && !isDeliberate(request)) {
            return AdminResponse.error(
                    415,
                    "Content-Type: " + request.headers().get(HttpHeaderNames.CONTENT_TYPE, "none"),
                    "application/json or application/yaml, or a header X-Requested-With");
        }
        return null;
    }

    private static boolean isChange(HttpMethod method) {
        return !method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD);
    }

    private static boolean isDeliberate(AdminRequest request) {
        String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
        int end = type.indexOf(';');
        String bare = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return TYPES.contains(bare) || request.headers().contains("x-requested-with");
    }

    /** The host of {@code host:port}, without the brackets of IPv6. */
    private static String hostOf(String authority) {
        if (authority.startsWith("[")) {
            int end = authority.indexOf(']');
            return end < 0 ? "" : authority.substring(1, end);
        }
        int colon = authority.indexOf(':');
        return colon < 0 ? authority : authority.substring(0, colon);
    }

    /** Whether a name or address can only mean this machine; names are not resolved. */
    static boolean isLoopback(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
