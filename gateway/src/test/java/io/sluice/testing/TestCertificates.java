package io.sluice.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** An authority of its own and certificates that it signs, in PEM files in a folder; made by the command {@code openssl}. */
public final class TestCertificates {
    private static final char[] NO_PASSWORD = {};

    private final Path folder;
    private final Pair authority;
    private int made;

    /** A certificate and its key. */
    public record Pair(Path certificate, Path key) {

        /** As an item of the list {@code certificates}. */
        public String yaml() {
            return "{ certificate: \"" + certificate + "\", key: \"" + key + "\" }";
        }

        /** Puts this one into the files of another one. */
        public void replace(Pair other) throws IOException {
            Files.write(other.certificate, Files.readAllBytes(certificate));
            Files.write(other.key, Files.readAllBytes(key));
        }

        public X509Certificate read() throws IOException {
            try (InputStream in = Files.newInputStream(certificate)) {
                return (X509Certificate) java.security.cert.CertificateFactory.getInstance("X.509")
                        .generateCertificate(in);
            } catch (GeneralSecurityException e) {
                throw new IOException(e);
            }
        }
    }

    /** @param folder where the files are put */
    public TestCertificates(Path folder) throws IOException {
        this.folder = folder;
        this.authority = make("Sluice test authority", "basicConstraints=critical,CA:TRUE", 30, null);
    }

    /** The certificate of the authority. */
    public Path authority() {
        return authority.certificate;
    }

    /** A certificate for servers of these names. */
    public Pair of(String... names) throws IOException {
        return of(30, names);
    }

    /** One that is valid for so many days. */
    public Pair of(int days, String... names) throws IOException {
        String alternatives = Stream.of(names).map(name -> "DNS:" + name).collect(Collectors.joining(","));
        return make(names[0], "basicConstraints=CA:FALSE\nsubjectAltName=" + alternatives, days, authority);
    }

    /** A certificate for a client. */
    public Pair client(String name) throws IOException {
        return make(name, "basicConstraints=CA:FALSE", 30, authority);
    }

    private Pair make(String name, String extensions, int days, @Nullable Pair signer) throws IOException {
        String file = "c" + made++;
        Path config = folder.resolve(file + ".cnf");
        Files.writeString(
                config,
                "[req]\ndistinguished_name=dn\nstring_mask=utf8only\nutf8=yes\n[dn]\n[ext]\n" + extensions + "\n");
        Pair pair = new Pair(folder.resolve(file + ".pem"), folder.resolve(file + ".key"));
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-utf8"));
        command.addAll(List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"));
        command.addAll(List.of("-config", config.toString(), "-extensions", "ext", "-days", "" + days));
        command.addAll(List.of("-subj", "/O=Sluice/CN=" + name));
        command.addAll(List.of("-keyout", pair.key.toString(), "-out", pair.certificate.toString()));
        if (signer != null) {
            command.addAll(List.of("-CA", signer.certificate.toString(), "-CAkey", signer.key.toString()));
        }
        run("", command);
        return pair;
    }

    /** Runs a command with that input; returns all that it said. */
    public static String run(String input, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.ISO_8859_1));
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            if (process.waitFor() != 0) {
                throw new IOException(command + "\n" + output);
            }
            return output;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** For clients that trust the authority. */
    public SSLContext trusting() throws IOException {
        return trusting(null);
    }

    /** For clients that trust the authority and have a certificate. */
    public SSLContext trusting(@Nullable Pair own) throws IOException {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, NO_PASSWORD);
            trusted.setCertificateEntry("authority", authority.read());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, NO_PASSWORD);
            if (own != null) {
                PrivateKey key = io.sluice.config.PemFile.key(own.key);
                store.setKeyEntry("own", key, NO_PASSWORD, new Certificate[] {own.read()});
            }
            keys.init(store, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | io.sluice.config.PemFile.UnfitException e) {
            throw new IOException(e);
        }
    }
}
