package io.sluice.bench.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Blocks on each connection until it is closed, on a thread that the given executor finds for it.
 *
 * <p>One more thread accepts. A connection that gets no thread is closed. The executor's threads must not keep the JVM
 * alive; they end as their connections do.
 */
final class BlockingServer implements Server {
    private static final int READ_BYTES = 1024;

    private final ServerSocket server = new ServerSocket();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Executor threads;

    BlockingServer(int port, Executor threads) throws IOException {
        this.threads = threads;
        server.bind(Server.loopback(port), BACKLOG);
        Thread.ofPlatform().name("accept").start(this::accept);
    }

    @Override
    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = server.accept();
                connections.add(connection);
                serveOnAThread(connection);
            }
        } catch (IOException e) {
            if (!server.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serveOnAThread(Socket connection) {
        try {
            threads.execute(() -> serve(connection));
        } catch (OutOfMemoryError noThread) {
            // The kernel refused one more thread: what this model does at its end is part of what is measured.
            System.out.println("a connection is closed: " + noThread.getMessage());
            end(connection);
        }
    }

    private void serve(Socket connection) {
        byte[] bytes = new byte[READ_BYTES];
        byte[] answer = Requests.answer();
        Requests requests = new Requests();
        try {
            connection.setTcpNoDelay(true);
            InputStream in = connection.getInputStream();
            OutputStream out = connection.getOutputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                for (int left = requests.endedIn(ByteBuffer.wrap(bytes, 0, count)); left > 0; left--) {
                    out.write(answer);
                }
            }
        } catch (IOException gone) {
            // The client went away, or the server is closed.
        } finally {
            end(connection);
        }
    }

    private void end(Socket connection) {
        connections.remove(connection);
        try {
            connection.close();
        } catch (IOException alreadyBroken) {
            // Nothing is left to close.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        connections.forEach(this::end);
    }
}
