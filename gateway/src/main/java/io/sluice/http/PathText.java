package io.sluice.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** How characters are written in a path: RFC 3986 sections 2 and 3.3. */
public final class PathText {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};

    private static final boolean[] UNRESERVED = among("-._~");
    private static final boolean[] PLAIN = among("-._~!$&'()*+,;=:@/");

    private PathText() {}

    private static boolean[] among(String marks) {
        boolean[] among = new boolean[256];
        String letters = "abcdefghijklmnopqrstuvwxyz";
        (letters + letters.toUpperCase(Locale.ROOT) + "0123456789" + marks)
                .chars()
                .forEach(c -> among[c] = true);
        return among;
    }

    /** Letters, digits and {@code - . _ ~}: RFC 3986 section 2.3. The value is 0..255. */
    static boolean isUnreserved(int value) {
        return UNRESERVED[value];
    }

    /** What stands for itself in a path: pchar of RFC 3986 section 3.3 but for escapes, and the slash. */
    static boolean isPlain(byte b) {
        return PLAIN[b & 0xFF];
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
            if (escaped ? isUnreserved(value) : isPlain((byte) value)) {
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
