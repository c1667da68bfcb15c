package io.sluice.policy;

import java.net.InetAddress;

/** What a client address counts as where clients are counted: an IPv4 address as itself, of IPv6 a network of 64 bits, since that is what a single client has at least. */
public final class AddressKey {
    /** Above these bits of an IPv4 address; no IPv6 client has an address that begins so. */
    private static final long IPV4 = 0xFFFF_FFFFL << 32;

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_NETWORK_BYTES = 8;

    private AddressKey() {}

    /** The same for addresses that count as one, and different for others. */
    public static long of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == IPV4_BYTES ? IPV4 | word(bytes, 0, IPV4_BYTES) : word(bytes, 0, IPV6_NETWORK_BYTES);
    }

    /** So many bytes, the first one highest. */
    public static long word(byte[] bytes, int from, int length) {
        long word = 0;
        for (int i = from; i < from + length; i++) {
            word = word << Byte.SIZE | (bytes[i] & 0xFF);
        }
        return word;
    }
}
