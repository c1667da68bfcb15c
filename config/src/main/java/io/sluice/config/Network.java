package io.sluice.config;

import java.net.InetAddress;

/**
 * An address block in CIDR notation, host bits zero; or {@link #UNIX}.
 *
 * @param prefix bits, 0..32 or 0..128
 */
public record Network(InetAddress address, int prefix) {
    /** The address that stands for a client of a Unix socket, which has none: no packet comes from it. */
    public static final InetAddress UNIX_CLIENT = InetAddress.ofLiteral("::");

    /** All clients of Unix sockets. */
    public static final Network UNIX = new Network(UNIX_CLIENT, 128);

    /**
     * Whether the address lies in this block. An IPv4 address never lies in an IPv6 block and the other way round, and a
     * client of a Unix socket in no block of addresses.
     */
    public boolean contains(InetAddress candidate) {
        if (candidate.equals(UNIX_CLIENT)) {
            return equals(UNIX);
        }
        byte[] mine = address.getAddress();
        byte[] other = candidate.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        int whole = prefix / 8;
        for (int i = 0; i < whole; i++) {
            if (mine[i] != other[i]) {
                return false;
            }
        }
        int rest = prefix % 8;
        return rest == 0 || ((mine[whole] ^ other[whole]) & (0xFF00 >> rest) & 0xFF) == 0;
    }

    @Override
    public String toString() {
        return equals(UNIX) ? "unix" : address.getHostAddress() + "/" + prefix;
    }
}
