package io.sluice.admin;

import io.sluice.config.IncludedFile;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Digests of what must not be compared byte by byte, or is too long to be told. */
final class Digests {
    private static final int ETAG_BYTES = 8;

    private Digests() {}

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * A strong entity tag (RFC 9110 section 8.8.3) of a config.
     *
     * @param included what belongs to the text
     */
    static String etag(String text, List<IncludedFile> included) {
        StringBuilder all = new StringBuilder(text);
        included.forEach(all::append);
        byte[] digest = sha256(all.toString().getBytes(StandardCharsets.UTF_8));
        return '"' + HexFormat.of().formatHex(digest, 0, ETAG_BYTES) + '"';
    }
}
