package io.sluice.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Headers of the PROXY protocol, right and wrong. */
public final class ProxyText {
    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1);
    private static final int LENGTH_AT = 14;

    private ProxyText() {}

    /** A line for a client of that address. */
    public static String v1(String source, int port) {
        String family = source.indexOf(':') < 0 ? "TCP4" : "TCP6";
        String destination = source.indexOf(':') < 0 ? "198.51.100.7" : "2001:db8::7";
        return "PROXY " + family + " " + source + " " + destination + " " + port + " 443\r\n";
    }

    /** A binary header for a client of that address, of IPv4. */
    public static byte[] v2(String source, int port) {
        return v2(0x21, 0x11, ends(source, "198.51.100.7", port, 443));
    }

    /** A binary header of these parts. */
    public static byte[] v2(int command, int protocol, byte[] addresses, byte[]... extensions) {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        rest.writeBytes(addresses);
        for (byte[] extension : extensions) {
            rest.writeBytes(extension);
        }
        ByteBuffer header = ByteBuffer.allocate(SIGNATURE.length + 4 + rest.size());
        header.put(SIGNATURE).put((byte) command).put((byte) protocol).putShort((short) rest.size());
        return header.put(rest.toByteArray()).array();
    }

    /** One without anything else. */
    public static byte[] v2(int command, int protocol) {
        return v2(command, protocol, new byte[0]);
    }

    /** Addresses and ports, both of one family. */
    public static byte[] ends(String source, String destination, int port, int to) {
        byte[] from = InetAddress.ofLiteral(source).getAddress();
        byte[] there = InetAddress.ofLiteral(destination).getAddress();
        ByteBuffer ends = ByteBuffer.allocate(from.length + there.length + 4);
        return ends.put(from)
                .put(there)
                .putShort((short) port)
                .putShort((short) to)
                .array();
    }

    public static byte[] extension(int type, byte... value) {
        ByteBuffer extension = ByteBuffer.allocate(3 + value.length);
        return extension
                .put((byte) type)
                .putShort((short) value.length)
                .put(value)
                .array();
    }

    /** The same header with a checksum behind the rest. */
    public static byte[] withChecksum(byte[] header) {
        byte[] whole = Arrays.copyOf(header, header.length + 7);
        ByteBuffer fields = ByteBuffer.wrap(whole);
        fields.putShort(LENGTH_AT, (short) (whole.length - SIGNATURE.length - 4));
        fields.put(header.length, (byte) 3).putShort(header.length + 1, (short) 4);
        CRC32C sum = new CRC32C();
        sum.update(whole);
        return fields.putInt(header.length + 3, (int) sum.getValue()).array();
    }
}
