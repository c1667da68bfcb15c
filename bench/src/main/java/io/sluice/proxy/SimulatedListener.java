package io.sluice.proxy;

import io.sluice.config.ConfigReader;
import io.sluice.config.GatewayConfig;
import io.sluice.config.ListenerConfig;
import io.sluice.config.LoadResult;
import io.sluice.route.Snapshot;
import io.sluice.telemetry.ConnectionCounts;
import io.sluice.telemetry.Telemetry;
import io.sluice.wire.Loops;
import io.sluice.wire.Wire;
import io.sluice.wire.WireEvents;
import java.util.Map;

/**
 * A listener of the gateway that is bound to nothing: its connections are real ones, over wires that are given to it. It is
 * in this package since only here a listener can be given one.
 */
public final class SimulatedListener {
    private final Telemetry telemetry = new Telemetry();
    private final Listener listener;

    /** @param yaml a config with one listener */
    public SimulatedListener(Loops loops, String yaml) {
        GatewayConfig config = config(yaml);
        Snapshot snapshot = Snapshot.build(config, yaml, null, loops, telemetry);
        ListenerConfig wanted = config.listeners().values().iterator().next();
        listener = new Listener(new Proxy(loops, telemetry, () -> snapshot), wanted, null);
    }

    private static GatewayConfig config(String yaml) {
        return switch (ConfigReader.read("simulated.yaml", yaml, null, Map.of())) {
            case LoadResult.Loaded loaded -> loaded.config();
            case LoadResult.Rejected rejected ->
                throw new IllegalArgumentException(rejected.problems().toString());
        };
    }

    /** The connection of an accepted wire. On the wire's loop. */
    public WireEvents take(Wire wire) {
        return listener.take(wire);
    }

    public ConnectionCounts counts() {
        return telemetry.listener(listener.config().name()).counts();
    }

    /** What the gateway says that one parked connection weighs, in bytes. */
    public long parkedBytes() {
        return telemetry.listener(listener.config().name()).parkedBytesEach(counts());
    }
}
