package io.sluice.proxy;

import io.sluice.policy.AddressKey;
import io.sluice.wire.ObjectSize;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * The address and port that a proxy has told for a client connection, in a third of the room of an {@link InetSocketAddress}: there is one
 * for each connection, parked or not.
 *
 * @param high of an IPv6 address the first half; of an IPv4 address 0
 * @param low the rest; of an IPv4 address the lower 32 bits
 * @param port 0..65535; that of an IPv4 address is told from others by a bit above these
 */
record ToldAddress(long high, long low, int port) {
    /** What it weighs in the heap, in bytes: 32, and on average 16 for its place in a table. */
    static final int BYTES = ObjectSize.of(0, 2 * Long.BYTES + Integer.BYTES) + 16;

    private static final int IPV4 = 1 << 16;
    private static final int IPV4_BYTES = 4;

    static ToldAddress of(InetSocketAddress told) {
        byte[] bytes = told.getAddress().getAddress();
        return bytes.length == IPV4_BYTES
                ? new ToldAddress(0, AddressKey.word(bytes, 0, IPV4_BYTES), told.getPort() | IPV4)
                : new ToldAddress(
                        AddressKey.word(bytes, 0, Long.BYTES),
                        AddressKey.word(bytes, Long.BYTES, Long.BYTES),
                        told.getPort());
    }

    InetSocketAddress get() {
        byte[] bytes = (port & IPV4) != 0
                ? ByteBuffer.allocate(IPV4_BYTES).putInt((int) low).array()
                : ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port & ~IPV4);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
