package io.sluice.proxy;

import io.sluice.config.ListenerConfig;
import io.sluice.http.HeadParser;
import io.sluice.telemetry.ConnectionMetrics;
import io.sluice.wire.Loop;
import io.sluice.wire.Loops;
import io.sluice.wire.PerLoop;
import io.sluice.wire.Wire;
import io.sluice.wire.WireEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bound address that accepts client connections: created, {@link #open}ed, {@link #drain}ed once, and {@link #abort}ed
 * if the drain takes too long. Its methods may be called from any thread but a loop; only who starts the gateway does.
 */
public final class Listener {
    private final Proxy proxy;
    private final Admission admission;
    private final ListenerConfig.Accept accept;
    private final PerLoop<Set<ClientConnection>> connections;
    private volatile Settings settings;
    private volatile boolean draining;
    private Loops.@Nullable Binding binding;

    public Listener(Proxy proxy, ListenerConfig config) {
        this.proxy = proxy;
        this.admission = new Admission(this, proxy.places());
        this.connections = new PerLoop<>(proxy.loops(), loop -> new LinkedHashSet<>());
        this.settings = settings(config);
        this.accept = config.accept();
    }

    /** What client connections need of the config, ready for use. */
    record Settings(
            ListenerConfig config,
            ConnectionMetrics metrics,
            HeadParser parser,
            long idleNanos,
            long headNanos,
            long sendNanos) {}

    private Settings settings(ListenerConfig config) {
        return new Settings(
                config,
                proxy.telemetry().listener(config.name()),
                HeadParser.requests(config.limits().head(), config.limits().fields()),
                config.timeouts().idle().toNanos(),
                config.timeouts().head().toNanos(),
                config.timeouts().send().toNanos());
    }

    /**
     * Binds and accepts.
     *
     * @throws IOException if the address cannot be bound
     */
    public void open() throws IOException {
        Loops.Binding bound = proxy.loops().bind(settings.config().bind(), accept, admission);
        binding = bound;
        admission.bound(bound);
    }

    /** Takes over other limits and timeouts of the same listener; open connections get them with their next request. The socket stays as it is. */
    public void reconfigure(ListenerConfig config) {
        settings = settings(config);
        admission.recheck();
    }

    public ListenerConfig config() {
        return settings.config();
    }

    /** How it was bound; {@link #config} may ask for something else since. */
    public ListenerConfig.Accept accept() {
        return accept;
    }

    /** The address in use, with the port that the system chose where the config says 0. */
    public InetSocketAddress address() {
        Loops.Binding bound = binding;
        if (bound == null) {
            throw new IllegalStateException("listener " + config().name() + " is not open");
        }
        return bound.address();
    }

    /** Client connections that are open. */
    public int connections() {
        return admission.open();
    }

    /** Accepts no more, closes what is parked, and lets what runs end with its present response. */
    public void drain() {
        unbind();
        draining = true;
        onEachConnection(ClientConnection::drain);
    }

    /** Cuts off what is left. */
    public void abort() {
        unbind();
        draining = true;
        onEachConnection(ClientConnection::abort);
    }

    private void unbind() {
        Loops.Binding bound = binding;
        if (bound != null) {
            bound.unbind();
            admission.unbound();
        }
    }

    private void onEachConnection(Consumer<ClientConnection> action) {
        for (Loop loop : proxy.loops().all()) {
            loop.execute(() -> {
                // a copy, since a connection that closes leaves the set
                List<ClientConnection> present = new ArrayList<>(connections.on(loop));
                present.forEach(action);
            });
        }
    }

    // ---- from the admission and the client connections, on their loops

    WireEvents take(Wire wire) {
        ConnectionMetrics metrics = settings.metrics();
        metrics.opened();
        ClientConnection connection = new ClientConnection(wire, this, proxy, metrics);
        connections.on(wire.loop()).add(connection);
        connection.start();
        return connection;
    }

    void closed(ClientConnection connection, Loop loop) {
        connections.on(loop).remove(connection);
        admission.left();
        connection.metrics().closed();
    }

    /** Whether that is a proxy in front of this one, whose clients are many. */
    boolean trusts(InetAddress peer) {
        return proxy.snapshot().forwarded().trusts(peer);
    }

    Settings settings() {
        return settings;
    }

    boolean isDraining() {
        return draining;
    }
}
