package io.sluice.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that keeps connections and closes them without saying so. Counts how often it carried out each POST, by its
 * target. A virtual thread for each connection.
 */
final class RudeBackend implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final int LAST = 7;
    private static final int ONE_OF = 3;
    private static final int LEAST_MILLIS = 1000;
    private static final int MOST_MILLIS = 5000;

    private final Rude manner;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> posts = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final byte[] head;
    private final byte[] whole;

    RudeBackend(Rude manner, int port) throws IOException {
        this.manner = manner;
        int length = Size.SMALL.bytes();
        String fields = "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n";
        head = PlainMessage.bytes(fields);
        whole = PlainMessage.bytes(fields + "x".repeat(length));
        server = new ServerSocket(port, BACKLOG, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
    }

    /** Connections that came. */
    int connections() {
        return connections.get();
    }

    /** POSTs that were carried out more than once. */
    long runTwice() {
        return posts.values().stream().filter(count -> count.get() > 1).count();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        new Served(socket).run();
                    } catch (IOException gone) {
                        // the other side sees as much
                    } finally {
                        sockets.remove(socket);
                    }
                });
            }
        } catch (IOException closed) {
            // the bench is done with it
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** One connection. */
    private final class Served {
        private final Socket socket;
        private final InputStream in;
        private int responses;
        private boolean busy;
        private boolean closed;

        Served(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        }

        void run() throws IOException {
            PlainMessage request = PlainMessage.head(in);
            while (request != null && begins()) {
                in.skipNBytes(request.length());
                if (closesOn()) {
                    return;
                }
                boolean isHead = answer(request);
                if (closesBehind(isHead)) {
                    return;
                }
                idles();
                request = PlainMessage.head(in);
            }
        }

        private synchronized boolean begins() {
            busy = true;
            return !closed;
        }

        private boolean closesOn() {
            return manner == Rude.AT_LEASE
                    && responses > 0
                    && ThreadLocalRandom.current().nextInt(ONE_OF) == 0;
        }

        private boolean answer(PlainMessage request) throws IOException {
            String method = request.word(0);
            if (method.equals("POST")) {
                posts.computeIfAbsent(request.word(1), target -> new AtomicInteger())
                        .incrementAndGet();
            }
            boolean isHead = method.equals("HEAD");
            socket.getOutputStream().write(isHead ? head : whole);
            responses++;
            return isHead;
        }

        private boolean closesBehind(boolean isHead) {
            return switch (manner) {
                case AFTER_HEAD -> isHead;
                case EVERY_SEVENTH -> responses == LAST;
                case AFTER_IDLE, AT_LEASE -> false;
            };
        }

        private synchronized void idles() {
            busy = false;
            if (manner == Rude.AFTER_IDLE) {
                int present = responses;
                Duration patience =
                        Duration.ofMillis(ThreadLocalRandom.current().nextInt(LEAST_MILLIS, MOST_MILLIS));
                Thread.ofVirtual().start(() -> {
                    try {
                        Thread.sleep(patience);
                        closeIfIdle(present);
                    } catch (InterruptedException | IOException e) {
                        // it is gone
                    }
                });
            }
        }

        private synchronized void closeIfIdle(int since) throws IOException {
            if (!busy && responses == since) {
                closed = true;
                socket.close();
            }
        }
    }
}
