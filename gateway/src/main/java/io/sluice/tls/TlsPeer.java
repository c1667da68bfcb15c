package io.sluice.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** One endpoint that TLS is spoken with: what it is asked for, and what its certificate must be for. Any thread. */
public final class TlsPeer {
    private final ClientTls tls;
    private final String endpoint;
    private final @Nullable String name;
    private final int number;
    private final List<SNIServerName> asked;

    /**
     * @param endpoint for messages
     * @param name a host name in lower case and without a dot at its end, or an IP address; null: there is none
     * @param number no other peer has it: its sessions are kept under it
     */
    TlsPeer(ClientTls tls, String endpoint, @Nullable String name, int number) {
        this.tls = tls;
        this.endpoint = endpoint;
        this.name = name;
        this.number = number;
        asked = name == null || CertificateNames.literal(name) != null ? List.of() : asked(name);
    }

    private static List<SNIServerName> asked(String name) {
        try {
            return List.of(new SNIHostName(name));
        } catch (IllegalArgumentException underscore) {
            // the engine asks for it, if it has a dot
            return List.of();
        }
    }

    /** For one connection; goes into its pipeline before the channel is connected. It has no timeout of its own. */
    public SslHandler handler(ByteBufAllocator allocator) {
        return tls.handler(allocator, this);
    }

    /** A handshake with it has failed. */
    public void failed(HandshakeException why) {
        tls.failed(this, why);
    }

    String endpoint() {
        return endpoint;
    }

    @Nullable
    String name() {
        return name;
    }

    int number() {
        return number;
    }

    /** RFC 6066 section 3: no IP addresses. The engines by themselves would ask for no name without a dot either. */
    void askFor(SSLEngine engine) {
        if (!asked.isEmpty()) {
            // that of BoringSSL takes over only what is set; the JDK's takes over all
            SSLParameters parameters =
                    engine instanceof ReferenceCountedOpenSslEngine ? new SSLParameters() : engine.getSSLParameters();
            parameters.setServerNames(asked);
            engine.setSSLParameters(parameters);
        }
    }
}
