package io.sluice.testing;

import jakarta.servlet.http.HttpServlet;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;

/**
 * A real WebSocket server, Tomcat's, as a backend: sends each text and binary message of {@code /echo} back, answers pings as the
 * protocol has it, and tells what else it heard. A text {@code ping} is answered with a ping, {@code close CODE} with a close.
 */
public final class WebSocketBackend implements AutoCloseable {
    /** Held here, since a logger that nobody holds loses its level. */
    private static final Logger LOG = Logger.getLogger("org.apache");

    private static final int LARGEST = 4 << 20;
    private static final int PATIENCE_SECONDS = 10;

    private final Path folder;
    private final Tomcat tomcat = new Tomcat();
    private final Connector connector = new Connector();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final Queue<Session> sessions = new ConcurrentLinkedQueue<>();

    private WebSocketBackend(int connections) throws IOException {
        LOG.setLevel(Level.SEVERE);
        folder = Files.createTempDirectory("sluice-websocket");
        tomcat.setBaseDir(folder.toString());
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxThreads", "8");
        connector.setProperty("maxConnections", Integer.toString(connections));
        tomcat.setConnector(connector);
        StandardContext context = (StandardContext) tomcat.addContext("", folder.toString());
        context.setClearReferencesThreadLocals(false);
        context.setClearReferencesRmiTargets(false);
        // Tomcat looks for WebSockets only where a servlet could answer
        Tomcat.addServlet(context, "none", new HttpServlet() {});
        context.addServletMappingDecoded("/", "none");
        context.addServletContainerInitializer(new WsSci(), null);
        context.addServletContainerInitializer(
                (classes, servlets) -> add((ServerContainer) servlets.getAttribute(ServerContainer.class.getName())),
                null);
    }

    /** Started, taking so many connections. */
    public static WebSocketBackend start(int connections) throws IOException {
        WebSocketBackend backend = new WebSocketBackend(connections);
        try {
            backend.tomcat.start();
            return backend;
        } catch (LifecycleException e) {
            throw new IOException(e);
        }
    }

    private void add(ServerContainer container) {
        ServerEndpointConfig config = ServerEndpointConfig.Builder.create(Echo.class, "/echo")
                .configurator(new ServerEndpointConfig.Configurator() {
                    @Override
                    public <T> T getEndpointInstance(Class<T> endpoint) {
                        return endpoint.cast(new Echo(WebSocketBackend.this));
                    }
                })
                .build();
        try {
            container.addEndpoint(config);
        } catch (DeploymentException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One connection. */
    public static final class Echo extends Endpoint {
        private final WebSocketBackend backend;

        Echo(WebSocketBackend backend) {
            this.backend = backend;
        }

        @Override
        public void onOpen(Session session, EndpointConfig config) {
            backend.sessions.add(session);
            session.setMaxTextMessageBufferSize(LARGEST);
            session.setMaxBinaryMessageBufferSize(LARGEST);
            session.addMessageHandler(String.class, (MessageHandler.Whole<String>) text -> text(session, text));
            session.addMessageHandler(
                    ByteBuffer.class, (MessageHandler.Whole<ByteBuffer>) bytes -> binary(session, bytes));
            session.addMessageHandler(PongMessage.class, (MessageHandler.Whole<PongMessage>)
                    pong -> backend.heard.add("pong " + StandardCharsets.UTF_8.decode(pong.getApplicationData())));
        }

        private static void text(Session session, String text) {
            try {
                if (text.equals("ping")) {
                    session.getBasicRemote().sendPing(ByteBuffer.wrap("asked".getBytes(StandardCharsets.UTF_8)));
                } else if (text.startsWith("close ")) {
                    int code = Integer.parseInt(text.substring("close ".length()));
                    session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(code), "as asked"));
                } else {
                    session.getBasicRemote().sendText(text);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void binary(Session session, ByteBuffer bytes) {
            try {
                session.getBasicRemote().sendBinary(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void onClose(Session session, CloseReason reason) {
            backend.sessions.remove(session);
            backend.heard.add("close " + reason.getCloseCode().getCode());
        }
    }

    /** What it heard besides messages, in turn. */
    public String heard() throws InterruptedException {
        String next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("heard nothing");
        }
        return next;
    }

    /** WebSockets that are open. */
    public int open() {
        return sessions.size();
    }

    /** As in a config file. */
    public String endpoint() {
        return "127.0.0.1:" + address().getPort();
    }

    private InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", connector.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IOException(e);
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
