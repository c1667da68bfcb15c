package io.sluice.bench.program;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Local addresses of the connections: a new one of 127.0.0.0/8 after every few hundred, never the same twice, so that
 * neither ports nor limits for one address run out, whatever was closed shortly before.
 */
public final class Sources {
    private static final int HOSTS = 250;
    private final int second;
    private final int perAddress;
    private int opened;

    /**
     * @param second the second byte of all addresses, 1 to 254: one for each process
     * @param perAddress connections after which the next address comes
     */
    public Sources(int second, int perAddress) {
        this.second = second;
        this.perAddress = perAddress;
    }

    /** Where the next connection comes from, at any free port. */
    public InetSocketAddress next() {
        int address = opened++ / perAddress % (HOSTS * HOSTS);
        return new InetSocketAddress(
                InetAddress.ofLiteral("127." + second + "." + address / HOSTS + "." + (1 + address % HOSTS)), 0);
    }
}
