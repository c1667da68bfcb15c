package io.sluice.upstream;

import java.util.Locale;

/** Why a connection is closed and not kept for the next exchange. */
public enum Discard {
    /** Was not used for as long as {@code connections.idle}. */
    IDLE(false),
    /** Was not used for longer than its endpoint is known to keep it: {@link IdleLimit}. */
    STALE(false),
    /** Older than {@code connections.maxAge}. */
    AGE(false),
    /** Has carried {@code connections.maxRequests} exchanges. */
    REQUESTS(false),
    /** The endpoint said that it closes, or the response could only end so; or it was opened for no client, where each is one client's. */
    NOT_KEPT(false),
    /** The endpoint closed it while no exchange was on it. */
    ENDPOINT_CLOSED(false),
    /** Bytes came that no response claims: while idle, or behind a response's end. */
    STRAY_BYTES(true),
    /** The response was complete before the request was. */
    EARLY_RESPONSE(true),
    /** The attempt failed: see its {@link io.sluice.http.Failure}. */
    FAILED(true),
    /** The client's side ended the attempt. */
    CANCELLED(true),
    /** It was a tunnel, which has ended on both sides. */
    TUNNEL_ENDED(false),
    /** The cap was reached and an exchange needs a connection that was not used before, or not for a while, or one on another loop where none can be moved; or its own, where each is one client's. */
    ROOM(false),
    /** Its endpoint was drained by hand. */
    DRAINED(false),
    /** Its upstream is not in the config any more, or the gateway stops. */
    RETIRED(false);

    private final boolean abrupt;
    private final String cause = name().toLowerCase(Locale.ROOT).replace('_', '-');

    Discard(boolean abrupt) {
        this.abrupt = abrupt;
    }

    /** The name in metrics and the API: lower case with hyphens. */
    public String cause() {
        return cause;
    }

    /** Nothing that may still wait to be sent matters: the connection is reset. */
    boolean abrupt() {
        return abrupt;
    }
}
