package io.sluice.upstream;

import io.sluice.config.HostPort;
import io.sluice.config.UpstreamConfig;
import io.sluice.wire.Loops;
import io.sluice.wire.PerLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address of an upstream. Any thread.
 *
 * <p>A name is resolved once, when the upstream is built. One that could not be resolved then is tried again, now and then
 * and off the loops; until that succeeds the endpoint is left out.
 */
public final class Endpoint {
    private static final Logger log = LoggerFactory.getLogger(Endpoint.class);
    private static final long RESOLVE_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String upstream;
    private final HostPort address;
    private final int weight;
    private final boolean backup;
    private final Pool pool;
    private final Watch watch;
    private final Health health;
    private volatile @Nullable InetSocketAddress resolved;
    private final AtomicLong resolveAgainAt = new AtomicLong(System.nanoTime());

    Endpoint(
            UpstreamConfig upstream,
            UpstreamConfig.Endpoint endpoint,
            Loops loops,
            PerLoop<ResponseReader.Spare> readers,
            Watch watch) {
        this.upstream = upstream.name();
        address = endpoint.address();
        weight = endpoint.weight();
        backup = endpoint.backup();
        this.watch = watch;
        health = new Health(this, upstream.health(), watch, loops);
        pool = new Pool(this, upstream.connections(), loops, readers);
    }

    public Pool pool() {
        return pool;
    }

    /** Whether it may get requests. */
    public Health health() {
        return health;
    }

    /** The address as text, for logs. */
    public String address() {
        return address.toString();
    }

    /** 1..1000, its share of the exchanges relative to the other endpoints. */
    public int weight() {
        return weight;
    }

    /** Exchanges that wait for a connection to it or have one. */
    public int inFlight() {
        return pool.inFlight();
    }

    /** Used only while no other endpoint is available. */
    public boolean isBackup() {
        return backup;
    }

    /** It is available, and a connection to it is free or may be opened. */
    public boolean hasRoom() {
        return health.isAvailable() && pool.hasRoom();
    }

    /** Endpoints of a lower tier are used only while none of a higher one, that is a smaller number, is available. */
    int tier() {
        return backup ? 1 : 0;
    }

    /** Its name could not be resolved. */
    public boolean isUnresolved() {
        return resolved == null;
    }

    @Override
    public String toString() {
        return upstream + "/" + address;
    }

    // ---- address

    @Nullable
    InetSocketAddress socketAddress() {
        return resolved;
    }

    /** Resolves an address that is no name, at once; returns whether it is one. */
    boolean resolveLiteral() {
        try {
            resolved = new InetSocketAddress(InetAddress.ofLiteral(address.host()), address.port());
            return true;
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    /** Waits for the name service: not on a loop. */
    void resolve() {
        try {
            resolved = new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
            watch.changed();
        } catch (UnknownHostException e) {
            log.warn("endpoint {} is left out: its name cannot be resolved", this);
            resolveAgainAt.set(System.nanoTime() + RESOLVE_AGAIN_NANOS);
        }
    }

    /** Resolves, off the loops, if that has not been tried for a while. */
    void resolveAgain() {
        long at = resolveAgainAt.get();
        long now = System.nanoTime();
        if (now - at >= 0 && resolveAgainAt.compareAndSet(at, now + RESOLVE_AGAIN_NANOS)) {
            Thread.ofVirtual().name("resolve " + address).start(this::resolve);
        }
    }
}
