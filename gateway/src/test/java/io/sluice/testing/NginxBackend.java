package io.sluice.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The machine's nginx as a backend: one process on a port and in a folder of its own. It serves {@code /small.txt},
 * {@code /big.bin} of 100 MB, both also chunked below {@code /chunked/}, and {@code /slow/} at 2 MB a second. On a second port
 * it speaks HTTP/2 without TLS; on a third it wants a header of the PROXY protocol, and answers with what that one tells.
 */
public final class NginxBackend implements AutoCloseable {
    public static final String SMALL = "a small file\n";
    public static final int BIG = 100 * 1000 * 1000;
    private static final List<Path> PLACES =
            List.of(Path.of("/usr/sbin/nginx"), Path.of("/usr/bin/nginx"), Path.of("/usr/local/sbin/nginx"));
    private static final int PIECE = 1000 * 1000;
    private static final int STARTS = 5;

    private final Process process;
    private final Path folder;
    private final int port;
    private final int h2Port;
    private final int proxiedPort;

    private NginxBackend(Process process, Path folder, int port, int h2Port, int proxiedPort) {
        this.process = process;
        this.folder = folder;
        this.port = port;
        this.h2Port = h2Port;
        this.proxiedPort = proxiedPort;
    }

    /** Whether there is an nginx; where tests run unattended it has to be there. */
    public static boolean installedOrRequired() {
        return System.getenv("CI") != null || PLACES.stream().anyMatch(Files::isExecutable);
    }

    /** In cleartext. */
    public static NginxBackend start() throws IOException, InterruptedException {
        return start("", null);
    }

    /** With TLS, and further lines for its server. */
    public static NginxBackend start(TestCertificate certificate, String lines)
            throws IOException, InterruptedException {
        return start(lines, certificate);
    }

    private static NginxBackend start(String lines, @Nullable TestCertificate certificate)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("sluice-nginx");
        files(Files.createDirectory(folder.resolve("files")));
        Files.createDirectory(folder.resolve("temp"));
        String tls = "";
        if (certificate != null) {
            certificate.write(folder, "server");
            tls = "ssl_certificate %1$s/server.pem; ssl_certificate_key %1$s/server.key;".formatted(folder);
        }
        for (int i = 0; i < STARTS; i++) {
            // another process may take the port in between: then on the next one
            int port = RealServer.freePort();
            int h2Port = RealServer.freePort();
            int proxiedPort = RealServer.freePort();
            String ssl = certificate == null ? "" : "ssl http2";
            String h2 = "listen 127.0.0.1:" + h2Port + " http2;\n";
            Process process = start(folder, config(folder, port, proxiedPort, ssl, h2 + tls + lines));
            if (RealServer.listens(process, port)) {
                return new NginxBackend(process, folder, port, h2Port, proxiedPort);
            }
            process.destroyForcibly().waitFor();
        }
        throw new IOException("nginx does not start: " + Files.readString(folder.resolve("output")));
    }

    private static void files(Path files) throws IOException {
        Files.writeString(files.resolve("small.txt"), SMALL);
        byte[] piece = new byte[PIECE];
        Random random = new Random(7);
        try (OutputStream out = Files.newOutputStream(files.resolve("big.bin"))) {
            for (int i = 0; i < BIG / PIECE; i++) {
                random.nextBytes(piece);
                out.write(piece);
            }
        }
    }

    private static Process start(Path folder, String text) throws IOException {
        Path config = Files.writeString(folder.resolve("nginx.conf"), text);
        Path binary = PLACES.stream().filter(Files::isExecutable).findFirst().orElseThrow();
        return new ProcessBuilder(binary.toString(), "-p", folder.toString(), "-e", "stderr", "-c", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }

    /** A filter that finds nothing makes nginx forget the length, so that it sends chunks. */
    private static String config(Path folder, int port, int proxiedPort, String ssl, String lines) {
        return """
                daemon off;
                master_process off;
                pid %1$s/nginx.pid;
                events { worker_connections 1024; }
                http {
                    access_log off;
                    default_type application/octet-stream;
                    client_body_temp_path %1$s/temp/body;
                    proxy_temp_path %1$s/temp/proxy;
                    fastcgi_temp_path %1$s/temp/fastcgi;
                    uwsgi_temp_path %1$s/temp/uwsgi;
                    scgi_temp_path %1$s/temp/scgi;
                    server {
                        listen 127.0.0.1:%2$d %4$s;
                        %5$s
                        root %1$s/files;
                        client_max_body_size 0;
                        location /chunked/ {
                            alias %1$s/files/;
                            sub_filter "never in any of the files" "";
                            sub_filter_types *;
                        }
                        location /slow/ {
                            alias %1$s/files/;
                            limit_rate 2m;
                        }
                        location = /moved { return 302 /small.txt; }
                        location = /nothing { return 204; }
                        location = /protocol { return 200 $server_protocol; }
                    }
                    server {
                        listen 127.0.0.1:%3$d proxy_protocol;
                        location / { return 200 "$proxy_protocol_addr:$proxy_protocol_port $connection"; }
                    }
                }
                """.formatted(folder, port, proxiedPort, ssl, lines);
    }

    /** As in a config file. */
    public String endpoint() {
        return "127.0.0.1:" + port;
    }

    /** As in a config file: where it speaks HTTP/2. */
    public String h2Endpoint() {
        return "127.0.0.1:" + h2Port;
    }

    /** Where a header of the PROXY protocol is wanted. */
    public String proxiedEndpoint() {
        return "127.0.0.1:" + proxiedPort;
    }

    public Path file(String name) {
        return folder.resolve("files").resolve(name);
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
