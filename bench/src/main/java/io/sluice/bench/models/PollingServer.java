package io.sluice.bench.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** One thread that reads from each connection in turn, over and over, without ever waiting. */
final class PollingServer implements Server {
    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final List<NonBlocking> connections = new ArrayList<>();

    PollingServer(int port) throws IOException {
        server.bind(Server.loopback(port), BACKLOG).configureBlocking(false);
        Thread.ofPlatform().name("polling").start(this::run);
    }

    @Override
    public int port() {
        return server.socket().getLocalPort();
    }

    private void run() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(NonBlocking.READ_BYTES);
        try {
            while (true) {
                acceptAll();
                connections.removeIf(connection -> !connection.serve(bytes));
            }
        } catch (ClosedChannelException closed) {
            connections.forEach(NonBlocking::close);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void acceptAll() throws IOException {
        for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
            connections.add(NonBlocking.of(channel));
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
