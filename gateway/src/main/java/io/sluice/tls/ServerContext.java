package io.sluice.tls;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.internal.tcnative.SSL;
import io.sluice.config.ListenerTls;
import io.sluice.config.ListenerTls.Verify;
import io.sluice.config.TlsVersion;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** One certificate of a listener, ready for connections. Engines are made by any thread until {@link #close}. */
final class ServerContext {
    private static final List<String> TLS_1_3 =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    /**
     * Bytes of the buffer that BoringSSL puts into what it has to say while nobody asks, and keeps: as it comes 2048. A
     * close_notify or an alert has to fit; what doesn't is asked for.
     */
    private static final int NATIVE_BUFFER = 64;

    private final SslContext context;
    private final ListenerTls config;
    private final List<String> protocols;
    private final @Nullable TicketKeys tickets;

    private ServerContext(
            SslContext context, ListenerTls config, List<String> protocols, @Nullable TicketKeys tickets) {
        this.context = context;
        this.config = config;
        this.protocols = protocols;
        this.tickets = tickets;
    }

    /**
     * Makes one.
     *
     * @param protocols for ALPN, the preferred one first
     * @param tickets null: there are none; the JDK has its own ones all the same
     * @throws SSLException if the library does not take certificate, key, or authorities
     */
    static ServerContext of(
            TlsLibrary library,
            Certificates.Identity identity,
            List<X509Certificate> authorities,
            ListenerTls config,
            List<String> protocols,
            @Nullable TicketKeys tickets)
            throws SSLException {
        List<String> ciphers = new ArrayList<>(TLS_1_3);
        ciphers.addAll(config.ciphers());
        SslContextBuilder builder = SslContextBuilder.forServer(identity.key(), identity.chain())
                .sslProvider(library.provider())
                .protocols(versions(config))
                .ciphers(ciphers, SupportedCipherSuiteFilter.INSTANCE)
                .clientAuth(clientAuth(config));
        if (!authorities.isEmpty()) {
            builder.trustManager(authorities);
        }
        if (library == TlsLibrary.BORINGSSL) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    protocols));
        }
        SslContext context = builder.build();
        if (context instanceof ReferenceCountedOpenSslContext bound) {
            bound.setBioNonApplicationBufferSize(NATIVE_BUFFER);
            // what a client wants to resume it keeps itself, in a ticket
            bound.sessionContext().setSessionCacheEnabled(false);
            if (tickets != null) {
                tickets.join(bound.sessionContext());
            }
        }
        return new ServerContext(context, config, protocols, tickets);
    }

    private static List<String> versions(ListenerTls config) {
        return config.versions().stream().map(TlsVersion::word).toList();
    }

    private static ClientAuth clientAuth(ListenerTls config) {
        return switch (config.clients().verify()) {
            case NONE -> ClientAuth.NONE;
            case OPTIONAL -> ClientAuth.OPTIONAL;
            case REQUIRED -> ClientAuth.REQUIRE;
        };
    }

    /** For one connection; to be released by it where it has references. */
    SSLEngine engine() {
        if (context instanceof JdkSslContext jdk) {
            // not Netty's own, which tells nobody what ALPN has chosen
            return jdkEngine(jdk);
        }
        SSLEngine engine = context.newEngine(PooledByteBufAllocator.DEFAULT);
        if (tickets != null) {
            tickets.connected(System.nanoTime());
        } else if (engine instanceof ReferenceCountedOpenSslEngine bound) {
            SSL.setOptions(bound.sslPointer(), SSL.SSL_OP_NO_TICKET);
        }
        return engine;
    }

    private SSLEngine jdkEngine(JdkSslContext jdk) {
        SSLEngine engine = jdk.context().createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(versions(config).toArray(String[]::new));
        parameters.setCipherSuites(jdk.cipherSuites().toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        parameters.setApplicationProtocols(protocols.toArray(String[]::new));
        // each of the two takes the other back
        if (config.clients().verify() == Verify.REQUIRED) {
            parameters.setNeedClientAuth(true);
        } else if (config.clients().verify() == Verify.OPTIONAL) {
            parameters.setWantClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** No more engines are made; those that are there are not affected. */
    void close() {
        if (context instanceof ReferenceCountedOpenSslContext bound) {
            if (tickets != null) {
                tickets.leave(bound.sessionContext());
            }
            bound.release();
        }
    }
}
