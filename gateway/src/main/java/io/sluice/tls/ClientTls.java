package io.sluice.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.sluice.config.TlsVersion;
import io.sluice.config.UpstreamTls;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS to the endpoints of one upstream: what its files hold, the sessions that can be resumed, and what was seen of
 * handshakes. {@link #renew} takes over files that have changed, for connections from then on; sessions of before are not
 * resumed then. Any thread, but files are read in the constructor and in {@link #renew}: not on a loop.
 */
public final class ClientTls {
    private static final Logger log = LoggerFactory.getLogger(ClientTls.class);
    /** Sessions kept for all endpoints together: a TLS 1.3 endpoint gives two at a time, each for one use. */
    private static final int SESSIONS = 256;

    private static final long LOG_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String upstream;
    private final UpstreamTls config;
    private final List<String> protocols;
    private final SslProvider library;
    private final PeerTrust.Seen seen = new PeerTrust.Seen();
    private final Map<HandshakeException.Kind, LongAdder> failures = new EnumMap<>(HandshakeException.Kind.class);
    private final AtomicInteger peers = new AtomicInteger();
    private final AtomicLong logged = new AtomicLong(System.nanoTime() - LOG_AGAIN_NANOS);
    private volatile @Nullable LastFailure lastFailure;
    private volatile Material material;

    /** @param files that the context was made of */
    private record Material(SslContext context, ClientFiles files) {}

    /**
     * The latest handshake that failed.
     *
     * @param endpoint with which
     */
    public record LastFailure(Instant at, String endpoint, String text) {}

    /**
     * What was seen of handshakes.
     *
     * @param failures every kind is there
     * @param expiry when the certificate ends that an endpoint has shown last; null: none did yet
     */
    public record Figures(
            long full,
            long resumed,
            Map<HandshakeException.Kind, Long> failures,
            @Nullable Instant expiry,
            @Nullable LastFailure lastFailure) {}

    /**
     * Reads the files.
     *
     * @param upstream its name, for messages
     * @param protocols offered by ALPN, the preferred one first; none: ALPN is not used
     * @throws IllegalArgumentException if a file is not fit; the message names it
     */
    public ClientTls(String upstream, UpstreamTls config, List<String> protocols) {
        this(upstream, config, protocols, OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK);
    }

    /** With this library. */
    ClientTls(String upstream, UpstreamTls config, List<String> protocols, SslProvider library) {
        this.library = library;
        this.upstream = upstream;
        this.config = config;
        this.protocols = List.copyOf(protocols);
        for (HandshakeException.Kind kind : HandshakeException.Kind.values()) {
            failures.put(kind, new LongAdder());
        }
        ClientFiles files = ClientFiles.read(upstream, config);
        material = new Material(context(files), files);
        if (config.trustsAnyone()) {
            log.warn(
                    "upstream {}: tls.verify is false: whoever answers is taken for an endpoint, and may read and change everything",
                    upstream);
        }
    }

    public UpstreamTls config() {
        return config;
    }

    /**
     * Takes over what the files hold now, if that has changed and is fit. If it is not, the log says so, and all stays as it
     * is.
     */
    public void renew() {
        try {
            ClientFiles files = ClientFiles.read(upstream, config);
            if (!files.equals(material.files)) {
                material = new Material(context(files), files);
                log.info("upstream {}: its TLS files have changed and are taken over for new connections", upstream);
            }
        } catch (IllegalArgumentException e) {
            log.error("what was read before stays in force: {}", e.getMessage());
        }
    }

    /**
     * One endpoint.
     *
     * @param endpoint what messages call it
     * @param host as it is addressed; null: it has no name
     */
    public TlsPeer peer(String endpoint, @Nullable String host) {
        return new TlsPeer(this, endpoint, config.name() == null ? host : config.name(), peers.incrementAndGet());
    }

    /** For one new connection, in its pipeline before the channel is connected. It has no timeout of its own. */
    SslHandler handler(ByteBufAllocator allocator, TlsPeer peer) {
        String host = peer.name();
        SslHandler handler = host == null
                ? material.context.newHandler(allocator)
                : material.context.newHandler(allocator, host, peer.number());
        peer.askFor(handler.engine());
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    /** A handshake failed. */
    void failed(TlsPeer peer, HandshakeException why) {
        LongAdder count = failures.get(why.kind());
        if (count != null) {
            count.increment();
        }
        String text = String.valueOf(why.getMessage());
        lastFailure = new LastFailure(Instant.now(), peer.endpoint(), text);
        long now = System.nanoTime();
        long before = logged.get();
        if (now - before >= LOG_AGAIN_NANOS && logged.compareAndSet(before, now)) {
            log.warn("upstream {}: no TLS with {}: {}", upstream, peer.endpoint(), text);
        }
    }

    public Figures figures() {
        Map<HandshakeException.Kind, Long> sums = new EnumMap<>(HandshakeException.Kind.class);
        failures.forEach((kind, count) -> sums.put(kind, count.sum()));
        return new Figures(seen.full.sum(), seen.resumed.sum(), sums, seen.expiry, lastFailure);
    }

    /** What is told of each file with certificates that is in use. */
    public List<CertificateFacts> certificates() {
        return material.files.facts();
    }

    /** @throws IllegalArgumentException if the library does not take what the files hold */
    private SslContext context(ClientFiles files) {
        ClientFiles.Trusted trusted = files.trusted();
        try {
            SslContextBuilder builder = SslContextBuilder.forClient()
                    .sslProvider(library)
                    .protocols(config.versions().stream().map(TlsVersion::word).toList())
                    // what the name is compared with is said in UpstreamTls
                    .endpointIdentificationAlgorithm(null)
                    .trustManager(new PeerTrust(config, trusted == null ? null : trusted.authorities(), seen))
                    .sessionCacheSize(SESSIONS);
            Certificates.Identity identity = files.identity();
            if (identity != null) {
                builder.keyManager(identity.key(), identity.chain());
            }
            if (!protocols.isEmpty()) {
                builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocols));
            }
            SslContext context = builder.build();
            if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
                sessions.setSessionCacheEnabled(true);
                // no keys: tickets are the endpoint's; the call is what switches them on
                sessions.setTicketKeys(new OpenSslSessionTicketKey[0]);
            }
            return context;
        } catch (SSLException | GeneralSecurityException e) {
            throw new IllegalArgumentException("upstreams." + upstream + ".tls: " + e.getMessage(), e);
        }
    }
}
