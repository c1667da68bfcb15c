package io.sluice.config;

import java.time.Duration;
import java.util.List;

/**
 * How names of endpoints are resolved.
 *
 * @param servers IP addresses of DNS servers, asked in this order; empty: those of the system
 * @param timeout how long one of them may take to answer; positive
 * @param minTtl an answer is used at least so long before it is asked for again; positive
 * @param maxTtl and at most so long; not less than {@code minTtl}
 */
public record ResolveConfig(List<HostPort> servers, Duration timeout, Duration minTtl, Duration maxTtl, Family family) {

    public static final ResolveConfig PLAIN = new ResolveConfig(
            List.of(), Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofMinutes(5), Family.ALL);

    /** Which addresses of a name are used. */
    public enum Family {
        ALL,
        IPV4,
        IPV6
    }
}
