package io.sluice.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What single bytes may stand for, and searches over many of them.
 *
 * <p>The searches read eight bytes at a time, and so up to {@link #SLACK} bytes behind their end: every array given to
 * them is that much longer than its content. What stands there does not matter.
 */
final class Octets {
    /** Bytes that must follow the content of a searched array. */
    static final int SLACK = 8;

    /** A character of a token (RFC 9110 section 5.6.2). */
    static final int TOKEN = 1;
    /**
     * A character of a path or of the target's part before the query: pchar and '/' (RFC 3986 section 3.3), and of what
     * browsers leave bare there, {@code | [ ] ^}. Not a quote, angle bracket, backslash, brace, backtick or '#'.
     */
    static final int PATH = 2;
    /** As {@link #PATH}, and '?' and what else browsers leave bare in a query: {@code \ { } `}. Not {@code " < > #}. */
    static final int QUERY = 4;
    /** Unreserved (RFC 3986 section 2.3): what a registered name is made of here. */
    static final int UNRESERVED = 8;
    /** A digit of a hexadecimal number. */
    static final int HEX = 16;
    /** '%'. */
    static final int PERCENT = 32;

    /** '_'. */
    static final int UNDERSCORE = 64;

    private static final byte[] CLASSES = classes();

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private Octets() {}

    /** The classes of a byte, as a set of bits. */
    static int classes(byte b) {
        return CLASSES[b & 0xff];
    }

    static boolean is(int wanted, byte b) {
        return (CLASSES[b & 0xff] & wanted) != 0;
    }

    /** Eight bytes, the first in the lowest place. */
    static long word(byte[] block, int at) {
        return (long) WORD.get(block, at);
    }

    /** As {@link #word}, letters in lower case. Of token characters, no two different ones become a letter, digit or hyphen. */
    static long lowerWord(byte[] block, int at) {
        return word(block, at) | (ONES * 0x20);
    }

    /** Index of the first control character (below 0x20, HTAB too, or 0x7f) in [from, to); {@code to} if none. */
    static int control(byte[] block, int from, int to) {
        for (int at = from; at < to; at += 8) {
            long word = word(block, at);
            long delete = word ^ (ONES * 0x7f);
            // the lowest mark of each term is exact; a borrow can only set marks above it
            long marks = (((word - ONES * 0x20) & ~word) | ((delete - ONES) & ~delete)) & HIGHS;
            if (marks != 0) {
                return Math.min(to, at + (Long.numberOfTrailingZeros(marks) >>> 3));
            }
        }
        return to;
    }

    /** Whether [from, to) is that text but for case. The text is in lower case: letters, digits and hyphens. */
    static boolean equalsIgnoreCase(byte[] block, int from, int to, String lowerCase) {
        int length = lowerCase.length();
        if (to - from != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lower(block[from + i]) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
    }

    static boolean isSpace(byte b) {
        return b == ' ' || b == '\t';
    }

    static boolean isLineEnd(byte[] block, int at) {
        return block[at] == '\r' && block[at + 1] == '\n';
    }

    static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** Value of a hexadecimal digit; -1 for any other byte. */
    static int hex(byte b) {
        if (isDigit(b)) {
            return b - '0';
        }
        int letter = b | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (char c = '0'; c <= '9'; c++) {
            classes[c] = TOKEN | PATH | QUERY | UNRESERVED | HEX;
        }
        for (char c = 'a'; c <= 'z'; c++) {
            int hex = c <= 'f' ? HEX : 0;
            classes[c] = (byte) (TOKEN | PATH | QUERY | UNRESERVED | hex);
            classes[c - 0x20] = classes[c];
        }
        mark(classes, "-._~", TOKEN | PATH | QUERY | UNRESERVED);
        mark(classes, "!#$%&'*+^`|", TOKEN);
        mark(classes, "!$&'()*+,;=:@/%|[]^", PATH | QUERY);
        mark(classes, "?\\{}`", QUERY);
        mark(classes, "%", PERCENT);
        mark(classes, "_", UNDERSCORE);
        return classes;
    }

    private static void mark(byte[] classes, String characters, int bits) {
        for (int i = 0; i < characters.length(); i++) {
            classes[characters.charAt(i)] |= (byte) bits;
        }
    }
}
