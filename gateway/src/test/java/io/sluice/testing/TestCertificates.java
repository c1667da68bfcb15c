package io.sluice.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** An authority of its own and certificates that it signs, in PEM files in a folder. */
public final class TestCertificates {
    private final Path folder;
    private final TestCertificate signer = TestCertificate.authority("Sluice test authority");
    private final Path authority;
    private int made;

    /** A certificate, and its files. */
    public record Pair(TestCertificate made, Path certificate, Path key) {

        /** As an item of the list {@code certificates}. */
        public String yaml() {
            return "{ certificate: \"" + certificate + "\", key: \"" + key + "\" }";
        }

        /** Puts this one into the files of another one. */
        public void replace(Pair other) throws IOException {
            Files.write(other.certificate, Files.readAllBytes(certificate));
            Files.write(other.key, Files.readAllBytes(key));
        }

        public X509Certificate x509() {
            return made.certificate();
        }
    }

    /** @param folder where the files are put */
    public TestCertificates(Path folder) throws IOException {
        this.folder = folder;
        authority = signer.write(folder, "authority");
    }

    /** The certificate of the authority. */
    public Path authority() {
        return authority;
    }

    /** A certificate for servers of these names. */
    public Pair of(String... names) throws IOException {
        return written(signer.issue(names));
    }

    /** One that is valid for so many days. */
    public Pair of(int days, String... names) throws IOException {
        Instant now = Instant.now();
        return written(signer.issue(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(days)), names));
    }

    /** A certificate for a client. */
    public Pair client(String name) throws IOException {
        return written(signer.issueTo(name));
    }

    private Pair written(TestCertificate certificate) throws IOException {
        String name = "c" + made++;
        Path file = certificate.write(folder, name);
        return new Pair(certificate, file, folder.resolve(name + ".key"));
    }

    /** For clients that trust the authority. */
    public SSLContext trusting() {
        return trusting(null);
    }

    /** For clients that trust the authority and have a certificate. */
    public SSLContext trusting(@Nullable Pair own) {
        return own == null ? signer.trustingContext() : own.made.context(signer);
    }
}
