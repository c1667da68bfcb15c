package io.sluice.testing;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.AbstractProtocol;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;

/**
 * A Tomcat as a backend: an application server with a few threads, each of which serves one request from its first to its last
 * byte. To all requests it answers with the number of bytes of the body.
 */
public final class TomcatBackend implements AutoCloseable {
    /** Held here, since a logger that nobody holds loses its level. */
    private static final Logger LOG = Logger.getLogger("org.apache");

    private final Path folder;
    private final Tomcat tomcat = new Tomcat();
    private final Connector connector = new Connector();

    private TomcatBackend(int threads, int connections) throws IOException {
        LOG.setLevel(Level.WARNING);
        folder = Files.createTempDirectory("sluice-tomcat");
        tomcat.setBaseDir(folder.toString());
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxThreads", Integer.toString(threads));
        connector.setProperty("minSpareThreads", Integer.toString(threads));
        connector.setProperty("maxConnections", Integer.toString(connections));
        tomcat.setConnector(connector);
        StandardContext context = (StandardContext) tomcat.addContext("", folder.toString());
        // what it would look for when it ends needs a JVM that is open to it
        context.setClearReferencesThreadLocals(false);
        context.setClearReferencesRmiTargets(false);
        Tomcat.addServlet(context, "count", new Count());
        context.addServletMappingDecoded("/", "count");
    }

    /** Started, with so many threads, and taking so many connections. */
    public static TomcatBackend start(int threads, int connections) throws IOException {
        TomcatBackend backend = new TomcatBackend(threads, connections);
        try {
            backend.tomcat.start();
            return backend;
        } catch (LifecycleException e) {
            backend.close();
            throw new IOException(e);
        }
    }

    public InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", connector.getLocalPort());
    }

    /** Threads that serve a request now. */
    public int busy() {
        return ((ThreadPoolExecutor) connector.getProtocolHandler().getExecutor()).getActiveCount();
    }

    /** Connections that are open. */
    public long connections() {
        return ((AbstractProtocol<?>) connector.getProtocolHandler()).getConnectionCount();
    }

    /** Does nothing the second time. */
    @Override
    public void close() throws IOException {
        if (tomcat.getServer().getState() == LifecycleState.DESTROYED) {
            return;
        }
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IOException(e);
        }
        try (Stream<Path> left = Files.walk(folder)) {
            left.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }

    private static final class Count extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            long bytes = request.getInputStream().transferTo(OutputStream.nullOutputStream());
            byte[] body = Long.toString(bytes).getBytes(StandardCharsets.US_ASCII);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        }
    }
}
