package io.sluice.config;

import io.sluice.config.ResolveConfig.Family;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Reads how names are resolved. */
final class ResolveReader {
    private static final Syntax<Duration> TIMEOUT = Units.atMost(Duration.ofMinutes(1));
    private static final Syntax<Family> FAMILY =
            Syntax.word(Map.entry("all", Family.ALL), Map.entry("ipv4", Family.IPV4), Map.entry("ipv6", Family.IPV6));

    private ResolveReader() {}

    static ResolveConfig read(Section in) {
        ResolveConfig plain = ResolveConfig.PLAIN;
        Duration min = in.optional("minTtl", Units.DURATION).orElse(plain.minTtl());
        Duration max = in.optional("maxTtl", Units.DURATION).orElse(plain.maxTtl());
        if (min.compareTo(max) > 0) {
            String key = in.has("minTtl") ? "minTtl" : "maxTtl";
            in.problem(in.place(key), key, "minTtl is longer than maxTtl (expected: at most as long)", null);
        }
        return new ResolveConfig(
                List.copyOf(in.several("servers", Addresses.DNS_SERVER)),
                in.optional("timeout", TIMEOUT).orElse(plain.timeout()),
                min,
                max,
                in.optional("family", FAMILY).orElse(plain.family()));
    }
}
