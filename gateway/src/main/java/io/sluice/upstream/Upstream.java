package io.sluice.upstream;

import io.sluice.config.UpstreamConfig;
import io.sluice.wire.Loops;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A named set of interchangeable endpoints. Lives as long as its config record stays equal over reloads. */
public final class Upstream {
    private final UpstreamConfig config;

    public Upstream(UpstreamConfig config, Loops loops) {
        this.config = config;
    }

    public String name() {
        return config.name();
    }

    public UpstreamConfig config() {
        return config;
    }

    public List<Endpoint> endpoints() {
        throw new UnsupportedOperationException();
    }

    /** Chooses an endpoint for an attempt. {@code avoid}: the one that just failed, taken only if there is no other. The caller calls {@link #started}/{@link #finished} around the attempt... or the pool counts. */
    public Endpoint pick(@Nullable Endpoint avoid) {
        throw new UnsupportedOperationException();
    }

    /** Not in the config any more: idle connections are closed now, leased ones when they are released; waiters are still served. Any thread. */
    public void retire() {
        throw new UnsupportedOperationException();
    }
}
