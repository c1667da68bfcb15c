package io.sluice.tls;

import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSL;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake has settled. Most connections have one of two in common, so that none holds one of its own.
 *
 * @param protocol chosen by ALPN (RFC 7301); null: none was
 * @param subject of the client's certificate, which was verified, by RFC 4514 and in ASCII; null: it has none
 */
public record Secured(@Nullable String protocol, @Nullable String subject) {
    private static final Secured NOTHING = new Secured(null, null);
    private static final Secured HTTP_1 = new Secured("http/1.1", null);
    private static final Secured HTTP_2 = new Secured("h2", null);

    /** After the handshake. */
    public static Secured by(SSLEngine engine) {
        String chosen = engine.getApplicationProtocol();
        String protocol = chosen == null || chosen.isEmpty() ? null : chosen;
        String subject = engine.getNeedClientAuth() || engine.getWantClientAuth() ? subject(engine) : null;
        if (subject != null) {
            return new Secured(protocol, subject);
        }
        return switch (protocol) {
            case null -> NOTHING;
            case "http/1.1" -> HTTP_1;
            case "h2" -> HTTP_2;
            default -> new Secured(protocol, null);
        };
    }

    private static @Nullable String subject(SSLEngine engine) {
        try {
            return engine.getSession().getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? ascii(certificate.getSubjectX500Principal().getName())
                    : null;
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    /** What can't stand in a header field is escaped as RFC 4514 section 2.4 has it. */
    private static String ascii(String name) {
        StringBuilder text = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b < 0x7F) {
                text.append((char) b);
            } else {
                text.append(String.format("\\%02X", b));
            }
        }
        return text.toString();
    }

    /** Whether the client had been here before, and the handshake was the short one; false where that isn't known. */
    public static boolean isResumed(SSLEngine engine) {
        return engine instanceof ReferenceCountedOpenSslEngine bound
                && bound.sslPointer() != 0
                && SSL.isSessionReused(bound.sslPointer());
    }
}
