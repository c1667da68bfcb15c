package io.sluice.bench.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A server that answers every request after the same time, as a database query would take, however many there are at
 * once. One thread; it does nothing but wait. The line {@code report} is answered with what it counted.
 */
final class SlowServer implements AutoCloseable {
    private static final int BUFFER = 64 * 1024;
    private static final int BACKLOG = 4096;
    private final long delayNanos;
    private final byte[] response;
    private final PrintStream out;
    private final Selector loop = Selector.open();
    private final Ticker ticker = Ticker.start(loop);
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    /** In the order in which they came, which is that in which they are due. */
    private final Queue<Waiting> waiting = new ArrayDeque<>();

    private int open;
    private int most;
    private long accepted;
    private long requests;

    private record Waiting(SlowConnection connection, long due) {}

    private SlowServer(Duration delay, int bytes, PrintStream out) throws IOException {
        this.delayNanos = delay.toNanos();
        this.response = ("HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n" + "x".repeat(bytes))
                .getBytes(StandardCharsets.US_ASCII);
        this.out = out;
    }

    /** Serves on 127.0.0.1 until the input ends. */
    static void run(int port, Duration delay, int bytes, InputStream in, PrintStream out) throws IOException {
        try (SlowServer server = new SlowServer(delay, bytes, out)) {
            server.listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), BACKLOG);
            server.listener.configureBlocking(false);
            server.listener.register(server.loop, SelectionKey.OP_ACCEPT);
            server.serve(Commands.read(in, server.loop));
        }
    }

    private void serve(Commands commands) throws IOException {
        while (!commands.ended()) {
            loop.select(this::ready);
            commands.next().ifPresent(line -> {
                report();
                loop.wakeup();
            });
            answerDue();
        }
    }

    private void report() {
        out.println("ok open=" + open + " most=" + most + " accepted=" + accepted + " requests=" + requests);
        most = open;
    }

    private void ready(SelectionKey key) {
        if (key.isAcceptable()) {
            accept();
        } else {
            read((SlowConnection) key.attachment());
        }
    }

    private void accept() {
        try {
            SocketChannel channel = listener.accept();
            while (channel != null) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                new SlowConnection(channel.register(loop, SelectionKey.OP_READ));
                accepted++;
                most = Math.max(most, ++open);
                channel = listener.accept();
            }
        } catch (IOException e) {
            out.println("note can't accept: " + e.getMessage());
        }
    }

    private void read(SlowConnection one) {
        try {
            if (one.read(buffer)) {
                waiting.add(new Waiting(one, System.nanoTime() + delayNanos));
            }
        } catch (IOException e) {
            close(one);
        }
    }

    private void answerDue() {
        for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
            if (next.due - System.nanoTime() > 0) {
                ticker.at(next.due);
                return;
            }
            waiting.remove();
            if (next.connection.isOpen()) {
                answer(next.connection);
            }
        }
    }

    private void answer(SlowConnection one) {
        try {
            requests++;
            one.answer(response);
        } catch (IOException e) {
            close(one);
        }
    }

    private void close(SlowConnection one) {
        one.close();
        open--;
    }

    @Override
    public void close() throws IOException {
        loop.close();
        listener.close();
    }
}
