package io.sluice.proxy;

import io.netty.util.NetUtil;
import io.sluice.config.ClientRules;
import io.sluice.config.ListenerConfig;
import io.sluice.h2.H2Limits;
import io.sluice.http.HeadParser;
import io.sluice.policy.AddressRules;
import io.sluice.route.HttpsRedirect;
import io.sluice.telemetry.ConnectionMetrics;
import io.sluice.tls.ServerTls;
import io.sluice.wire.Loop;
import io.sluice.wire.Loops;
import io.sluice.wire.PerLoop;
import io.sluice.wire.TlsWire;
import io.sluice.wire.Wire;
import io.sluice.wire.WireEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bound address that accepts client connections: created, {@link #open}ed, {@link #drain}ed once, and {@link #abort}ed
 * if the drain takes too long. Its methods may be called from any thread but a loop; only who starts the gateway does.
 */
public final class Listener {
    private static final int AT_ONCE = 256;

    /** So many windows of a stream has a connection of HTTP/2 as a whole. */
    private static final int H2_WINDOWS = 4;
    /** Points of {@link io.sluice.h2.Noise} after which one is ended: 200 resets at once, or 18 a second. */
    private static final int H2_NOISE = 2000;

    private final Proxy proxy;
    private final Admission admission;
    private final ListenerConfig.Accept accept;
    private volatile PerLoop<Lane> lanes;
    private volatile Settings settings;
    private volatile boolean draining;
    private Loops.@Nullable Binding binding;

    /**
     * Makes one.
     *
     * @param tls that of the config, with the certificates that it has now; closed by who made it. Null: cleartext
     */
    public Listener(Proxy proxy, ListenerConfig config, @Nullable ServerTls tls) {
        this.proxy = proxy;
        this.admission = new Admission(this, proxy.places());
        this.settings = settings(config, tls);
        this.lanes = lanes(settings.metrics());
        this.accept = config.accept();
    }

    /** What client connections need of the config, ready for use. */
    record Settings(
            ListenerConfig config,
            ConnectionMetrics metrics,
            HeadParser parser,
            @Nullable ServerTls tls,
            @Nullable HttpsRedirect redirect,
            @Nullable ClientSubject subject,
            @Nullable String hsts,
            @Nullable AddressRules clients,
            @Nullable AddressRules proxies,
            long idleNanos,
            long headNanos,
            long sendNanos,
            H2Limits http2,
            long ageNanos) {}

    private Settings settings(ListenerConfig config, @Nullable ServerTls tls) {
        ConnectionMetrics metrics = proxy.telemetry().listener(config.name());
        metrics.parkedBytes(parkedBytes(config));
        return new Settings(
                config,
                metrics,
                HeadParser.requests(config.limits().head(), config.limits().fields()),
                tls,
                HttpsRedirect.of(config.redirectToHttps()),
                ClientSubject.of(config.clientSubject()),
                Reply.hsts(config.tls()),
                AddressRules.of(config.clients()),
                proxies(config.proxyProtocol()),
                config.timeouts().idle().toNanos(),
                config.timeouts().head().toNanos(),
                config.timeouts().send().toNanos(),
                new H2Limits(
                        config.http2().streams(),
                        config.http2().window(),
                        H2_WINDOWS * config.http2().window(),
                        config.limits().head(),
                        config.limits().fields(),
                        H2_NOISE),
                config.http2().maxAge().toNanos());
    }

    /** Who may tell whose connection it is; null: nobody. */
    private static @Nullable AddressRules proxies(ListenerConfig.@Nullable ProxyProtocol config) {
        return config == null ? null : AddressRules.of(new ClientRules(config.from(), List.of()));
    }

    /** What a parked connection weighs in the heap: docs/admin-api.md says what belongs to it. */
    private int parkedBytes(ListenerConfig config) {
        boolean counted = config.limits().connectionsPerAddress() > 0;
        return proxy.loops().idleWireBytes()
                + ClientConnection.PARKED_BYTES
                + (counted ? CountedConnection.BYTES : 0)
                + (config.tls() == null ? 0 : TlsWire.IDLE_BYTES)
                + (config.proxyProtocol() == null ? 0 : ToldAddress.BYTES);
    }

    private PerLoop<Lane> lanes(ConnectionMetrics metrics) {
        return new PerLoop<>(
                proxy.loops(),
                loop -> new Lane(
                        this,
                        proxy,
                        loop,
                        metrics,
                        metrics.states(loop.index()),
                        proxy.heads(loop),
                        proxy.peers(loop)));
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
    public void reconfigure(ListenerConfig config, @Nullable ServerTls tls) {
        Settings before = settings;
        settings = settings(config, tls);
        if (settings.metrics() != before.metrics()) {
            lanes = lanes(settings.metrics());
        }
        admission.recheck();
    }

    /** What it speaks TLS with; null: cleartext. */
    public @Nullable ServerTls tls() {
        return settings.tls();
    }

    public ListenerConfig config() {
        return settings.config();
    }

    /** How it was bound; {@link #config} may ask for something else since. */
    public ListenerConfig.Accept accept() {
        return accept;
    }

    /** The address in use, with the port that the system chose where the config says 0. */
    public SocketAddress address() {
        Loops.Binding bound = binding;
        if (bound == null) {
            throw new IllegalStateException("listener " + config().name() + " is not open");
        }
        return bound.address();
    }

    /** The same as text, as a config has it. */
    public String addressText() {
        return address() instanceof InetSocketAddress inet
                ? NetUtil.toSocketAddressString(inet)
                : config().bind().toString();
    }

    /** Client connections that are open. */
    public int connections() {
        return admission.open();
    }

    /** Accepts no more, and lets what runs end with its present response; {@link Dismissal} closes what is idle. */
    public void drain() {
        unbind();
        draining = true;
    }

    /** Cuts off what is left. */
    public void abort() {
        unbind();
        draining = true;
        onEachConnection(AcceptedConnection::cutShort);
    }

    private void unbind() {
        Loops.Binding bound = binding;
        if (bound != null) {
            bound.unbind();
            admission.unbound();
        }
    }

    private void onEachConnection(Consumer<AcceptedConnection> action) {
        for (Loop loop : proxy.loops().all()) {
            loop.execute(() -> {
                List<AcceptedConnection> present = new ArrayList<>();
                loop.timed(timed -> {
                    if (timed instanceof AcceptedConnection connection && connection.listener() == this) {
                        present.add(connection);
                    }
                });
                inTurns(loop, present.iterator(), action);
            });
        }
    }

    /** Some now and the rest in turn with what else the loop has to do: there may be very many. All now where the loop ends. */
    private static void inTurns(
            Loop loop, Iterator<AcceptedConnection> connections, Consumer<AcceptedConnection> action) {
        do {
            for (int i = 0; i < AT_ONCE && connections.hasNext(); i++) {
                action.accept(connections.next());
            }
        } while (connections.hasNext() && !loop.execute(() -> inTurns(loop, connections, action)));
    }

    // ---- from the admission and the client connections, on their loops

    WireEvents take(Wire wire) {
        ServerTls tls = settings.tls();
        if (tls == null) {
            return connection(wire);
        }
        admission.handshakeBegun();
        return Handshaking.begin(lane(wire), wire, tls);
    }

    void handshakeEnded() {
        admission.handshakeEnded();
    }

    WireEvents connection(Wire wire) {
        ClientConnection connection = new ClientConnection(wire, lane(wire));
        connection.start();
        return connection;
    }

    Lane lane(Wire wire) {
        return lanes.on(wire.loop());
    }

    void closed() {
        admission.left();
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
