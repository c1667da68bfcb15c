package io.sluice.upstream;

import io.sluice.config.UpstreamConfig;
import io.sluice.h2.H2Room;
import io.sluice.telemetry.LatencyCounts;
import io.sluice.tls.ClientTls;
import io.sluice.tls.TlsPeer;
import io.sluice.wire.Loops;
import io.sluice.wire.PerLoop;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One address of an upstream; or a name that has none yet, which gets no exchanges. Any thread.
 *
 * <p>The address stays as long as the endpoint does, weight and tier may change with the records that it comes from.
 */
public final class Endpoint {
    /** Backups come after all others: priorities are less. */
    private static final int BACKUP_TIER = 1 << 16;

    private final String upstream;
    private final String name;
    private final String authority;
    private final @Nullable SocketAddress address;
    private final @Nullable TlsPeer tls;
    private final @Nullable OwnConnections own;
    private final Pool pool;
    private final Health health;
    private final LatencyCounts latency = new LatencyCounts();
    private volatile Origin origin;
    private volatile int priority;
    private volatile int weight;
    private volatile boolean backup;

    Endpoint(
            UpstreamConfig upstream,
            Candidate candidate,
            Loops loops,
            PerLoop<ResponseReader.Spare> readers,
            @Nullable PerLoop<H2Room> rooms,
            Watch watch,
            @Nullable ClientTls tls) {
        this.upstream = upstream.name();
        name = candidate.name();
        authority = candidate.authority();
        address = candidate.address();
        this.tls = tls == null ? null : tls.peer(name, host(candidate));
        origin = candidate.origin();
        priority = candidate.priority();
        weight = candidate.weight();
        backup = candidate.backup();
        own = OwnConnections.of(upstream.proxyProtocol());
        health = new Health(this, upstream.health(), watch, loops);
        pool = new Pool(this, upstream, loops, readers, rooms);
    }

    public Pool pool() {
        return pool;
    }

    /** Whether it may get requests. */
    public Health health() {
        return health;
    }

    /** Of the attempts that it has answered, from the lease of a connection to the head of the response. */
    public LatencyCounts latency() {
        return latency;
    }

    /** What it is called: its address, or, if that comes from a name, {@code name=address}. No other of the upstream has it. */
    public String address() {
        return name;
    }

    /** Where its address comes from. */
    public Origin origin() {
        return origin;
    }

    /** 0..65535; those with a higher one get exchanges only while none with a lower one can. */
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
        return backup ? BACKUP_TIER + priority : priority;
    }

    /** It is a name without an address. */
    public boolean isUnresolved() {
        return address == null;
    }

    @Override
    public String toString() {
        return upstream + "/" + name;
    }

    // ---- address

    /** What a certificate is to be for; null: a Unix socket has no name. */
    private static @Nullable String host(Candidate candidate) {
        if (candidate.address() instanceof UnixDomainSocketAddress) {
            return null;
        }
        String authority = candidate.authority();
        int colon = authority.lastIndexOf(':');
        String host = colon < 0 ? authority : authority.substring(0, colon);
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare;
    }

    /** How TLS is spoken with it; null: in cleartext. */
    @Nullable
    TlsPeer tls() {
        return tls;
    }

    /** What a request that is made for it names as its host. */
    String authority() {
        return authority;
    }

    /** What it means that each connection is one client's; null: connections may serve anybody. */
    @Nullable
    OwnConnections own() {
        return own;
    }

    @Nullable
    SocketAddress socketAddress() {
        return address;
    }

    /** Takes over what the records say now; returns whether its place among the others has changed. */
    boolean become(Candidate candidate) {
        origin = candidate.origin();
        boolean changed =
                priority != candidate.priority() || weight != candidate.weight() || backup != candidate.backup();
        priority = candidate.priority();
        weight = candidate.weight();
        backup = candidate.backup();
        return changed;
    }
}
