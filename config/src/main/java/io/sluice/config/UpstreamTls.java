package io.sluice.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * TLS to the endpoints of an upstream.
 *
 * @param ca authorities that are trusted, in a PEM file; null: those that the Java runtime trusts
 * @param name what endpoints are asked for (SNI), and what their certificate must be for; null: the host of each
 * @param names one of them must be in the certificate, in place of {@code name}: host names, IP addresses, or URIs; empty: {@code name} decides
 * @param publicKeys SHA-256 of the public keys of which the certificate must have one, in base64; empty: it may have any
 * @param identity the client certificate; null: there is none
 * @param verify false: the certificate may be anyone's, as long as its public key is one of {@code publicKeys}
 * @param versions that are spoken; at least one
 */
public record UpstreamTls(
        @Nullable Path ca,
        @Nullable String name,
        List<String> names,
        List<String> publicKeys,
        @Nullable CertificateFiles identity,
        boolean verify,
        Set<TlsVersion> versions) {

    /** All that is verified by default, with the authorities of the Java runtime. */
    public static final UpstreamTls USUAL = new UpstreamTls(
            null, null, List.of(), List.of(), null, true, Set.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3));

    /** Whoever answers is taken for the endpoint. */
    public boolean trustsAnyone() {
        return !verify && publicKeys.isEmpty();
    }
}
