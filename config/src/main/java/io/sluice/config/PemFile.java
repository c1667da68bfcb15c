package io.sluice.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys in PEM files (RFC 7468), as configs name them. Reads files: not for an event loop. */
public final class PemFile {
    /** Bytes of one file; a bundle of all public authorities has a quarter of that. */
    public static final int MAX_SIZE = 1 << 20;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");
    private static final Pattern ENCRYPTED =
            Pattern.compile("-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED");

    private PemFile() {}

    /** A file does not hold what it should; the message says why, without its name. */
    public static final class UnfitException extends Exception {
        private static final long serialVersionUID = 1;

        UnfitException(String message) {
            super(message);
        }
    }

    private record Block(String label, String base64) {
        byte[] der() throws UnfitException {
            try {
                return Base64.getDecoder().decode(base64);
            } catch (IllegalArgumentException e) {
                throw new UnfitException("its " + label + " is not base64");
            }
        }
    }

    /**
     * All certificates of a file, in its order; at least one.
     *
     * @throws UnfitException if there is none, or one that is malformed
     */
    public static List<X509Certificate> certificates(Path file) throws UnfitException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(text(file))) {
            if (block.label.endsWith("CERTIFICATE")) {
                certificates.add(certificate(block, certificates.size() + 1));
            }
        }
        if (certificates.isEmpty()) {
            throw new UnfitException("it holds no certificate");
        }
        return certificates;
    }

    private static X509Certificate certificate(Block block, int number) throws UnfitException {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der()));
        } catch (CertificateException e) {
            throw new UnfitException("its certificate number " + number + " is malformed");
        }
    }

    /**
     * The one private key of a file, without a passphrase: PKCS#8, or what OpenSSL writes for RSA and elliptic curves.
     *
     * @throws UnfitException if there is none, more than one, or one that is malformed or encrypted
     */
    public static PrivateKey key(Path file) throws UnfitException {
        String text = text(file);
        if (ENCRYPTED.matcher(text).find()) {
            throw new UnfitException("its key is encrypted, take the passphrase away");
        }
        List<Block> keys = blocks(text).stream()
                .filter(block -> block.label.endsWith("PRIVATE KEY"))
                .toList();
        if (keys.isEmpty()) {
            throw new UnfitException("it holds no private key");
        }
        if (keys.size() > 1) {
            throw new UnfitException("it holds " + keys.size() + " private keys");
        }
        return PrivateKeys.of(keys.getFirst().label, keys.getFirst().der());
    }

    /** Whether a private key is that of a certificate. */
    public static boolean match(X509Certificate certificate, PrivateKey key) {
        try {
            String algorithm = PrivateKeys.signature(key.getAlgorithm());
            byte[] text = "one pair?".getBytes(StandardCharsets.UTF_8);
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(text);
            byte[] signed = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(text);
            return verifying.verify(signed);
        } catch (GeneralSecurityException e) {
            // keys of two kinds
            return false;
        }
    }

    private static String text(Path file) throws UnfitException {
        try {
            if (Files.isDirectory(file)) {
                throw new UnfitException("it is a folder");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_SIZE + 1);
                if (bytes.length > MAX_SIZE) {
                    throw new UnfitException("it is larger than 1MiB");
                }
                return new String(bytes, StandardCharsets.ISO_8859_1);
            }
        } catch (NoSuchFileException e) {
            throw new UnfitException("there is no file " + file);
        } catch (AccessDeniedException e) {
            throw new UnfitException("permission denied");
        } catch (IOException e) {
            throw new UnfitException("it can't be read: " + e.getMessage());
        }
    }

    private static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2).replaceAll("\\s", "")));
        }
        return blocks;
    }
}
