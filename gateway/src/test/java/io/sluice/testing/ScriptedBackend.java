package io.sluice.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A backend that does as told. Each connection has a virtual thread that runs the script; or none, and the test plays
 * the backend itself with what {@link #accept} gives. Counts its connections exactly: one is counted from when it is
 * accepted until its end was seen here or before it is closed from here. A request that is not beyond doubt fails the test
 * when the backend is closed.
 */
public final class ScriptedBackend implements AutoCloseable {
    private static final int BACKLOG = 1024;

    /** What happens on a connection, which is closed when the script returns or fails. */
    public interface Script {
        void run(RawPeer connection) throws Exception;
    }

    /** The bytes that answer a request; an empty text closes the connection instead. */
    public interface Answer {
        String to(WireMessage request) throws Exception;
    }

    private final ServerSocket server;
    private final CompletableFuture<Void> accepting;
    private final @Nullable Script script;
    private final BlockingQueue<RawPeer> accepted = new LinkedBlockingQueue<>();
    private final Queue<RawPeer> all = new ConcurrentLinkedQueue<>();
    private final Queue<WireMessage> requests = new ConcurrentLinkedQueue<>();
    private final Queue<AssertionError> wrongs = new ConcurrentLinkedQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Gauge open = new Gauge();
    private final Gauge running = new Gauge();

    private ScriptedBackend(int port, int receiveBuffer, @Nullable Script script) throws IOException {
        this(bound(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), receiveBuffer), script);
    }

    private static ServerSocket bound(InetSocketAddress address, int receiveBuffer) throws IOException {
        ServerSocket server = new ServerSocket();
        if (receiveBuffer > 0) {
            server.setReceiveBufferSize(receiveBuffer);
        }
        server.setReuseAddress(true);
        server.bind(address, BACKLOG);
        return server;
    }

    private ScriptedBackend(ServerSocket server, @Nullable Script script) {
        this.script = script;
        this.server = server;
        accepting = Aside.start(this::acceptAll);
    }

    /** The test accepts and answers. */
    public static ScriptedBackend byHand() throws IOException {
        return new ScriptedBackend(0, 0, null);
    }

    /** The test accepts and answers; little waits unread in the kernel. */
    public static ScriptedBackend byHand(int receiveBuffer) throws IOException {
        return new ScriptedBackend(0, receiveBuffer, null);
    }

    /** The test accepts and answers, on a socket that listens already, such as one of TLS. */
    public static ScriptedBackend byHandOver(ServerSocket server) {
        return new ScriptedBackend(server, null);
    }

    /** Runs this on each connection. */
    public static ScriptedBackend running(Script script) throws IOException {
        return new ScriptedBackend(0, 0, script);
    }

    /** Answers each request of each connection. */
    public static ScriptedBackend answering(Answer answer) throws IOException {
        return answeringOn(0, answer);
    }

    /** As {@link #answering}, but closes after an answer that says so. */
    public static ScriptedBackend closingAfterClose(Answer answer) throws IOException {
        return answeringOn(0, true, answer);
    }

    /** As {@link #answering}, on a port that another backend left. */
    public static ScriptedBackend answeringOn(int port, Answer answer) throws IOException {
        return answeringOn(port, false, answer);
    }

    /** As {@link #answering}, on another address of this machine, such as 127.0.0.2; port 0 is any. */
    public static ScriptedBackend answeringAt(String address, int port, Answer answer) throws IOException {
        return answering(bound(new InetSocketAddress(InetAddress.ofLiteral(address), port), 0), false, answer);
    }

    /** As {@link #answering}, on a Unix socket. */
    public static ScriptedBackend answeringAt(Path path, Answer answer) throws IOException {
        return answering(UnixSocket.listen(path), false, answer);
    }

    /** Runs this on each connection of a Unix socket. */
    public static ScriptedBackend runningAt(Path path, Script script) throws IOException {
        return new ScriptedBackend(UnixSocket.listen(path), script);
    }

    /** As {@link #answering}, on a socket that listens already, such as one of TLS. */
    public static ScriptedBackend answeringOver(ServerSocket server, Answer answer) {
        return answering(server, false, answer);
    }

    /** Runs this on each connection of a socket that listens already. */
    public static ScriptedBackend runningOver(ServerSocket server, Script script) {
        return new ScriptedBackend(server, script);
    }

    private static ScriptedBackend answeringOn(int port, boolean closes, Answer answer) throws IOException {
        return answering(bound(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0), closes, answer);
    }

    private static ScriptedBackend answering(ServerSocket server, boolean closes, Answer answer) {
        Answering script = new Answering(answer, closes);
        ScriptedBackend backend = new ScriptedBackend(server, script);
        script.backend.complete(backend);
        return backend;
    }

    private record Answering(Answer answer, boolean closes, CompletableFuture<ScriptedBackend> backend)
            implements Script {
        Answering(Answer answer, boolean closes) {
            this(answer, closes, new CompletableFuture<>());
        }

        @Override
        public void run(RawPeer connection) throws Exception {
            ScriptedBackend owner = backend.join();
            for (WireMessage request = connection.requestOrEnd();
                    request != null;
                    request = connection.requestOrEnd()) {
                String text = owner.answer(request, answer);
                boolean last = text.isEmpty() || (closes && text.contains("\r\nConnection: close\r\n"));
                if (last) {
                    connection.sendLast(text);
                    return;
                }
                connection.send(text);
            }
        }
    }

    private String answer(WireMessage request, Answer answer) throws Exception {
        requests.add(request);
        running.up();
        try {
            return answer.to(request);
        } finally {
            running.down();
        }
    }

    /** A port on which nobody listens. */
    public static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void acceptAll() {
        try {
            while (true) {
                serve(server.accept());
            }
        } catch (IOException closed) {
            // the backend was closed
        }
    }

    private void serve(Socket socket) throws IOException {
        connections.incrementAndGet();
        open.up();
        RawPeer connection = new RawPeer(socket, open::down);
        all.add(connection);
        Script todo = script;
        if (todo == null) {
            accepted.add(connection);
        } else {
            Thread.ofVirtual().start(() -> run(todo, connection));
        }
    }

    private void run(Script todo, RawPeer connection) {
        try (connection) {
            todo.run(connection);
        } catch (AssertionError wrong) {
            wrongs.add(wrong);
        } catch (Exception expected) {
            // connections break in these tests; what matters is what the client sees
        }
    }

    // ---- by hand

    /** The next connection, in the order in which they were made. */
    public RawPeer accept() throws InterruptedException {
        RawPeer connection = accepted.poll(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (connection == null) {
            throw new AssertionError("no connection came");
        }
        return connection;
    }

    // ---- what was seen

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** As in a config file. */
    public String endpoint() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The whole requests that were answered or are being answered, in order of arrival. */
    public List<WireMessage> requests() {
        return new ArrayList<>(requests);
    }

    /** The only request. */
    public WireMessage request() {
        List<WireMessage> seen = requests();
        if (seen.size() != 1) {
            throw new AssertionError("expected one request, but there were " + seen.size());
        }
        return seen.getFirst();
    }

    /** Connections accepted up to now. */
    public int connections() {
        return connections.get();
    }

    /** Connections open now. */
    public int open() {
        return open.now();
    }

    /** The most connections that were open at once. */
    public int peakOpen() {
        return open.peak();
    }

    /** The most requests that were being answered at once. */
    public int peakRunning() {
        return running.peak();
    }

    /** Requests that are being answered now. */
    public int running() {
        return running.now();
    }

    /** Stops accepting and resets all connections; the port is free afterwards. */
    public void kill() throws IOException {
        stopAccepting();
        for (RawPeer connection : all) {
            connection.reset();
        }
    }

    private void stopAccepting() throws IOException {
        server.close();
        // the port is closed only when the thread that waited there has left it
        accepting.join();
    }

    @Override
    public void close() throws IOException {
        stopAccepting();
        for (RawPeer connection : all) {
            connection.close();
        }
        if (!wrongs.isEmpty()) {
            throw wrongs.peek();
        }
    }

    /** A number that goes up and down, and its peak. */
    private static final class Gauge {
        private final AtomicInteger now = new AtomicInteger();
        private final AtomicInteger peak = new AtomicInteger();

        void up() {
            peak.accumulateAndGet(now.incrementAndGet(), Math::max);
        }

        void down() {
            now.decrementAndGet();
        }

        int now() {
            return now.get();
        }

        int peak() {
            return peak.get();
        }
    }
}
