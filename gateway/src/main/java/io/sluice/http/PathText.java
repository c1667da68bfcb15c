package io.sluice.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** How characters are written in a path: RFC 3986 sections 2 and 3.3. */
public final class PathText {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};

    private static final boolean[] PLAIN = plain();

    private PathText() {}

    private static boolean[] plain() {
        boolean[] plain = new boolean[256];
        for (int value = 0; value < plain.length; value++) {
            plain[value] = isUnreserved(value) || "!$&'()*+,;=:@/".indexOf(value) >= 0;
        }
        return plain;
    }

    /** Letters, digits and {@code - . _ ~}: RFC 3986 section 2.3. */
    static boolean isUnreserved(int value) {
        return Octets.is(Octets.UNRESERVED, (byte) value);
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
            boolean escaped = value == '%' && i + 2 < in.length && escaped(in, i) >= 0;
            if (escaped) {
                value = escaped(in, i);
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

    /** The value of the escape whose percent sign stands at an index, with two more bytes behind it; -1: malformed. */
    static int escaped(byte[] bytes, int at) {
        int high = Octets.hex(bytes[at + 1]);
        int low = Octets.hex(bytes[at + 2]);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
