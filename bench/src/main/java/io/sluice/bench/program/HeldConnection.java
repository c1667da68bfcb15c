package io.sluice.bench.program;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One client connection. Used by the holder's thread only. */
final class HeldConnection {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private final SelectionKey key;
    private final Talk talk;
    private final @Nullable Secrecy secrecy;
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

    /** @param secrecy null: cleartext */
    HeldConnection(SelectionKey key, int index, @Nullable Secrecy secrecy, Talk talk) {
        this.key = key;
        this.talk = talk;
        this.secrecy = secrecy;
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

    Talk talk() {
        return talk;
    }

    /** Whether requests may be made now; with TLS not before the handshake is done. */
    boolean finishConnect() throws IOException {
        key.interestOps(SelectionKey.OP_READ);
        boolean connected = channel().finishConnect();
        if (connected && secrecy != null) {
            secrecy.begin(channel());
            return false;
        }
        return connected;
    }

    /** Whether what comes belongs to a handshake. */
    boolean isAgreeing() {
        return secrecy != null && !secrecy.isDone();
    }

    /** Sends a request; the first one keeps it in its state. */
    void ask(long dueNanos) throws IOException {
        due = dueNanos;
        if (state == State.FREE) {
            state = State.ASKING;
        }
        say(talk.ask());
    }

    /** Sends what is to be sent for what came, besides requests. */
    void reply() throws IOException {
        ByteBuffer reply = talk.reply();
        if (reply.hasRemaining()) {
            say(reply);
        }
    }

    private void say(ByteBuffer more) throws IOException {
        if (unsent.hasRemaining()) {
            int length = unsent.remaining() + more.remaining();
            unsent = ByteBuffer.allocate(length).put(unsent).put(more).flip();
        } else {
            unsent = more;
        }
        send();
    }

    void send() throws IOException {
        if (secrecy != null) {
            secrecy.send(unsent, channel());
        }
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
        int count = secrecy == null ? channel().read(shared) : secrecy.read(channel(), shared);
        shared.flip();
        return count;
    }

    void close() {
        if (state != State.CLOSED && secrecy != null) {
            secrecy.close();
        }
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
