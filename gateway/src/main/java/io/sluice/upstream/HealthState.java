package io.sluice.upstream;

import java.util.Locale;

/** Whether an endpoint may get requests; where several hold, the first one in this order is told. */
public enum HealthState {
    /** Somebody has drained it. */
    DRAINED,
    /** Its name could not be resolved. */
    UNRESOLVED,
    /** The latest connection to it could not be opened. */
    UNREACHABLE,
    /** It fails its checks. */
    UNHEALTHY,
    /** It has failed too many requests. */
    EJECTED,
    /** None of these. */
    AVAILABLE;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The name in metrics and the API. */
    public String word() {
        return word;
    }
}
