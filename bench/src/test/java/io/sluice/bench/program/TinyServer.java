package io.sluice.bench.program;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/** Answers every request with the same text, each connection by a virtual thread, and counts. */
final class TinyServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket();
    /** Requests of each open connection. */
    private final Map<Socket, Integer> asked = new ConcurrentHashMap<>();

    private final Set<String> sources = ConcurrentHashMap.newKeySet();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private TinyServer() throws IOException {}

    static TinyServer start() throws IOException {
        TinyServer server = new TinyServer();
        server.listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 1024);
        Thread.ofVirtual().start(server::accept);
        return server;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                asked.put(socket, 0);
                sources.add(socket.getInetAddress().getHostAddress());
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException end) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.isEmpty()) {
                    gate.await();
                    asked.merge(socket, 1, Integer::sum);
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException | InterruptedException end) {
            // Closed by one of both sides.
        } finally {
            asked.remove(socket);
        }
    }

    void answerWith(String text) {
        answer = text;
    }

    /** Answers nothing until {@link #goOn}. */
    void pause() {
        gate = new CountDownLatch(1);
    }

    void goOn() {
        gate.countDown();
    }

    int open() {
        return asked.size();
    }

    Set<String> sources() {
        return sources;
    }

    int requests() {
        return asked.values().stream().mapToInt(Integer::intValue).sum();
    }

    int mostAskedOfOne() {
        return asked.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    int leastAskedOfOne() {
        return asked.values().stream().mapToInt(Integer::intValue).min().orElse(0);
    }

    void closeSome(int count) throws IOException {
        List<Socket> some = asked.keySet().stream().limit(count).toList();
        for (Socket socket : some) {
            socket.close();
        }
    }

    void awaitOpen(int count) {
        await(() -> open() == count);
    }

    void awaitEachAsked(int times) {
        await(() -> leastAskedOfOne() >= times);
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        closeSome(Integer.MAX_VALUE);
    }
}
