package io.sluice.proxy;

import io.sluice.config.ListenerConfig;
import io.sluice.config.ListenerTls;
import io.sluice.config.Network;
import io.sluice.policy.AddressKey;
import io.sluice.policy.AddressRules;
import io.sluice.telemetry.ConnectionMetrics.Rejection;
import io.sluice.telemetry.ConnectionMetrics.Rest;
import io.sluice.wire.Acceptor;
import io.sluice.wire.Loops;
import io.sluice.wire.Wire;
import io.sluice.wire.WireEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a listener takes one more connection. With as many as it may hold, or as many as the process has descriptors
 * for, it stops accepting: clients wait in the kernel's backlog, and each connection that ends lets one of them in. One of an
 * address that has as many as it may, or that is not let in at all, is closed at once. Any thread.
 *
 * <p>No wake-up is lost: {@link #accepts} first marks that accepting rests and then looks at the count again, {@link #left}
 * first counts and then looks at the mark.
 */
final class Admission implements Acceptor {
    private static final Logger log = LoggerFactory.getLogger(Admission.class);
    private static final long LOG_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Listener listener;
    private final Places places;
    /** Accepted and not yet gone. */
    private final AtomicInteger held = new AtomicInteger();
    /** Those of them that are client connections. */
    private final AtomicInteger open = new AtomicInteger();

    /** Those of the accepted that have yet to agree on TLS. */
    private final AtomicInteger handshaking = new AtomicInteger();

    private final AddressCounts addresses = new AddressCounts();
    private final AtomicBoolean resting = new AtomicBoolean();
    private final AtomicLong logAgainAt = new AtomicLong(System.nanoTime());
    private volatile Loops.@Nullable Binding binding;

    Admission(Listener listener, Places places) {
        this.listener = listener;
        this.places = places;
    }

    /** Who is told when accepting may go on. */
    void bound(Loops.Binding to) {
        binding = to;
        places.join(this);
        recheck();
    }

    /** Nothing is accepted any more. */
    void unbound() {
        places.leave(this);
    }

    /** Client connections that are open. */
    int open() {
        return open.get();
    }

    private int limit() {
        return listener.config().limits().connections();
    }

    @Override
    public boolean accepts() {
        if (hasPlace()) {
            return true;
        }
        boolean begins = resting.compareAndSet(false, true);
        if (hasPlace()) {
            return true;
        }
        if (begins) {
            listener.settings().metrics().rested(rest());
        }
        return false;
    }

    private boolean hasPlace() {
        return held.get() < limit() && !hasManyHandshakes() && places.isFree();
    }

    private Rest rest() {
        if (held.get() < limit() && hasManyHandshakes()) {
            return Rest.HANDSHAKES;
        }
        return places.isFree() ? Rest.CONNECTIONS : places.rest();
    }

    private boolean hasManyHandshakes() {
        ListenerTls tls = listener.config().tls();
        return tls != null && handshaking.get() >= tls.handshake().concurrent();
    }

    void handshakeBegun() {
        handshaking.incrementAndGet();
    }

    void handshakeEnded() {
        handshaking.decrementAndGet();
        placeIsFree();
    }

    @Override
    public void accepted() {
        held.incrementAndGet();
        places.take();
    }

    @Override
    public WireEvents connected(Wire wire) {
        // only where several sockets accept at once, or none could tell how many there were
        if (open.incrementAndGet() > limit()) {
            return reject(wire, Rejection.CONNECTIONS);
        }
        Listener.Settings settings = listener.settings();
        AddressRules proxies = settings.proxies();
        if (proxies != null) {
            return introduced(wire, settings, proxies);
        }
        boolean asked = settings.clients() != null || settings.config().limits().connectionsPerAddress() > 0;
        WireEvents connection = letIn(wire, asked ? wire.peer().getAddress() : null, false);
        return connection == null ? drop(wire) : connection;
    }

    /**
     * Looks at what holds for a client's address.
     *
     * @param address null: nobody asks for it
     * @param ofProxy it is a proxy's own connection, of which there may be any number
     * @return the connection; null if it is not to be, which is counted
     */
    @Nullable
    WireEvents letIn(Wire wire, @Nullable InetAddress address, boolean ofProxy) {
        Listener.Settings settings = listener.settings();
        AddressRules clients = settings.clients();
        if (clients != null && address != null && !clients.serves(address)) {
            settings.metrics().rejected(Rejection.DENIED);
            return null;
        }
        int perAddress = settings.config().limits().connectionsPerAddress();
        if (perAddress == 0 || address == null || ofProxy || !isCounted(address)) {
            return listener.take(wire);
        }
        long key = AddressKey.of(address);
        if (!addresses.enter(key, perAddress)) {
            settings.metrics().rejected(Rejection.ADDRESS);
            return null;
        }
        return new CountedConnection(listener.take(wire), addresses, key);
    }

    /** Who connects to a Unix socket has no address to tell him by. */
    private boolean isCounted(InetAddress address) {
        return !listener.trusts(address) && !address.equals(Network.UNIX_CLIENT);
    }

    /** A proxy may tell whose connection it is. */
    private WireEvents introduced(Wire wire, Listener.Settings settings, AddressRules proxies) {
        InetSocketAddress peer = wire.peer();
        if (peer.getPort() == 0 && !peer.equals(Wire.UNIX)) {
            // reset meanwhile, as balancers end their checks: nobody can tell any more who that was
            return drop(wire);
        }
        ListenerConfig.ProxyProtocol config = settings.config().proxyProtocol();
        boolean trusted = proxies.serves(peer.getAddress());
        boolean required = trusted && config != null && config.required();
        Introduction introduction = new Introduction(wire, listener.lane(wire), this, trusted, required);
        introduction.start();
        return introduction;
    }

    private WireEvents reject(Wire wire, Rejection why) {
        listener.settings().metrics().rejected(why);
        return drop(wire);
    }

    private WireEvents drop(Wire wire) {
        left();
        wire.abort();
        return Refused.CONNECTION;
    }

    /** A connection that was {@link #connected} is gone. */
    void left() {
        open.decrementAndGet();
        lost();
    }

    @Override
    public void lost() {
        held.decrementAndGet();
        places.give();
    }

    /** A connection of this listener or of another one is gone. */
    void placeIsFree() {
        if (resting.get()) {
            recheck();
        }
    }

    /** The limit may have changed. */
    void recheck() {
        resting.set(false);
        Loops.Binding bound = binding;
        if (bound != null) {
            bound.recheck();
        }
    }

    @Override
    public void failed(IOException cause) {
        listener.settings().metrics().rested(Rest.FAILED);
        long now = System.nanoTime();
        long at = logAgainAt.get();
        if (now - at >= 0 && logAgainAt.compareAndSet(at, now + LOG_PAUSE_NANOS)) {
            log.warn(
                    "listener {} can't accept: {} (told once a minute; it tries again all the time)",
                    listener.config().name(),
                    cause.getMessage());
        }
    }
}
