package io.sluice.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientConnectionFactory;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.ClientConnectionFactoryOverHTTP2;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.client.ClientUpgradeRequest;
import org.eclipse.jetty.websocket.client.WebSocketClient;

/** A real client of WebSocket, Jetty's: all of its WebSockets to one address are streams of one connection of HTTP/2, or have one of HTTP/1.1 each. */
public final class JettyWebSockets implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;
    private static final int PONG_SECONDS = 2;
    private static final int ATTEMPTS = 5;
    private static final int LARGEST = 4 << 20;

    private final WebSocketClient client;

    /** @param http2 by prior knowledge */
    public JettyWebSockets(boolean http2) throws IOException {
        JettyBackend.quiet();
        ClientConnector connector = new ClientConnector();
        client = new WebSocketClient(new HttpClient(new HttpClientTransportDynamic(
                connector,
                http2
                        ? new ClientConnectionFactoryOverHTTP2.HTTP2(new HTTP2Client(connector))
                        : HttpClientConnectionFactory.HTTP11)));
        client.setMaxTextMessageSize(LARGEST);
        client.setMaxBinaryMessageSize(LARGEST);
        try {
            client.start();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /**
     * Opens one that offers the sub-protocol {@code chat}; fails with what the server answered if it does not switch. Over HTTP/2 this
     * version of Jetty leaves some of its WebSockets deaf, one in thirty also where its client talks to its server with nobody between
     * them; so one on which no ping comes back is thrown away for another.
     */
    public Open open(InetSocketAddress address, String path) throws Exception {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Open open = openOnce(address, path);
            if ("pong ready".equals(open.ping("ready").heard.all.poll(PONG_SECONDS, TimeUnit.SECONDS))) {
                return open;
            }
            open.disconnect();
        }
        throw new IOException("no ping came back in " + ATTEMPTS + " attempts");
    }

    private Open openOnce(InetSocketAddress address, String path) throws Exception {
        Heard heard = new Heard();
        ClientUpgradeRequest request =
                new ClientUpgradeRequest(URI.create("ws://127.0.0.1:" + address.getPort() + path));
        request.setSubProtocols("chat");
        try {
            return new Open(client.connect(heard, request).get(PATIENCE_SECONDS, TimeUnit.SECONDS), heard);
        } catch (ExecutionException refused) {
            throw new IOException(String.valueOf(refused.getCause()), refused);
        }
    }

    /** One that is open. */
    public record Open(Session session, Heard heard) {

        /** The sub-protocol that was chosen. */
        public String subProtocol() {
            return session.getUpgradeResponse().getAcceptedSubProtocol();
        }

        public Open text(String message) throws Exception {
            return await(sent -> session.sendText(message, sent));
        }

        public Open binary(byte[] message) throws Exception {
            return await(sent -> session.sendBinary(ByteBuffer.wrap(message), sent));
        }

        public Open ping(String payload) throws Exception {
            return await(sent -> session.sendPing(StandardCharsets.UTF_8.encode(payload), sent));
        }

        /** Says so; {@link #next} tells of the end. The other side may have ended the stream before Jetty counts this as sent. */
        public void close(int code, String reason) {
            session.close(code, reason, Callback.NOOP);
        }

        private Open await(Consumer<Callback.Completable> sending) throws Exception {
            Callback.Completable.with(sending).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return this;
        }

        /** Closed without a word. */
        public void disconnect() {
            session.disconnect();
        }

        /** The next message: a text, a {@link ByteBuffer}, {@code pong ...}, or {@code closed CODE REASON}. */
        public Object next() throws Exception {
            Object next = heard.all.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new TimeoutException("heard nothing");
            }
            return next;
        }
    }

    /** What comes on one. */
    public static final class Heard implements Session.Listener.AutoDemanding {
        private final BlockingQueue<Object> all = new LinkedBlockingQueue<>();

        @Override
        public void onWebSocketText(String message) {
            all.add(message);
        }

        @Override
        public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
            all.add(ByteBuffer.allocate(payload.remaining()).put(payload).flip());
            callback.succeed();
        }

        @Override
        public void onWebSocketPong(ByteBuffer payload) {
            all.add("pong " + StandardCharsets.UTF_8.decode(payload));
        }

        /** Told of those that are cut off, too: how it ended is told next. */
        @Override
        public void onWebSocketError(Throwable cause) {}

        @Override
        public void onWebSocketClose(int code, String reason, Callback callback) {
            all.add("closed " + code + " " + reason);
            callback.succeed();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            client.stop();
            client.getHttpClient().stop();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
