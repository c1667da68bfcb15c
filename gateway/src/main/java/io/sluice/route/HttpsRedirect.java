package io.sluice.route;

import io.sluice.config.ListenerConfig;
import io.sluice.http.Answer;
import io.sluice.http.Head;
import org.jspecify.annotations.Nullable;

/** Sends a client to the same place by https, with its method and its body (RFC 9110 section 15.4.9). Immutable. */
public final class HttpsRedirect {
    private static final int PERMANENT = 308;

    private final Location location;

    private HttpsRedirect(Location location) {
        this.location = location;
    }

    /**
     * That of a listener.
     *
     * @param port of the https URL; 0: it has none
     */
    public static @Nullable HttpsRedirect of(int port) {
        if (port == 0) {
            return null;
        }
        String authority = port == ListenerConfig.HTTPS ? "{host}" : "{host}:" + port;
        return new HttpsRedirect(Location.of("https://" + authority + "{path}?{query}", PathMatch.of(null)));
    }

    /** Null for a request that names no host. */
    public @Nullable Answer answer(Head request) {
        String to = location.of(request);
        return to == null ? null : Answer.redirect(PERMANENT, to);
    }
}
