package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The header of the PROXY protocol, by which a proxy tells at the beginning of a connection whose it is: a line of text in
 * version 1, binary in version 2. Strict, and without state: a header that has not come as a whole is looked at again from its
 * beginning, which is cheap, since only its first bytes are. Any thread.
 *
 * <p>Of what is told only the source is kept. Extensions of version 2 are skipped, but each must end where it says, and a
 * checksum must be right.
 *
 * @see ProxyHeaderWriter
 */
public final class ProxyHeader {
    /** The longest line of version 1, its end included. */
    static final int LONGEST_LINE = 107;
    /** The longest header of version 2 that is taken. */
    public static final int LONGEST = 4096;

    static final byte[] LINE_START = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);
    static final int FIXED = SIGNATURE.length + 4;

    static final int LOCAL = 0x20;
    static final int PROXY = 0x21;
    static final int NO_FAMILY = 0x0;
    static final int INET = 0x1;
    static final int INET6 = 0x2;
    private static final int UNIX = 0x3;
    /** Of each family: two addresses, and two ports but for Unix sockets. */
    static final int INET_BYTES = 12;

    static final int INET6_BYTES = 36;
    private static final int UNIX_BYTES = 216;

    private static final int EXTENSION_HEAD = 3;
    private static final int CHECKSUM = 0x03;
    private static final int CHECKSUM_BYTES = 4;

    private static final int FIELDS = 5;
    private static final int IPV6_BYTES = 16;
    private static final int PORT_DIGITS = 5;
    private static final int MOST = 0xFFFF;

    private ProxyHeader() {}

    /** What the first bytes of a connection are. */
    public sealed interface Reading {}

    /** No whole header. */
    public enum Other implements Reading {
        /** What came may be the beginning of a header. */
        MORE,
        /** What came begins no header. */
        ABSENT,
        /** What came begins a header, which is not one. */
        MALFORMED
    }

    /**
     * A header.
     *
     * @param length in bytes
     * @param source whose connection it is; null: the header does not say, or the connection is the proxy's own
     */
    public record Told(int length, @Nullable InetSocketAddress source) implements Reading {}

    /** Whether the readable bytes begin a header: {@link Other#ABSENT} if not, {@link Other#MORE} if that can't be told yet, else null. */
    public static @Nullable Other start(ByteBuf bytes) {
        Other line = start(bytes, LINE_START);
        return line == Other.ABSENT ? start(bytes, SIGNATURE) : line;
    }

    private static @Nullable Other start(ByteBuf bytes, byte[] wanted) {
        int length = Math.min(bytes.readableBytes(), wanted.length);
        for (int i = 0; i < length; i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != wanted[i]) {
                return Other.ABSENT;
            }
        }
        return length < wanted.length ? Other.MORE : null;
    }

    /** Reads the header that the readable bytes begin with, and leaves them where they are. */
    public static Reading read(ByteBuf bytes) {
        Other none = start(bytes);
        if (none != null) {
            return none;
        }
        return bytes.getByte(bytes.readerIndex()) == LINE_START[0] ? line(bytes) : binary(bytes);
    }

    // ---- version 1

    private static Reading line(ByteBuf bytes) {
        int from = bytes.readerIndex();
        int length = Math.min(bytes.readableBytes(), LONGEST_LINE);
        int end = bytes.indexOf(from, from + length, (byte) '\r');
        if (end < 0 || end + 1 == from + length) {
            return length < LONGEST_LINE ? Other.MORE : Other.MALFORMED;
        }
        if (bytes.getByte(end + 1) != '\n') {
            return Other.MALFORMED;
        }
        int start = from + LINE_START.length;
        String text = bytes.toString(start, end - start, StandardCharsets.ISO_8859_1);
        int whole = end + 2 - from;
        if (text.equals("UNKNOWN") || text.startsWith("UNKNOWN ")) {
            return new Told(whole, null);
        }
        return line(whole, text.split(" ", -1));
    }

    private static Reading line(int whole, String[] fields) {
        if (fields.length != FIELDS) {
            return Other.MALFORMED;
        }
        InetAddress source = address(fields[0], fields[1]);
        InetAddress destination = address(fields[0], fields[2]);
        int port = number(fields[3], MOST);
        if (source == null || destination == null || port < 0 || number(fields[4], MOST) < 0) {
            return Other.MALFORMED;
        }
        return told(whole, source, port);
    }

    private static @Nullable InetAddress address(String family, String text) {
        byte[] bytes = switch (family) {
            case "TCP4" -> ipv4(text);
            case "TCP6" -> ipv6(text);
            default -> null;
        };
        return bytes == null ? null : address(bytes);
    }

    private static byte @Nullable [] ipv4(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] bytes = new byte[4];
        if (parts.length != bytes.length) {
            return null;
        }
        for (int i = 0; i < parts.length; i++) {
            int number = number(parts[i], 0xFF);
            if (number < 0) {
                return null;
            }
            bytes[i] = (byte) number;
        }
        return bytes;
    }

    /** Without a zone and without brackets, neither of which is part of an address. */
    private static byte @Nullable [] ipv6(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ':' && c != '.' && (c > 'f' || Character.digit(c, 16) < 0)) {
                return null;
            }
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        return bytes != null && bytes.length == IPV6_BYTES ? bytes : null;
    }

    /** A decimal number without zeros before it; -1 if it is none, or too large. */
    private static int number(String text, int most) {
        int length = text.length();
        if (length == 0 || length > PORT_DIGITS || (length > 1 && text.charAt(0) == '0')) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < length; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number > most ? -1 : number;
    }

    // ---- version 2

    private static Reading binary(ByteBuf bytes) {
        int from = bytes.readerIndex();
        if (bytes.readableBytes() < FIXED) {
            return Other.MORE;
        }
        int command = bytes.getUnsignedByte(from + SIGNATURE.length);
        int protocol = bytes.getUnsignedByte(from + SIGNATURE.length + 1);
        int length = bytes.getUnsignedShort(from + SIGNATURE.length + 2);
        int family = protocol >> 4;
        int addresses = command == LOCAL ? 0 : addressBytes(family);
        boolean known = command == LOCAL || (command == PROXY && isKnown(protocol));
        if (!known || length < addresses || FIXED + length > LONGEST) {
            return Other.MALFORMED;
        }
        if (bytes.readableBytes() < FIXED + length) {
            return Other.MORE;
        }
        if (command == LOCAL || family == NO_FAMILY) {
            // what follows means nothing, whatever it is
            return new Told(FIXED + length, null);
        }
        if (!extensionsAreWhole(bytes, from, FIXED + addresses, FIXED + length)) {
            return Other.MALFORMED;
        }
        return binary(bytes, family, FIXED + length);
    }

    /** Nothing, or a stream or datagrams of some family. */
    private static boolean isKnown(int protocol) {
        int family = protocol >> 4;
        int transport = protocol & 0xF;
        return protocol == 0 || (family >= INET && family <= UNIX && (transport == 1 || transport == 2));
    }

    private static int addressBytes(int family) {
        return switch (family) {
            case INET -> INET_BYTES;
            case INET6 -> INET6_BYTES;
            case UNIX -> UNIX_BYTES;
            default -> 0;
        };
    }

    private static Reading binary(ByteBuf bytes, int family, int whole) {
        if (family == UNIX) {
            return new Told(whole, null);
        }
        int at = bytes.readerIndex() + FIXED;
        byte[] source = new byte[family == INET ? 4 : IPV6_BYTES];
        bytes.getBytes(at, source);
        return told(whole, address(source), bytes.getUnsignedShort(at + 2 * source.length));
    }

    private static boolean extensionsAreWhole(ByteBuf bytes, int from, int start, int end) {
        int at = start;
        int checksum = 0;
        while (end - at >= EXTENSION_HEAD) {
            int type = bytes.getUnsignedByte(from + at);
            int length = bytes.getUnsignedShort(from + at + 1);
            at += EXTENSION_HEAD;
            if (type == CHECKSUM) {
                if (length != CHECKSUM_BYTES || checksum != 0) {
                    return false;
                }
                checksum = at;
            }
            at += length;
        }
        return at == end && (checksum == 0 || isRight(bytes, from, checksum, end));
    }

    /** The checksum is that of the whole header with zeros in its place. */
    private static boolean isRight(ByteBuf bytes, int from, int checksum, int end) {
        byte[] header = new byte[end];
        bytes.getBytes(from, header);
        long expected = bytes.getUnsignedInt(from + checksum);
        for (int i = 0; i < CHECKSUM_BYTES; i++) {
            header[checksum + i] = 0;
        }
        CRC32C sum = new CRC32C();
        sum.update(header);
        return sum.getValue() == expected;
    }

    // ---- both

    /** An address that nobody can have says as much as none; and {@code ::} stands for something else here. */
    private static Told told(int length, InetAddress source, int port) {
        return new Told(length, source.isAnyLocalAddress() ? null : new InetSocketAddress(source, port));
    }

    /** IPv4 in IPv6 is IPv4: a client is to have one address. */
    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
