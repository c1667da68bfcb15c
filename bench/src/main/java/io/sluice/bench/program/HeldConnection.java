package io.sluice.bench.program;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** One client connection. Used by the holder's thread only. */
final class HeldConnection {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private final SelectionKey key;
    private final Answer answer = new Answer();
    private ByteBuffer unsent = NOTHING;
    private State state = State.OPENING;
    private long due;

    /** Place in the holder's list. */
    private int index;

    enum State {
        /** Until it is connected and, if each connection starts with a request, that one is answered. */
        OPENING,
        FREE,
        ASKING,
        CLOSED
    }

    HeldConnection(SelectionKey key, int index) {
        this.key = key;
        this.index = index;
        key.attach(this);
    }

    State state() {
        return state;
    }

    int index() {
        return index;
    }

    void moveTo(int place) {
        index = place;
    }

    /** When the request that is under way should have been sent, in nanoseconds. */
    long due() {
        return due;
    }

    Answer answer() {
        return answer;
    }

    boolean finishConnect() throws IOException {
        key.interestOps(SelectionKey.OP_READ);
        return channel().finishConnect();
    }

    /** Sends a request; the first one keeps it in its state. */
    void ask(Request request, long dueNanos) throws IOException {
        due = dueNanos;
        unsent = request.bytes();
        if (state == State.FREE) {
            state = State.ASKING;
        }
        send();
    }

    void send() throws IOException {
        channel().write(unsent);
        key.interestOps(unsent.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        if (!unsent.hasRemaining()) {
            unsent = NOTHING;
        }
    }

    boolean hasUnsent() {
        return unsent.hasRemaining();
    }

    void free() {
        state = State.FREE;
    }

    /** Reads once into the shared buffer; -1 at the end. */
    int read(ByteBuffer shared) throws IOException {
        shared.clear();
        int count = channel().read(shared);
        shared.flip();
        return count;
    }

    void close() {
        state = State.CLOSED;
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
