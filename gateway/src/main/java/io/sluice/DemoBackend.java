package io.sluice;

import io.sluice.config.HostPort;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backend for the demo, of the kind that needs a gateway: a blocking HTTP/1.1 server with five threads, each of which
 * accepts a connection and serves it until it closes, so that five idle clients keep it from everybody else. It knows what
 * the demo needs of HTTP, and no more. Runs from the constructor to {@link #close}.
 */
final class DemoBackend implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DemoBackend.class);
    private static final int THREADS = 5;
    private static final int BACKLOG = 1024;
    private static final int PIECES = 10;
    private static final Duration SLOW = Duration.ofSeconds(2);
    private static final Duration BETWEEN_PIECES = Duration.ofMillis(200);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

    private final ServerSocket server = new ServerSocket();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();

    /**
     * Binds and serves.
     *
     * @throws IOException if the address can't be bound
     */
    DemoBackend(HostPort address) throws IOException {
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getByName(address.host()), address.port()), BACKLOG);
        for (int i = 1; i <= THREADS; i++) {
            Thread.ofPlatform().daemon().name("worker-" + i).start(this::work);
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private void work() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                connections.add(socket);
                serve(socket);
                connections.remove(socket);
            } catch (IOException e) {
                pause(server.isClosed() ? Duration.ZERO : BETWEEN_TRIES);
            }
        }
    }

    private void serve(Socket socket) {
        int connection = accepted.incrementAndGet();
        try {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = new BufferedOutputStream(socket.getOutputStream());
            boolean more = true;
            for (int count = 1; more; count++) {
                DemoRequest request = DemoRequest.read(in);
                more = request != null && !request.closes();
                if (request != null) {
                    answer(request, new Place(Thread.currentThread().getName(), connection, count), out);
                    out.flush();
                }
            }
        } catch (IOException e) {
            log.debug("demo backend: connection {}: {}", connection, e.toString());
        }
    }

    /**
     * Where a request came to.
     *
     * @param connection its number since the start
     * @param count how many requests it has carried, this one included
     */
    private record Place(String thread, int connection, int count) {}

    private static void answer(DemoRequest request, Place place, OutputStream out) throws IOException {
        switch (request.path()) {
            case "/echo" -> respond(request, "text/plain", echo(request), out);
            case "/stream" -> stream(request, out);
            case "/slow" -> {
                pause(SLOW);
                greet(request, place, out);
            }
            default -> greet(request, place, out);
        }
    }

    private static void greet(DemoRequest request, Place place, OutputStream out) throws IOException {
        String accept = String.valueOf(request.field("accept"));
        if (accept.contains("text/html")) {
            String page = """
                    <!doctype html>
                    <meta charset="utf-8">
                    <title>Sluice demo</title>
                    <style>body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto }</style>
                    <h1>Hello from the demo backend</h1>
                    <p>Answered by <b>%s</b>, one of %d threads, on connection %d, which has carried %d request(s).</p>
                    <p>See also <a href="/echo">/echo</a>, <a href="/slow">/slow</a> and <a href="/stream">/stream</a>.</p>
                    """.formatted(place.thread(), THREADS, place.connection(), place.count());
            respond(request, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8), out);
        } else {
            String json = """
                    {"backend": "demo", "thread": "%s", "connection": %d, "requestsOnConnection": %d}
                    """.formatted(place.thread(), place.connection(), place.count());
            respond(request, "application/json", json.getBytes(StandardCharsets.UTF_8), out);
        }
    }

    private static byte[] echo(DemoRequest request) {
        String head = String.join("\n", request.head()) + "\n\n";
        byte[] text = head.getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = new byte[text.length + request.body().length];
        System.arraycopy(text, 0, whole, 0, text.length);
        System.arraycopy(request.body(), 0, whole, text.length, request.body().length);
        return whole;
    }

    private static void respond(DemoRequest request, String type, byte[] body, OutputStream out) throws IOException {
        head(request, type, "Content-Length: " + body.length, out);
        if (!request.method().equals("HEAD")) {
            out.write(body);
        }
    }

    private static void stream(DemoRequest request, OutputStream out) throws IOException {
        head(request, "text/plain", "Transfer-Encoding: chunked", out);
        if (request.method().equals("HEAD")) {
            return;
        }
        for (int i = 1; i <= PIECES; i++) {
            String piece = "piece " + i + " of " + PIECES + "\n";
            write(Integer.toHexString(piece.length()) + "\r\n" + piece + "\r\n", out);
            out.flush();
            pause(BETWEEN_PIECES);
        }
        write("0\r\n\r\n", out);
    }

    private static void head(DemoRequest request, String type, String framing, OutputStream out) throws IOException {
        write("HTTP/1.1 200 OK\r\nServer: demo-backend\r\nContent-Type: " + type + "\r\n" + framing + "\r\n", out);
        write(request.closes() ? "Connection: close\r\n\r\n" : "\r\n", out);
    }

    private static void write(String text, OutputStream out) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes the listener and all connections; answers under way are lost. */
    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : connections) {
            socket.close();
        }
    }
}
