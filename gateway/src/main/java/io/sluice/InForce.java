package io.sluice;

import io.sluice.admin.Control.Outlook;
import io.sluice.admin.ReloadResult;
import io.sluice.config.DrainConfig;
import io.sluice.config.GatewayConfig;
import io.sluice.config.ListenerConfig;
import io.sluice.proxy.Listener;
import io.sluice.proxy.Proxy;
import io.sluice.route.Snapshot;
import io.sluice.telemetry.Telemetry;
import io.sluice.tls.CertificateFacts;
import io.sluice.tls.ClientTls;
import io.sluice.upstream.Upstream;
import io.sluice.wire.Loops;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a config has become: the snapshot in force, the listeners, and all else that goes by it.
 *
 * <p>A new config is built and its new listeners are bound beside the running ones; then one volatile write puts the new
 * snapshot in force; then what is gone is retired and drained. Whatever fails before the write leaves everything as it
 * was. Changed by one thread at a time, and on no loop; read by any.
 */
final class InForce {
    private static final Logger log = LoggerFactory.getLogger(InForce.class);

    private final GatewayConfig started;
    private final Loops loops;
    private final Telemetry telemetry;
    private final Proxy proxy;
    private final Listeners listeners;
    private final ExpiryWatch expiries = new ExpiryWatch(this::certificates);
    private volatile Snapshot snapshot;

    /**
     * Makes all of it that needs no socket.
     *
     * @param version of the config
     * @throws IllegalArgumentException if a file that the config names is not what it was when the config was read
     */
    InForce(GatewayConfig config, @Nullable String text, long version, Loops loops, Telemetry telemetry) {
        this.started = config;
        this.loops = loops;
        this.telemetry = telemetry;
        loops.names().configure(config.resolve());
        this.snapshot = Snapshot.build(config, text, null, loops, telemetry).numbered(version);
        this.proxy = new Proxy(loops, telemetry, () -> snapshot);
        this.listeners = new Listeners(proxy);
        limit(config);
    }

    Snapshot snapshot() {
        return snapshot;
    }

    Proxy proxy() {
        return proxy;
    }

    Listeners listeners() {
        return listeners;
    }

    /** @throws StartException if it can't be written to */
    void openAccessLog() throws StartException {
        openAccessLog(started);
    }

    private void openAccessLog(GatewayConfig config) throws StartException {
        try {
            telemetry.accessLog(config.accessLog());
        } catch (IOException e) {
            throw new StartException("accessLog: " + e.getMessage() + " (expected: a file that can be appended to)");
        }
    }

    /** @throws StartException if an address cannot be bound; then none is */
    void listen() throws StartException {
        listeners.commit(listeners.prepare(started.listeners().values()));
        expiries.look();
    }

    /** Of all files in use, by whose they are. */
    private Map<String, List<CertificateFacts>> certificates() {
        Map<String, List<CertificateFacts>> all = new LinkedHashMap<>();
        listeners.certificates().present().forEach((name, tls) -> all.put("listener " + name, tls.facts()));
        for (Upstream upstream : snapshot.upstreams().values()) {
            ClientTls tls = upstream.tls();
            if (tls != null) {
                all.put("upstream " + upstream.name(), tls.certificates());
            }
        }
        return all;
    }

    /** Nothing is watched any more. */
    void close() {
        expiries.close();
        listeners.certificates().close();
    }

    /**
     * Puts another config in force.
     *
     * @param text its source
     * @return what came of it: {@link ReloadResult.Applied} or {@link ReloadResult.Unchanged}
     * @throws StartException if it can't be, and why; nothing has changed then
     */
    ReloadResult change(GatewayConfig config, @Nullable String text) throws StartException {
        Snapshot current = snapshot;
        if (config.equals(current.config())
                && Objects.equals(text, current.text())
                && !listeners.certificates().areStale()) {
            current.renewFiles();
            expiries.look();
            return new ReloadResult.Unchanged(current.version(), List.of());
        }
        long begun = System.nanoTime();
        // before new names are looked up
        loops.names().configure(config.resolve());
        Snapshot next = null;
        Listeners.Change change;
        try {
            next = build(config, text, current);
            change = prepare(config);
        } catch (StartException e) {
            if (next != null) {
                next.retiredBy(current).forEach(Upstream::retire);
            }
            loops.names().configure(current.config().resolve());
            throw e;
        }
        snapshot = next;
        listeners.commit(change);
        next.renewFiles();
        expiries.look();
        limit(config);
        current.retiredBy(next).forEach(Upstream::retire);
        drainRemoved(change.removed(), config.drain());
        forgetRows();
        logChange(next, current, System.nanoTime() - begun);
        return new ReloadResult.Applied(next.version(), Restarts.of(config, started, loops, change.kept()));
    }

    /** What a config would do to the listeners, and what of it would need a restart. */
    Outlook outlook(GatewayConfig config) {
        Map<Listener, ListenerConfig> kept = listeners.kept(config.listeners().values());
        return new Outlook(listeners.open(), kept, Restarts.of(config, started, loops, kept));
    }

    private Snapshot build(GatewayConfig config, @Nullable String text, Snapshot current) throws StartException {
        try {
            return Snapshot.build(config, text, current, loops, telemetry);
        } catch (RuntimeException e) {
            // what the config reader should have refused: the config that runs must not suffer from it
            log.error("config can't be built", e);
            throw new StartException("can't be built: " + e.getMessage());
        }
    }

    /** All else that can fail of a change, done or undone as a whole. */
    private Listeners.Change prepare(GatewayConfig config) throws StartException {
        Listeners.Change change = listeners.prepare(config.listeners().values());
        try {
            openAccessLog(config);
            return change;
        } catch (StartException e) {
            listeners.undo(change);
            throw e;
        }
    }

    private void limit(GatewayConfig config) {
        reserve();
        loops.responseMemory(config.memory().responses());
        proxy.limits(config.limits());
        proxy.sample(config.admin().samples());
    }

    /** Keeps descriptors for the most upstream connections that there can be at once, those of health checks included; again when names get other addresses. */
    private void reserve() {
        long most = 0;
        for (Upstream upstream : snapshot.upstreams().values()) {
            upstream.onChange(this::reserve);
            int checks = upstream.config().health().check() == null ? 0 : 1;
            most += (long) upstream.endpoints().size()
                    * (upstream.config().connections().max() + checks);
        }
        proxy.reserve(most);
    }

    private void drainRemoved(List<Listener> removed, DrainConfig how) {
        if (!removed.isEmpty()) {
            Thread.ofVirtual().name("drain").start(() -> {
                listeners.end(removed, how);
                forgetRows();
            });
        }
    }

    private void forgetRows() {
        GatewayConfig config = snapshot.config();
        telemetry.retain(
                config.routes().stream().map(route -> route.name()).collect(Collectors.toSet()),
                config.listeners().keySet());
    }

    private static void logChange(Snapshot next, Snapshot previous, long nanos) {
        log.info(
                "config version {} in force after {} ms: {}, {} ({} kept)",
                next.version(),
                nanos / 1_000_000,
                Amount.of(next.config().routes().size(), "route"),
                Amount.of(next.upstreams().size(), "upstream"),
                next.upstreams().values().stream()
                        .filter(upstream -> previous.upstreams().get(upstream.name()) == upstream)
                        .count());
    }
}
