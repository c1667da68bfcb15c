package io.sluice.config;

import java.net.InetAddress;

/**
 * An address block in CIDR notation, host bits zero.
 *
 * @param prefix bits, 0..32 or 0..128
 */
public record Network(InetAddress address, int prefix) {

    /** Whether the address lies in this block. An IPv4 address never lies in an IPv6 block and the other way round. */
    public boolean contains(InetAddress candidate) {
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
        return address.getHostAddress() + "/" + prefix;
    }
}
