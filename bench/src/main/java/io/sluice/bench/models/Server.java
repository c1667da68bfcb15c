package io.sluice.bench.models;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A server that listens on 127.0.0.1 and answers from its creation until {@link #close}. */
interface Server extends AutoCloseable {
    /** Connections that the kernel keeps ready to be accepted: more than any client of the measurement opens at once. */
    int BACKLOG = 4096;

    /** The port that it listens on. */
    int port();

    /** Ends it and its connections; returns at once, its threads end soon after. */
    @Override
    void close() throws IOException;

    /** That port of 127.0.0.1; 0 for any that is free. */
    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }
}
