package io.sluice.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** How characters are written in a path: RFC 3986 sections 2 and 3.3. */
public final class PathText {
    private static final byte[] HEX = {
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
    };

    private PathText() {}

    /** Letters, digits and {@code - . _ ~}: RFC 3986 section 2.3. */
    static boolean isUnreserved(int c) {
        return isLetterOrDigit(c) || c == '-' || c == '.' || c == '_' || c == '~';
    }

    private static boolean isLetterOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** What may stand in a path unescaped: pchar of RFC 3986 section 3.3, and the slash. */
    private static boolean isPathCharacter(int c) {
        return isUnreserved(c) || (c > 0 && "!$&'()*+,;=:@/".indexOf(c) >= 0);
    }

    /** Writes {@code %XX}; returns the place behind it. */
    static int escape(int value, byte[] out, int at) {
        out[at] = '%';
        out[at + 1] = HEX[value >> 4 & 15];
        out[at + 2] = HEX[value & 15];
        return at + 3;
    }

    /**
     * The bytes by which text that a person wrote stands in a normalised path: escapes as {@link PathNormalizer} leaves
     * them, what a path cannot hold escaped as UTF-8, a percent sign without two hex digits escaped too.
     */
    public static byte[] encode(String text) {
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(in.length + 8);
        byte[] escape = new byte[3];
        for (int i = 0; i < in.length; i++) {
            int value = in[i] & 0xFF;
            boolean escaped = value == '%' && i + 2 < in.length && isHex(in[i + 1]) && isHex(in[i + 2]);
            if (escaped) {
                value = Character.digit(in[i + 1], 16) << 4 | Character.digit(in[i + 2], 16);
                i += 2;
            }
            if (escaped ? isUnreserved(value) : isPathCharacter(value)) {
                out.write(value);
            } else {
                escape(value, escape, 0);
                out.writeBytes(escape);
            }
        }
        return out.toByteArray();
    }

    private static boolean isHex(byte b) {
        return Character.digit(b, 16) >= 0;
    }
}
