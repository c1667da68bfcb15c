package io.sluice.tls;

import io.sluice.config.CertificateFiles;
import io.sluice.config.PemFile;
import io.sluice.config.PemFile.UnfitException;
import io.sluice.config.UpstreamTls;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the files that the TLS of an upstream names held when they were read; compared by that.
 *
 * @param trusted null: the authorities of the Java runtime
 * @param identity that is shown to endpoints that ask; null: none
 */
record ClientFiles(@Nullable Trusted trusted, Certificates.@Nullable Identity identity) {

    /** The authorities of a file. */
    record Trusted(Path file, List<X509Certificate> authorities) {}

    /**
     * Reads them. Not on a loop.
     *
     * @param upstream its name, for messages
     * @throws IllegalArgumentException if one is not there or not fit; the message names it, and says what was expected
     */
    static ClientFiles read(String upstream, UpstreamTls config) {
        Path ca = config.ca();
        CertificateFiles own = config.identity();
        return new ClientFiles(
                ca == null ? null : new Trusted(ca, certificates(upstream, "ca", ca)),
                own == null ? null : identity(upstream, own));
    }

    private static Certificates.Identity identity(String upstream, CertificateFiles files) {
        List<X509Certificate> chain = certificates(upstream, "certificate", files.certificate());
        PrivateKey key = key(upstream, files.key());
        if (!PemFile.match(chain.getFirst(), key)) {
            String expected = "the key of the first certificate in " + files.certificate();
            throw unfit(upstream, "key", files.key(), expected, null);
        }
        return new Certificates.Identity(files, chain, key);
    }

    private static List<X509Certificate> certificates(String upstream, String key, Path file) {
        try {
            return List.copyOf(PemFile.certificates(file));
        } catch (UnfitException e) {
            throw unfit(upstream, key, file, "a PEM file with certificates", e);
        }
    }

    private static PrivateKey key(String upstream, Path file) {
        try {
            return PemFile.key(file);
        } catch (UnfitException e) {
            throw unfit(upstream, "key", file, "a PEM file with a private key", e);
        }
    }

    private static IllegalArgumentException unfit(
            String upstream, String key, Path file, String expected, @Nullable Exception why) {
        String reason = why == null ? "" : " (" + why.getMessage() + ")";
        return new IllegalArgumentException(
                "upstreams." + upstream + ".tls." + key + ": " + file + " (expected: " + expected + ")" + reason);
    }

    /** What is told of each file with certificates. */
    List<CertificateFacts> facts() {
        List<CertificateFacts> facts = new ArrayList<>();
        if (identity != null) {
            facts.add(identity.facts());
        }
        if (trusted != null) {
            facts.add(CertificateFacts.ofAuthorities(trusted.file, trusted.authorities));
        }
        return List.copyOf(facts);
    }
}
