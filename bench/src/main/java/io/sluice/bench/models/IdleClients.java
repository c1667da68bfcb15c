package io.sluice.bench.models;

import io.sluice.bench.program.Sources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * Clients that connect, make one request, and then stay.
 *
 * <p>All of them are held by one selector that works only while they are opened or counted, so that holding them costs this
 * process nothing. A server that leaves requests unanswered is not waited for: from then on the clients connect, ask, and
 * stay. Used by one thread.
 */
public final class IdleClients implements AutoCloseable {
    private static final int PER_ADDRESS = 500;
    private static final int WINDOW = 256;
    private static final Duration STALL = Duration.ofSeconds(1);
    private static final int READ_BYTES = 4096;

    private final Target target;
    private final Sources sources;
    private final byte[] request;
    private final Selector selector = Selector.open();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(READ_BYTES);
    private int connecting;
    private int unanswered;
    private int answered;
    private boolean stalled;

    /**
     * Opens nothing yet.
     *
     * @param second second byte of the clients' addresses 127.x, which nobody else should use
     */
    public IdleClients(Target target, int second) throws IOException {
        this.target = target;
        sources = new Sources(second, PER_ADDRESS);
        request = target.request();
    }

    /** Opens connections until so many are open, or as many as can be in that time. */
    public void growTo(int count, Duration patience) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        int opened = held();
        while (System.nanoTime() - end < 0 && (opened < count || connecting + awaited() > 0)) {
            while (opened < count && connecting + awaited() < WINDOW) {
                open();
                opened++;
            }
            // Nothing to wait for is left when the last one connected at once and no answers are awaited.
            if (connecting + awaited() > 0 && selector.select(this::ready, STALL.toMillis()) == 0) {
                stalled = true;
                if (opened == count) {
                    return;
                }
            }
        }
    }

    /** How many are open now, on both sides as far as is known here. */
    public int held() throws IOException {
        while (selector.selectNow(this::ready) > 0) {
            // Whatever was closed meanwhile is read.
        }
        return selector.keys().size();
    }

    /** How many got the answer to their request so far. */
    public int answered() {
        return answered;
    }

    private int awaited() {
        return stalled ? 0 : unanswered;
    }

    private void open() throws IOException {
        Connection connection = new Connection(SocketChannel.open());
        connection.channel.configureBlocking(false);
        SelectionKey key = connection.channel.register(selector, SelectionKey.OP_CONNECT, connection);
        connecting++;
        connection.channel.bind(sources.next());
        if (connection.channel.connect(target.address())) {
            connection.connected(key);
        }
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            if (key.isConnectable()) {
                connection.channel.finishConnect();
                connection.connected(key);
            } else {
                connection.read();
            }
        } catch (IOException refused) {
            connection.close();
        }
    }

    @Override
    public void close() throws IOException {
        selector.keys().forEach(key -> ((Connection) key.attachment()).close());
        selector.close();
    }

    /** Connecting, then unanswered, then idle, and then, or before, closed. */
    private final class Connection {
        private final SocketChannel channel;
        private final AnswerReader answers = new AnswerReader(target.bodyBytes());
        private boolean connects = true;
        private boolean waits;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        void connected(SelectionKey key) throws IOException {
            connects = false;
            connecting--;
            waits = true;
            unanswered++;
            key.interestOps(SelectionKey.OP_READ);
            channel.write(ByteBuffer.wrap(request));
        }

        void read() throws IOException {
            int count = channel.read(bytes.clear());
            if (count < 0) {
                close();
            } else if (answers.endedIn(bytes.flip()) > 0) {
                answered++;
                waits = false;
                unanswered--;
            }
        }

        void close() {
            connecting -= connects ? 1 : 0;
            unanswered -= waits ? 1 : 0;
            connects = false;
            waits = false;
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
