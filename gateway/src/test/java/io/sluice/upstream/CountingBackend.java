package io.sluice.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server on loopback, one thread, that answers each request (without a body) with {@code ok} and counts how many
 * connections are open at once. The count is exact: before one that was accepted is counted, all others are looked at for a
 * FIN, which on loopback is there before the connect that followed it.
 */
final class CountingBackend implements AutoCloseable {
    /** How it behaves; times are drawn between 0 and the given bound. */
    record Manner(long thinkMicros, double closesAfterResponse, double closesIdle, double saysClose) {
        static final Manner GENTLE = new Manner(0, 0, 0, 0);

        static Manner thinking(long micros) {
            return new Manner(micros, 0, 0, 0);
        }

        /** Closes now and then: announced, behind a response, and while idle. */
        static Manner rude(long thinkMicros) {
            return new Manner(thinkMicros, 0.02, 0.02, 0.02);
        }
    }

    private static final class Peer {
        final SocketChannel channel;
        final StringBuilder received = new StringBuilder();

        Peer(SocketChannel channel) {
            this.channel = channel;
        }
    }

    private record Due(long at, Peer peer, boolean close) {}

    private final Manner manner;
    private final ServerSocketChannel server;
    private final Selector selector;
    private final Thread thread;
    private final List<Peer> open = new ArrayList<>();
    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::at));
    private final SplittableRandom random = new SplittableRandom(7);
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private volatile boolean closing;
    private volatile int peak;
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private volatile int openNow;
    private volatile String error = "";

    CountingBackend(Manner manner) throws IOException {
        this(manner, 0);
    }

    CountingBackend(Manner manner, int port) throws IOException {
        this.manner = manner;
        selector = Selector.open();
        server = ServerSocketChannel.open();
        server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        thread = Thread.ofPlatform().name("backend").start(this::run);
    }

    int port() {
        return server.socket().getLocalPort();
    }

    /** Most connections that were open at once. */
    int peak() {
        return peak;
    }

    int accepted() {
        return accepted.get();
    }

    int served() {
        return served.get();
    }

    int openNow() {
        return openNow;
    }

    /** What went wrong in the server itself. */
    String error() {
        return error;
    }

    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void run() {
        try (selector;
                server) {
            while (!closing) {
                long wait = due.isEmpty() ? 1000 : Math.clamp((due.peek().at - System.nanoTime()) / 1_000_000, 0, 1000);
                if (wait == 0) {
                    selector.selectNow();
                } else {
                    selector.select(wait);
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    if (key.attachment() instanceof Peer peer) {
                        read(peer);
                    } else {
                        accept();
                    }
                }
                selector.selectedKeys().clear();
                doWhatIsDue();
            }
        } catch (IOException | RuntimeException e) {
            error = e.toString();
        } finally {
            for (Peer peer : List.copyOf(open)) {
                drop(peer);
            }
        }
    }

    private void accept() throws IOException {
        SocketChannel channel;
        while ((channel = server.accept()) != null) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            for (Peer other : List.copyOf(open)) {
                read(other);
            }
            Peer peer = new Peer(channel);
            channel.register(selector, SelectionKey.OP_READ, peer);
            open.add(peer);
            openNow = open.size();
            accepted.incrementAndGet();
            peak = Math.max(peak, open.size());
        }
    }

    private void read(Peer peer) {
        if (!peer.channel.isOpen()) {
            return;
        }
        try {
            int count;
            // as far as a FIN, which may be behind other bytes
            while ((count = peer.channel.read(buffer.clear())) > 0) {
                peer.received.append(new String(buffer.array(), 0, count, ISO_8859_1));
            }
            if (count < 0) {
                drop(peer);
                return;
            }
        } catch (IOException reset) {
            drop(peer);
            return;
        }
        int end;
        while ((end = peer.received.indexOf("\r\n\r\n")) >= 0) {
            peer.received.delete(0, end + 4);
            due.add(new Due(System.nanoTime() + think(), peer, false));
        }
    }

    private long think() {
        return manner.thinkMicros == 0 ? 0 : TimeUnit.MICROSECONDS.toNanos(random.nextLong(manner.thinkMicros));
    }

    private void doWhatIsDue() {
        while (!due.isEmpty() && due.peek().at - System.nanoTime() <= 0) {
            Due next = due.poll();
            if (!next.peer.channel.isOpen()) {
                continue;
            }
            if (next.close) {
                drop(next.peer);
            } else {
                respond(next.peer);
            }
        }
    }

    private void respond(Peer peer) {
        boolean saysClose = random.nextDouble() < manner.saysClose;
        try {
            String head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + (saysClose ? "Connection: close\r\n" : "");
            peer.channel.write(ByteBuffer.wrap((head + "\r\nok").getBytes(ISO_8859_1)));
            served.incrementAndGet();
        } catch (IOException reset) {
            drop(peer);
            return;
        }
        if (saysClose || random.nextDouble() < manner.closesAfterResponse) {
            drop(peer);
        } else if (random.nextDouble() < manner.closesIdle) {
            due.add(new Due(System.nanoTime() + 200_000, peer, true));
        }
    }

    private void drop(Peer peer) {
        if (open.remove(peer)) {
            openNow = open.size();
            try {
                peer.channel.close();
            } catch (IOException ignored) {
                // it is gone
            }
        }
    }
}
