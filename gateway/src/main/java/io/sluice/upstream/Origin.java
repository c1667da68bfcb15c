package io.sluice.upstream;

import io.sluice.names.Tracked;
import java.util.List;

/**
 * Where the address of an endpoint comes from.
 *
 * @param lookUps the names that led there, the configured one first; none if the config has the address itself
 */
public record Origin(Kind kind, List<LookUp> lookUps) {
    static final Origin STATIC = new Origin(Kind.STATIC, List.of());

    /** How the config names it. */
    public enum Kind {
        /** An IP address or the path of a socket. */
        STATIC,
        /** The name of a host. */
        DNS,
        /** The name of a service. */
        SRV
    }

    /** A name, and what is known of it. */
    public record LookUp(String name, Tracked<?> tracked) {}
}
