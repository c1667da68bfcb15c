package io.sluice.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A certificate made for a test, with its key on P-256: an authority that signs itself, one that another has issued, or one of a
 * server alone. Valid from a day ago for a year, if nothing else is said.
 *
 * @param issuer null: itself
 */
public record TestCertificate(
        X509Certificate certificate,
        PrivateKey key,
        @Nullable TestCertificate issuer) {
    private static final char[] PASSWORD = "test".toCharArray();
    private static final AtomicLong SERIAL = new AtomicLong(1);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("2a8648ce3d040302"));

    /** What is to be in a certificate. */
    private record Wanted(String subject, boolean authority, Instant from, Instant to, List<String> names) {
        static Wanted now(String subject, boolean authority, String... names) {
            Instant now = Instant.now();
            return new Wanted(
                    subject, authority, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(365)), List.of(names));
        }
    }

    /** An authority of its own. */
    public static TestCertificate authority(String name) {
        return made(Wanted.now(name, true), null);
    }

    /** Of a server, signed by itself. */
    public static TestCertificate selfSigned(String... names) {
        return made(Wanted.now(names[0], false, names), null);
    }

    /** Issued by this one for these host names, IP addresses or URIs. */
    public TestCertificate issue(String... names) {
        return made(Wanted.now(names.length == 0 ? "nameless" : names[0], false, names), this);
    }

    /** Issued by this one to somebody who has no other names, such as a client. */
    public TestCertificate issueTo(String subject) {
        return made(Wanted.now(subject, false), this);
    }

    /** As {@link #issue(String...)}, valid from then to then. */
    public TestCertificate issue(Instant from, Instant to, String... names) {
        return made(new Wanted(names[0], false, from, to, List.of(names)), this);
    }

    /** Another authority, issued by this one. */
    public TestCertificate issueAuthority(String name) {
        return made(Wanted.now(name, true), this);
    }

    private static TestCertificate made(Wanted wanted, @Nullable TestCertificate issuer) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            byte[] subject = name(wanted.subject);
            byte[] body = Der.sequence(
                    Der.element(0xA0, new byte[] {2, 1, 2}),
                    Der.element(
                            0x02, BigInteger.valueOf(SERIAL.getAndIncrement()).toByteArray()),
                    ECDSA_SHA256,
                    issuer == null
                            ? subject
                            : issuer.certificate.getSubjectX500Principal().getEncoded(),
                    Der.sequence(Der.text(0x17, TIME.format(wanted.from)), Der.text(0x17, TIME.format(wanted.to))),
                    subject,
                    pair.getPublic().getEncoded(),
                    Der.element(0xA3, extensions(wanted)));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(issuer == null ? pair.getPrivate() : issuer.key);
            signature.update(body);
            byte[] whole = Der.sequence(body, ECDSA_SHA256, Der.bits(signature.sign()));
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
            return new TestCertificate(certificate, pair.getPrivate(), issuer);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] name(String common) {
        return Der.sequence(part("55040a", "Sluice"), part("550403", common));
    }

    private static byte[] part(String type, String text) {
        return Der.element(0x31, Der.sequence(Der.oid(type), Der.text(0x0C, text)));
    }

    private static byte[] extensions(Wanted wanted) {
        List<byte[]> extensions = new ArrayList<>();
        if (wanted.authority) {
            byte[] yes = {1, 1, (byte) 0xFF};
            extensions.add(Der.sequence(Der.oid("551d13"), yes, Der.octets(Der.sequence(yes))));
        }
        if (!wanted.names.isEmpty()) {
            byte[][] names =
                    wanted.names.stream().map(TestCertificate::alternative).toArray(byte[][]::new);
            extensions.add(Der.sequence(Der.oid("551d11"), Der.octets(Der.sequence(names))));
        }
        return Der.sequence(extensions.toArray(byte[][]::new));
    }

    private static byte[] alternative(String name) {
        if (name.contains("://")) {
            return Der.text(0x86, name);
        }
        try {
            return Der.element(0x87, InetAddress.ofLiteral(name).getAddress());
        } catch (IllegalArgumentException host) {
            return Der.text(0x82, name);
        }
    }

    // ---- files

    /** This certificate and those that lead to its authority, without that one if another comes before it. */
    public String pem() {
        StringBuilder text = new StringBuilder();
        for (X509Certificate one : chain()) {
            text.append(block("CERTIFICATE", encoded(one)));
        }
        return text.toString();
    }

    public String keyPem() {
        return block("PRIVATE KEY", key.getEncoded());
    }

    /** Writes {@code NAME.pem} and {@code NAME.key}; returns the path of the first. */
    public Path write(Path folder, String name) throws IOException {
        Files.writeString(folder.resolve(name + ".key"), keyPem());
        return Files.writeString(folder.resolve(name + ".pem"), pem());
    }

    /** SHA-256 of the public key, in base64. */
    public String keyHash() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(certificate.getPublicKey().getEncoded());
            return Base64.getEncoder().encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private List<X509Certificate> chain() {
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(certificate);
        for (TestCertificate above = issuer; above != null && above.issuer != null; above = above.issuer) {
            chain.add(above.certificate);
        }
        return chain;
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String block(String label, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
    }

    // ---- the JDK's TLS with it

    /** @param trusted whom the other side's certificate must come from; null: nobody is asked for */
    public SSLContext context(@Nullable TestCertificate trusted) {
        try {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry("own", key, PASSWORD, chain().toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    keys.getKeyManagers(),
                    trusted == null ? null : trusted.trust().getTrustManagers(),
                    null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Of a client without a certificate, that trusts this one. */
    public SSLContext trustingContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust().getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private TrustManagerFactory trust() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("trusted", certificate);
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    /** A listening socket on a port of its own, for a {@link ScriptedBackend}. */
    public SSLServerSocket listen() throws IOException {
        return listen(context(null), 0);
    }

    /** The same, for clients that show a certificate of that authority. */
    public SSLServerSocket listenForClientsOf(TestCertificate authority) throws IOException {
        SSLServerSocket server = listen(context(authority), 0);
        server.setNeedClientAuth(true);
        return server;
    }

    /** On a port that another server left; 0 is any. */
    public static SSLServerSocket listen(SSLContext context, int port) throws IOException {
        return (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(port, 1024, InetAddress.getLoopbackAddress());
    }
}
