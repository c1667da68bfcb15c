package io.sluice.config;

import io.sluice.config.PemFile.UnfitException;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Makes private keys of their DER encodings. The Java platform reads PKCS#8 (RFC 5958); the older forms of RSA (RFC 8017 appendix A.1.2)
 * and of elliptic curves (RFC 5915) are put into one.
 */
final class PrivateKeys {
    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int SEQUENCE = 0x30;
    /** [0], explicit: the curve. */
    private static final int PARAMETERS = 0xA0;

    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    /** rsaEncryption and NULL. */
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    /** id-ecPublicKey, before the curve. */
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private PrivateKeys() {}

    /** @param label of the PEM block */
    static PrivateKey of(String label, byte[] der) throws UnfitException {
        return switch (label) {
            case "PRIVATE KEY" -> pkcs8(der, List.of("EC", "RSA", "EdDSA"));
            case "RSA PRIVATE KEY" -> pkcs8(wrapped(RSA, der), List.of("RSA"));
            case "EC PRIVATE KEY" -> pkcs8(wrapped(element(SEQUENCE, joined(EC, curve(der))), der), List.of("EC"));
            default -> throw new UnfitException("its key is a " + label + ", which is not known");
        };
    }

    /** The algorithm that a key of this one signs with. */
    static String signature(String algorithm) {
        return switch (algorithm) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> algorithm;
        };
    }

    private static PrivateKey pkcs8(byte[] der, List<String> algorithms) throws UnfitException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
        for (String algorithm : algorithms) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (GeneralSecurityException e) {
                // the encoding is that of another algorithm, or of none
            }
        }
        throw new UnfitException("its key is malformed, or neither RSA nor of an elliptic curve");
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return element(SEQUENCE, joined(VERSION_0, algorithm, element(OCTETS, key)));
    }

    /** The curve that an EC key names. */
    private static byte[] curve(byte[] der) throws UnfitException {
        try {
            int at = contentOf(der, 0, SEQUENCE);
            at = endOf(der, at);
            at = endOf(der, at);
            int from = contentOf(der, at, PARAMETERS);
            return Arrays.copyOfRange(der, from, endOf(der, at));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new UnfitException("its key is malformed, or does not name its curve");
        }
    }

    /** Where the content of the element at {@code at} begins. */
    private static int contentOf(byte[] der, int at, int tag) {
        if ((der[at] & 0xFF) != tag) {
            throw new IllegalArgumentException("another element");
        }
        return at + 2 + lengthBytes(der, at);
    }

    private static int endOf(byte[] der, int at) {
        int more = lengthBytes(der, at);
        int length = der[at + 1] & 0x7F;
        if (more > 0) {
            length = 0;
            for (int i = 0; i < more; i++) {
                length = (length << 8) | (der[at + 2 + i] & 0xFF);
            }
        }
        return Math.addExact(at + 2 + more, length);
    }

    /** Bytes of a length that does not fit into the first one. */
    private static int lengthBytes(byte[] der, int at) {
        int first = der[at + 1] & 0xFF;
        int more = first < 0x80 ? 0 : first & 0x7F;
        if (more > 3) {
            throw new IllegalArgumentException("too long");
        }
        return more;
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.length;
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >> (8 * i));
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
