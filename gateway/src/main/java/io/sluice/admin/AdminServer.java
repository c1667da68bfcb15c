package io.sluice.admin;

import io.sluice.config.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The admin listener. */
public final class AdminServer implements AutoCloseable {
    private final InetSocketAddress address;

    private AdminServer(InetSocketAddress address) {
        this.address = address;
    }

    /**
     * Opens it.
     *
     * @throws IllegalArgumentException if the address is not a loopback one
     * @throws IOException if it can't be bound
     */
    public static AdminServer open(HostPort bind, Control control) throws IOException {
        return new AdminServer(new InetSocketAddress(bind.host(), bind.port()));
    }

    /** The address in use. */
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {}
}
