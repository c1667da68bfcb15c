package io.sluice.upstream;

import io.sluice.config.UpstreamConfig;
import io.sluice.http.Failure;
import io.sluice.wire.Loops;
import io.sluice.wire.PerLoop;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One address of an upstream; or a name that has none yet, which gets no exchanges. Any thread.
 *
 * <p>The address stays as long as the endpoint does, weight and priority may change with the records that it comes from.
 */
public final class Endpoint {
    private static final Logger log = LoggerFactory.getLogger(Endpoint.class);
    private static final long LOG_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String upstream;
    private final String name;
    private final @Nullable SocketAddress address;
    private final Pool pool;
    private final Availability availability;
    private final AtomicLong logAgainAt = new AtomicLong(System.nanoTime());
    private volatile Origin origin;
    private volatile int priority;
    private volatile int weight;

    Endpoint(UpstreamConfig upstream, Candidate candidate, Loops loops, PerLoop<ResponseReader.Spare> readers) {
        this.upstream = upstream.name();
        name = candidate.name();
        address = candidate.address();
        origin = candidate.origin();
        priority = candidate.priority();
        weight = candidate.weight();
        availability = new Availability(upstream.connections().connectTimeout().toNanos(), System::nanoTime);
        pool = new Pool(this, upstream.connections(), loops, readers);
    }

    public Pool pool() {
        return pool;
    }

    /** What it is called: its address, or, if that comes from a name, {@code name=address}. No other of the upstream has it. */
    public String address() {
        return name;
    }

    /** Where its address comes from. */
    public Origin origin() {
        return origin;
    }

    /** 0 or more; those with a higher one get exchanges only while none with a lower one can. */
    public int priority() {
        return priority;
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
        return address == null || !availability.isAvailable();
    }

    /** How long it is left out from now; 0 if it is not, if its next exchange is a trial, or if {@link #isUnresolved}. */
    public long leftOutNanos() {
        return availability.nanosLeft();
    }

    /** What happened at the connect for which it is left out; null if it is not, or if {@link #isUnresolved}. */
    public @Nullable Failure leftOutBecause() {
        return availability.failure();
    }

    /** It is a name without an address. */
    public boolean isUnresolved() {
        return address == null;
    }

    @Override
    public String toString() {
        return upstream + "/" + name;
    }

    // ---- choice

    boolean wouldAdmit() {
        return address != null && availability.wouldAdmit();
    }

    /** An exchange may go there. */
    boolean admit() {
        return address != null && availability.admit();
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
    SocketAddress socketAddress() {
        return address;
    }

    /** Takes over what the records say now; returns whether its place among the others has changed. */
    boolean become(Candidate candidate) {
        origin = candidate.origin();
        boolean changed = priority != candidate.priority() || weight != candidate.weight();
        priority = candidate.priority();
        weight = candidate.weight();
        return changed;
    }
}
