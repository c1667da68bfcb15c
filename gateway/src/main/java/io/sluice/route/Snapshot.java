package io.sluice.route;

import io.sluice.config.GatewayConfig;
import io.sluice.config.UpstreamConfig;
import io.sluice.http.ForwardedFields;
import io.sluice.http.PathNormalizer;
import io.sluice.telemetry.Telemetry;
import io.sluice.tls.ClientTls;
import io.sluice.upstream.Upstream;
import io.sluice.wire.Loops;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was built from one version of the config: immutable, and swapped as a whole. An exchange reads the current
 * one once. What is equal in two configs is the same object in their snapshots, so an upstream that did not change keeps its
 * pools over a reload.
 *
 * @param version one more with each swap
 * @param paths does what {@link GatewayConfig#paths} asks for
 * @param forwarded knows whose forwarding fields are believed
 * @param upstreams by name, in file order
 * @param text the source of the config; null where it did not come from one
 */
public record Snapshot(
        long version,
        GatewayConfig config,
        PathNormalizer paths,
        ForwardedFields forwarded,
        RouteTable routes,
        Map<String, Upstream> upstreams,
        @Nullable String text) {

    /** How long new names may hold up a start or a reload: one that has no address by then gets it later. */
    private static final long LONGEST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /**
     * Builds what {@code config} asks for. Takes time for large configs and waits for names: not on a loop.
     *
     * @param previous the one that this will take the place of; null at the start
     * @throws IllegalArgumentException if a file that the config names is not fit; the message names it
     */
    public static Snapshot build(
            GatewayConfig config,
            @Nullable String text,
            @Nullable Snapshot previous,
            Loops loops,
            Telemetry telemetry) {
        Map<String, Upstream> upstreams = new LinkedHashMap<>();
        try {
            config.upstreams().forEach((name, wanted) -> upstreams.put(name, upstream(wanted, previous, loops)));
            // those that were kept know theirs: this waits for new names only
            long until = System.nanoTime() + LONGEST_WAIT_NANOS;
            upstreams.values().forEach(upstream -> upstream.awaitNames(until));
            return built(config, text, previous, upstreams, telemetry);
        } catch (RuntimeException e) {
            // or their names were looked up for ever
            upstreams.values().stream()
                    .filter(upstream -> previous == null || previous.upstreams.get(upstream.name()) != upstream)
                    .forEach(Upstream::retire);
            throw e;
        }
    }

    static Snapshot built(
            GatewayConfig config,
            @Nullable String text,
            @Nullable Snapshot previous,
            Map<String, Upstream> upstreams,
            Telemetry telemetry) {
        long version = previous == null ? 1 : previous.version + 1;
        return new Snapshot(
                version,
                config,
                new PathNormalizer(config.paths()),
                new ForwardedFields(config.trustedProxies(), config.tracing()),
                RouteTable.compile(
                        config.routes(), upstreams::get, telemetry::route, previous == null ? null : previous.routes),
                Collections.unmodifiableMap(upstreams),
                text);
    }

    private static Upstream upstream(UpstreamConfig wanted, @Nullable Snapshot previous, Loops loops) {
        Upstream running = previous == null ? null : previous.upstreams.get(wanted.name());
        return running != null && running.config().equals(wanted) ? running : new Upstream(wanted, loops, running);
    }

    /** The same as another version. */
    public Snapshot numbered(long other) {
        return new Snapshot(other, config, paths, forwarded, routes, upstreams, text);
    }

    /** Takes over certificates that have changed in their files while the config has not. Reads files: not on a loop. */
    public void renewFiles() {
        for (Upstream upstream : upstreams.values()) {
            ClientTls tls = upstream.tls();
            if (tls != null) {
                tls.renew();
            }
        }
    }

    /** The upstreams that {@code next} does not have any more: to be retired once it has taken over. */
    public List<Upstream> retiredBy(Snapshot next) {
        List<Upstream> retired = new ArrayList<>();
        for (Upstream upstream : upstreams.values()) {
            if (next.upstreams.get(upstream.name()) != upstream) {
                retired.add(upstream);
            }
        }
        return retired;
    }
}
