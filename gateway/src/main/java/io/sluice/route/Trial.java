package io.sluice.route;

import io.sluice.config.GatewayConfig;
import io.sluice.config.GatewayConfig.Transport;
import io.sluice.config.HostPort;
import io.sluice.config.UpstreamConfig;
import io.sluice.telemetry.Telemetry;
import io.sluice.upstream.Upstream;
import io.sluice.wire.Loops;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A config that is only asked: by the code of the running gateway, but with nothing of it in force. Upstreams that run with the same
 * settings are those themselves; the others are there by name alone, so nothing is looked up, checked or connected to. Takes time
 * for large configs: not on a loop. Whoever makes one closes it.
 */
public final class Trial implements AutoCloseable {
    private static final List<UpstreamConfig.Endpoint> NOWHERE =
            List.of(new UpstreamConfig.Endpoint(new HostPort("127.0.0.1", 1), 1));

    private final Loops loops = new Loops(Transport.NIO, 1);
    private final Telemetry telemetry = new Telemetry();
    private final Map<String, Upstream> own = new LinkedHashMap<>();
    private final Snapshot snapshot;

    /**
     * Compiles it.
     *
     * @param text its source; null where there is none
     * @param running the one in force; null: there is none
     * @throws IllegalArgumentException for what the config reader should have refused
     */
    public Trial(GatewayConfig config, @Nullable String text, @Nullable Snapshot running) {
        try {
            Map<String, Upstream> upstreams = new LinkedHashMap<>();
            config.upstreams().forEach((name, wanted) -> upstreams.put(name, upstream(wanted, running)));
            snapshot = Snapshot.built(config, text, null, upstreams, telemetry);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private Upstream upstream(UpstreamConfig wanted, @Nullable Snapshot running) {
        Upstream same = running == null ? null : running.upstreams().get(wanted.name());
        return same != null && same.config().equals(wanted)
                ? same
                : own.computeIfAbsent(wanted.name(), name -> new Upstream(nowhere(wanted), loops));
    }

    private static UpstreamConfig nowhere(UpstreamConfig wanted) {
        return new UpstreamConfig(wanted.name(), NOWHERE, wanted.connections(), wanted.protocol(), wanted.balance());
    }

    /** To be asked for routes, until this is closed. */
    public Snapshot snapshot() {
        return snapshot;
    }

    /** Whether that upstream runs with the same settings, so that its endpoints are those that requests would get. */
    public boolean runs(String upstream) {
        return snapshot.upstreams().containsKey(upstream) && !own.containsKey(upstream);
    }

    @Override
    public void close() {
        own.values().forEach(Upstream::retire);
        loops.close();
        telemetry.close();
    }
}
