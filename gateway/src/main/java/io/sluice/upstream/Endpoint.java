package io.sluice.upstream;

import io.sluice.config.HostPort;
import io.sluice.config.UpstreamConfig;
import io.sluice.http.Failure;
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
 * and off the loops, when an exchange would go there; until that succeeds the endpoint is left out.
 */
public final class Endpoint {
    private static final Logger log = LoggerFactory.getLogger(Endpoint.class);
    private static final long RESOLVE_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LOG_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String upstream;
    private final HostPort address;
    private final int weight;
    private final Pool pool;
    private final Availability availability;
    private volatile @Nullable InetSocketAddress resolved;
    private final AtomicLong resolveAgainAt = new AtomicLong(System.nanoTime());
    private final AtomicLong logAgainAt = new AtomicLong(System.nanoTime());

    Endpoint(
            UpstreamConfig upstream,
            UpstreamConfig.Endpoint endpoint,
            Loops loops,
            PerLoop<ResponseReader.Spare> readers) {
        this.upstream = upstream.name();
        address = endpoint.address();
        weight = endpoint.weight();
        availability = new Availability(upstream.connections().connectTimeout().toNanos(), System::nanoTime);
        pool = new Pool(this, upstream.connections(), loops, readers);
    }

    public Pool pool() {
        return pool;
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

    /** Gets exchanges only as a trial, or if all other endpoints are left out too. */
    public boolean isLeftOut() {
        return resolved == null || !availability.isAvailable();
    }

    /** How long it is left out from now; 0 if it is not, if its next exchange is a trial, or if {@link #isUnresolved}. */
    public long leftOutNanos() {
        return availability.nanosLeft();
    }

    /** What happened at the connect for which it is left out; null if it is not, or if {@link #isUnresolved}. */
    public @Nullable Failure leftOutBecause() {
        return availability.failure();
    }

    /** Its name could not be resolved. */
    public boolean isUnresolved() {
        return resolved == null;
    }

    @Override
    public String toString() {
        return upstream + "/" + address;
    }

    // ---- choice

    boolean wouldAdmit() {
        return resolved != null && availability.wouldAdmit();
    }

    /** An exchange may go there. */
    boolean admit() {
        if (resolved == null) {
            resolveAgain();
            return false;
        }
        return availability.admit();
    }

    // ---- what connections say

    /** A response now shows that it is back, be it on an old connection. */
    boolean isOnTrial() {
        return availability.isOnTrial();
    }

    void reached() {
        availability.reached();
    }

    void missed(Failure why) {
        if (availability.isAvailable() && mayLog()) {
            log.warn("endpoint {} is left out: {}", this, why.text());
        }
        availability.missed(why);
    }

    /** One that accepts now and then would fill the log. */
    private boolean mayLog() {
        long at = logAgainAt.get();
        long now = System.nanoTime();
        return now - at >= 0 && logAgainAt.compareAndSet(at, now + LOG_AGAIN_NANOS);
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
        } catch (UnknownHostException e) {
            log.warn("endpoint {} is left out: its name cannot be resolved", this);
            resolveAgainAt.set(System.nanoTime() + RESOLVE_AGAIN_NANOS);
        }
    }

    private void resolveAgain() {
        long at = resolveAgainAt.get();
        long now = System.nanoTime();
        if (now - at >= 0 && resolveAgainAt.compareAndSet(at, now + RESOLVE_AGAIN_NANOS)) {
            Thread.ofVirtual().name("resolve " + address).start(this::resolve);
        }
    }
}
