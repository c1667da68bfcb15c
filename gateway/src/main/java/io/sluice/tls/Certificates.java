package io.sluice.tls;

import io.sluice.config.CertificateFiles;
import io.sluice.config.ListenerTls;
import io.sluice.config.PemFile;
import io.sluice.config.PemFile.UnfitException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * What the files that the TLS of a listener names held when they were read; compared by that.
 *
 * @param identities in the order of the config; at least one
 * @param authorities of clients; empty: clients are asked for no certificate
 */
public record Certificates(List<Identity> identities, List<X509Certificate> authorities) {

    /** One certificate, those that lead to its authority, and its key. */
    record Identity(CertificateFiles files, List<X509Certificate> chain, PrivateKey key) {

        CertificateFacts facts() {
            return CertificateFacts.of(files.certificate(), chain);
        }

        /** Never the key. */
        @Override
        public String toString() {
            return files.toString();
        }
    }

    /**
     * Reads them. Not on a loop.
     *
     * @throws IOException if one is not there or not fit; the message names it, and says what was expected
     */
    public static Certificates read(ListenerTls config) throws IOException {
        List<Identity> identities = new ArrayList<>();
        for (CertificateFiles files : config.certificates()) {
            List<X509Certificate> chain = certificates(files.certificate());
            PrivateKey key = key(files.key());
            if (!PemFile.match(chain.getFirst(), key)) {
                throw new IOException(files.key() + " (expected: the key of certificate " + files.certificate() + ")");
            }
            identities.add(new Identity(files, List.copyOf(chain), key));
        }
        Path authorities = config.clients().authorities();
        return new Certificates(
                List.copyOf(identities), authorities == null ? List.of() : List.copyOf(certificates(authorities)));
    }

    private static List<X509Certificate> certificates(Path file) throws IOException {
        try {
            return PemFile.certificates(file);
        } catch (UnfitException e) {
            throw new IOException(file + " (expected: a PEM file with certificates): " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file) throws IOException {
        try {
            return PemFile.key(file);
        } catch (UnfitException e) {
            throw new IOException(file + " (expected: a PEM file with a private key): " + e.getMessage(), e);
        }
    }
}
