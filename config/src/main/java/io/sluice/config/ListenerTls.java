package io.sluice.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * TLS on a listener.
 *
 * @param certificates the first is for clients that ask for none of the names of any; at least one
 * @param versions that are spoken; at least one
 * @param ciphers of TLS 1.2, by their IANA names; those of TLS 1.3 are always all three. At least one
 * @param clients what is asked of clients
 * @param ticketRotation after how long session tickets get another key; zero: there are no tickets
 * @param hsts how long browsers shall use nothing but TLS (RFC 6797); zero: nothing is said
 */
public record ListenerTls(
        List<CertificateFiles> certificates,
        Set<TlsVersion> versions,
        List<String> ciphers,
        Clients clients,
        Duration ticketRotation,
        Handshake handshake,
        Duration hsts) {

    /** What is asked of a client's certificate. */
    public enum Verify {
        /** None is asked for. */
        NONE,
        /** It may have none; if it has one, that must be good. */
        OPTIONAL,
        REQUIRED
    }

    /**
     * Certificates of clients.
     *
     * @param authorities a PEM file with those that sign them; null exactly if none is asked for
     */
    public record Clients(Verify verify, @Nullable Path authorities) {
        public static final Clients NONE = new Clients(Verify.NONE, null);
    }

    /**
     * What a handshake may take.
     *
     * @param timeout from the connection to the end of the handshake; positive
     * @param concurrent of one listener at once, 1 or more; beyond it new connections wait in the kernel's backlog
     */
    public record Handshake(Duration timeout, int concurrent) {}
}
