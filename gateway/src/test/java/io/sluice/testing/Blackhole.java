package io.sluice.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A listener that accepts nothing and whose backlog is full, so that a connect to it has no outcome. */
public final class Blackhole implements AutoCloseable {
    private final ServerSocket server;
    private final List<SocketChannel> fillers = new ArrayList<>();

    public Blackhole() throws Exception {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        while (fillers.size() < 64) {
            SocketChannel filler = SocketChannel.open();
            filler.configureBlocking(false);
            fillers.add(filler);
            if (!filler.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port())) && !connects(filler)) {
                return;
            }
        }
        throw new AssertionError("the backlog does not fill");
    }

    private static boolean connects(SocketChannel filler) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
        while (System.nanoTime() - end < 0) {
            if (filler.finishConnect()) {
                return true;
            }
            Thread.sleep(1);
        }
        return false;
    }

    public int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel filler : fillers) {
            filler.close();
        }
        server.close();
    }
}
