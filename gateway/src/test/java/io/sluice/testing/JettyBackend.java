package io.sluice.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.slf4j.LoggerFactory;

/**
 * A real server, Jetty's, that speaks WebSocket over HTTP/1.1 and over HTTP/2 without TLS: sends each message of {@code /echo} back in its kind,
 * chooses the sub-protocol {@code chat} where it is offered, and tells how each WebSocket was closed. Any other path is not found.
 */
public final class JettyBackend implements AutoCloseable {
    private static final int LARGEST = 4 << 20;
    private static final int THREADS = 16;
    private static final int PATIENCE_SECONDS = 10;

    private final Server server = new Server(new QueuedThreadPool(THREADS));
    private final ServerConnector connector;
    private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();

    private JettyBackend() throws IOException {
        quiet();
        HttpConfiguration http = new HttpConfiguration();
        connector = new ServerConnector(
                server, 1, 1, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        server.addConnector(connector);
        server.setHandler(WebSocketUpgradeHandler.from(server, container -> {
            container.setMaxTextMessageSize(LARGEST);
            container.setMaxBinaryMessageSize(LARGEST);
            container.addMapping("/echo", (request, response, callback) -> {
                if (request.hasSubProtocol("chat")) {
                    response.setAcceptedSubProtocol("chat");
                }
                return new Echo();
            });
        }));
    }

    /** Jetty tells in its log of each peer that goes away, with an exception. */
    static void quiet() {
        ((Logger) LoggerFactory.getLogger("org.eclipse.jetty")).setLevel(Level.OFF);
    }

    /** Started. */
    public static JettyBackend start() throws IOException {
        JettyBackend backend = new JettyBackend();
        try {
            backend.server.start();
            return backend;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** One WebSocket; Jetty makes no use of it in two threads at once. */
    public final class Echo implements Session.Listener.AutoDemanding {
        private final BlockingQueue<Session> session = new LinkedBlockingQueue<>();

        @Override
        public void onWebSocketOpen(Session opened) {
            session.add(opened);
        }

        @Override
        public void onWebSocketText(String message) {
            session.element().sendText(message, Callback.NOOP);
        }

        @Override
        public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
            session.element().sendBinary(payload, callback);
        }

        /** Told of those that are cut off, too: how it ended is told next. */
        @Override
        public void onWebSocketError(Throwable cause) {}

        @Override
        public void onWebSocketClose(int code, String reason, Callback callback) {
            closed.add(code + " " + reason);
            callback.succeed();
        }
    }

    /** Waits until a WebSocket has been closed so: code and reason. */
    public void awaitClosed(String how) throws InterruptedException {
        String next = closed.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        while (!how.equals(next)) {
            if (next == null) {
                throw new AssertionError("nothing was closed with " + how);
            }
            next = closed.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** As in a config file. */
    public String endpoint() {
        return "127.0.0.1:" + connector.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
