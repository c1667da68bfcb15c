package io.sluice.bench.models;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** One connection of a server that never waits for it. Used by that server's thread. */
record NonBlocking(SocketChannel channel, Requests requests) {
    static final int READ_BYTES = 1024;
    private static final byte[] ANSWER = Requests.answer();

    static NonBlocking of(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.socket().setTcpNoDelay(true);
        return new NonBlocking(channel, new Requests());
    }

    /**
     * Reads what is there, if anything, and answers what ended in it. False if the connection has ended.
     *
     * @param bytes the thread's buffer, empty between calls
     */
    boolean serve(ByteBuffer bytes) {
        try {
            int count = channel.read(bytes.clear());
            if (count > 0) {
                answer(requests.endedIn(bytes.flip()), bytes);
            }
            if (count >= 0) {
                return true;
            }
        } catch (IOException gone) {
            // The client went away.
        }
        close();
        return false;
    }

    private void answer(int times, ByteBuffer bytes) throws IOException {
        for (int left = times; left > 0; left--) {
            bytes.clear().put(ANSWER).flip();
            channel.write(bytes);
            if (bytes.hasRemaining()) {
                throw new IOException("the client doesn't read its answers");
            }
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException alreadyBroken) {
            // Nothing is left to close.
        }
    }
}
