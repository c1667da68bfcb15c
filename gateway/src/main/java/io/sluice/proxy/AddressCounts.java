package io.sluice.proxy;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections each client address has, of all loops: exact, and only of addresses that have one. Of IPv6 a network of 64
 * bits counts as one address, since that is what a single client has at least. Any thread.
 */
public final class AddressCounts {
    /** Above these bits of an IPv4 address; no IPv6 client has an address that begins so. */
    private static final long IPV4 = 0xFFFF_FFFFL << 32;

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_NETWORK_BYTES = 8;

    private final ConcurrentHashMap<Long, Integer> counts = new ConcurrentHashMap<>();

    AddressCounts() {}

    /** What an address is known by here: it, or of IPv6 its network. */
    public static long key(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean ipv4 = bytes.length == IPV4_BYTES;
        long key = ipv4 ? IPV4 : 0;
        for (int i = 0; i < (ipv4 ? IPV4_BYTES : IPV6_NETWORK_BYTES); i++) {
            int shift = Byte.SIZE * ((ipv4 ? IPV4_BYTES : IPV6_NETWORK_BYTES) - 1 - i);
            key |= (bytes[i] & 0xFFL) << shift;
        }
        return key;
    }

    /** Counts one more, unless there are as many as there may be. */
    boolean enter(long key, int limit) {
        boolean[] entered = new boolean[1];
        counts.compute(key, (same, count) -> {
            int before = count == null ? 0 : count;
            entered[0] = before < limit;
            return entered[0] ? Integer.valueOf(before + 1) : count;
        });
        return entered[0];
    }

    /** One that had entered is gone. */
    void leave(long key) {
        counts.computeIfPresent(key, (same, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }

    /** Addresses that have a connection. */
    int size() {
        return counts.size();
    }
}
