package io.sluice.bench.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/** One thread that waits on a selector of the JDK for all connections at once. */
final class SelectorServer implements Server {
    /** The JVM's flag that chooses between them for the whole process. */
    static final String PROVIDER = "java.nio.channels.spi.SelectorProvider";

    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final Selector selector = Selector.open();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(NonBlocking.READ_BYTES);

    /** Needs a JVM that runs with that provider of selectors, so that poll is not epoll by mistake. */
    SelectorServer(int port, String provider) throws IOException {
        String chosen = SelectorProvider.provider().getClass().getName();
        if (!chosen.equals(provider)) {
            throw new IllegalStateException(PROVIDER + ": " + chosen + " (expected: " + provider + ")");
        }
        server.bind(Server.loopback(port), BACKLOG).configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        Thread.ofPlatform().name("selector").start(this::run);
    }

    @Override
    public int port() {
        return server.socket().getLocalPort();
    }

    private void run() {
        try (selector) {
            while (server.isOpen()) {
                selector.select(this::ready);
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof NonBlocking connection) {
            connection.serve(bytes);
            return;
        }
        try {
            for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, NonBlocking.of(channel));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        selector.wakeup();
    }
}
