package io.sluice.proxy;

import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.TestCertificates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that people have. */
final class H2RealClientTest {
    @TempDir
    private Path folder;

    private static String curl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "--http2-prior-knowledge", "-sS", "--max-time", "20"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    private static boolean hasCurl() throws InterruptedException {
        try {
            Process process = new ProcessBuilder("curl", "--version").start();
            String version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 && version.contains("HTTP2");
        } catch (IOException missing) {
            return false;
        }
    }

    @Test
    void curlGetsAnAnswer() throws Exception {
        assumeThat(hasCurl()).as("curl with HTTP/2").isTrue();
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> response("200 OK", "hello"));
                RunningGateway gateway = RunningGateway.before(backend)) {
            String url = "http://127.0.0.1:" + gateway.address().getPort() + "/";
            assertThat(curl("-w", " by %{http_version}", url)).isEqualTo("hello by 2");
            assertThat(curl("-I", url)).startsWith("HTTP/2 200");
        }
    }

    @Test
    void curlSendsAndGetsMegabytes() throws Exception {
        assumeThat(hasCurl()).as("curl with HTTP/2").isTrue();
        Path file = folder.resolve("large");
        String large = "0123456789abcdef".repeat(200_000);
        Files.writeString(file, large);
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> response("200 OK", request.body()));
                RunningGateway gateway = RunningGateway.before(backend)) {
            String url = "http://127.0.0.1:" + gateway.address().getPort() + "/";
            Path got = folder.resolve("got");
            assertThat(curl("-T", file.toString(), "-o", got.toString(), url)).isEmpty();
            assertThat(Files.readString(got)).isEqualTo(large);
        }
    }

    /** It asks to upgrade from HTTP/1.1 (h2c), which RFC 9113 has done away with: it gets its answer in HTTP/1.1. */
    @Test
    void theClientOfTheJdkIsAnswered() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> response("200 OK", "hello"));
                RunningGateway gateway = RunningGateway.before(backend);
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_2)
                        .build()) {
            URI uri = URI.create("http://127.0.0.1:" + gateway.address().getPort() + "/");
            HttpResponse<String> got =
                    client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(got.body()).isEqualTo("hello");
            assertThat(got.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        }
    }

    /** Over TLS both sides choose by ALPN. */
    @Test
    void theClientOfTheJdkSpeaksHttp2OverTls() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        String listener =
                "tls: { certificates: [ " + certificates.of("localhost").yaml() + " ] }";
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> response("200 OK", request.body()));
                RunningGateway gateway =
                        RunningGateway.of(Setup.of(backend).listener(listener).route("limits: { body: 1GiB }"));
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_2)
                        .sslContext(certificates.trusting())
                        .build()) {
            URI uri = URI.create("https://localhost:" + gateway.address().getPort() + "/");
            String large = "0123456789abcdef".repeat(100_000);
            HttpRequest post = HttpRequest.newBuilder(uri)
                    .POST(HttpRequest.BodyPublishers.ofString(large))
                    .build();
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> got = client.send(post, HttpResponse.BodyHandlers.ofString());
                assertThat(got.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(got.body()).isEqualTo(large);
            }
            assertThat(backend.requests().getFirst().value("x-forwarded-proto")).isEqualTo("https");
        }
    }
}
