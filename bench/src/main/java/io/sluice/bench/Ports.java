package io.sluice.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * TCP ports of 127.0.0.1 that no one else gets while this object is open.
 *
 * <p>Each is held by a listening socket on the same port of 127.0.0.2: the kernel then neither hands it out as a free
 * port nor as the local port of a connection, and a second run of the tool can't take it, while a server of this run
 * can still bind it on 127.0.0.1. Used by one thread; closed by the stage.
 */
final class Ports implements AutoCloseable {
    private static final int TRIES = 100;
    private final List<ServerSocket> held = new ArrayList<>();

    /** Takes a port that is free on 127.0.0.1 now. */
    int take() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            ServerSocket hold = new ServerSocket();
            hold.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0));
            held.add(hold);
            if (isFree(hold.getLocalPort())) {
                return hold.getLocalPort();
            }
        }
        throw new IOException("no free port on 127.0.0.1 in " + TRIES + " tries");
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        for (ServerSocket socket : held) {
            socket.close();
        }
        held.clear();
    }
}
