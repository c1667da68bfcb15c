package io.sluice.bench.program;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** One connection of the slow server: one request at a time, without a body. Used by the server's thread only. */
final class SlowConnection {
    private final SelectionKey key;
    private final Head head = new Head();
    private boolean isLast;

    SlowConnection(SelectionKey key) {
        this.key = key;
        key.attach(this);
    }

    /** Reads once; true when a whole request has come. */
    boolean read(ByteBuffer shared) throws IOException {
        shared.clear();
        if (channel().read(shared) < 0) {
            throw new IOException("closed by the other side");
        }
        shared.flip();
        String request = head.read(shared);
        if (shared.hasRemaining()) {
            throw new IOException("more than one request at a time");
        }
        isLast = request.contains("\r\nconnection: close\r\n");
        return !request.isEmpty();
    }

    /** Sends an answer that is much shorter than what the kernel takes at once. */
    void answer(byte[] response) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(response);
        channel().write(bytes);
        if (bytes.hasRemaining()) {
            throw new IOException("the other side doesn't read");
        }
        if (isLast) {
            throw new IOException("that was the last one");
        }
    }

    boolean isOpen() {
        return channel().isOpen();
    }

    void close() {
        try {
            channel().close();
        } catch (IOException closedAnyway) {
            // Nothing is left to be done about it.
        }
    }

    private SocketChannel channel() {
        return (SocketChannel) key.channel();
    }
}
