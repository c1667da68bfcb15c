package io.sluice.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The machine's HAProxy before something: passes connections on as they are, with a header of the PROXY protocol. */
public final class HaproxyFront implements AutoCloseable {
    private static final List<Path> PLACES = List.of(Path.of("/usr/sbin/haproxy"), Path.of("/usr/local/sbin/haproxy"));
    private static final int STARTS = 5;

    private final Process process;
    private final Path folder;
    private final int port;

    private HaproxyFront(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /** Whether there is an HAProxy; where tests run unattended it has to be there. */
    public static boolean installedOrRequired() {
        return System.getenv("CI") != null || PLACES.stream().anyMatch(Files::isExecutable);
    }

    /**
     * Starts one.
     *
     * @param options of the server, such as {@code send-proxy}
     */
    public static HaproxyFront before(InetSocketAddress server, String options)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("sluice-haproxy");
        for (int i = 0; i < STARTS; i++) {
            int port = RealServer.freePort();
            String to = "127.0.0.1:" + server.getPort() + " " + options;
            Process process = start(folder, config(port, to));
            if (RealServer.listens(process, port)) {
                return new HaproxyFront(process, folder, port);
            }
            process.destroyForcibly().waitFor();
        }
        throw new IOException("HAProxy does not start: " + Files.readString(folder.resolve("output")));
    }

    private static String config(int port, String server) {
        return """
                global
                    maxconn 500
                    nbthread 1
                defaults
                    mode tcp
                    timeout connect 10s
                    timeout client 30s
                    timeout server 30s
                listen front
                    bind 127.0.0.1:%d
                    server one %s
                """.formatted(port, server);
    }

    private static Process start(Path folder, String text) throws IOException {
        Path config = Files.writeString(folder.resolve("haproxy.cfg"), text);
        Path binary = PLACES.stream().filter(Files::isExecutable).findFirst().orElseThrow();
        return new ProcessBuilder(binary.toString(), "-db", "-f", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().orTimeout(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
