package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testing.NginxBackend;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.Setup;
import io.sluice.testing.TestCertificate;
import io.sluice.testing.WireMessage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real server behind the gateway that speaks TLS, and lets only those in that have a certificate. */
final class NginxTlsTest {
    private static final TestCertificate AUTHORITY = TestCertificate.authority("Authority");

    @TempDir
    private static Path folder;

    private static NginxBackend nginx;
    private static String tls;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(NginxBackend.installedOrRequired(), "no nginx here");
        AUTHORITY.write(folder, "authority");
        AUTHORITY.issue("gateway.test").write(folder, "gateway");
        nginx = NginxBackend.start(
                AUTHORITY.issue("files.test"),
                "ssl_client_certificate %s/authority.pem; ssl_verify_client on;".formatted(folder));
        tls =
                "tls: { ca: '%1$s/authority.pem', name: files.test, certificate: '%1$s/gateway.pem', key: '%1$s/gateway.key' }"
                        .formatted(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (nginx != null) {
            nginx.close();
        }
    }

    private static RunningGateway gateway(String connections) throws Exception {
        return RunningGateway.of(
                Setup.ofEndpoints(nginx.endpoint()).upstream(tls).connections(connections));
    }

    @Test
    void servesASmallFileManyTimes() throws Exception {
        try (RunningGateway gateway = gateway("max: 4");
                RawPeer client = gateway.client()) {
            for (int i = 0; i < 200; i++) {
                assertThat(client.send(get("/small.txt")).response(200).body()).isEqualTo(NginxBackend.SMALL);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"http1, HTTP/1.1", "h2, HTTP/2.0", "auto, HTTP/2.0"})
    void speaksWhatIsAgreedUpon(String protocol, String spoken) throws Exception {
        Setup setup = Setup.ofEndpoints(nginx.endpoint()).upstream(tls + ", protocol: " + protocol);
        try (RunningGateway gateway = RunningGateway.of(setup);
                RawPeer client = gateway.client()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.send(get("/protocol")).response(200).body()).isEqualTo(spoken);
            }
            WireMessage big = client.send(get("/big.bin")).response(200);
            assertThat(big.body()).hasSize(NginxBackend.BIG);
        }
    }

    @Test
    void resumesSessions() throws Exception {
        try (RunningGateway gateway = gateway("maxRequests: 1");
                RawPeer client = gateway.client()) {
            for (int i = 0; i < 20; i++) {
                client.send(get("/small.txt")).response(200);
            }
            Map<String, Long> kinds = gateway.sums("sluice_upstream_tls_handshakes_total", "kind");

            assertThat(kinds.get("full") + kinds.get("resumed")).isEqualTo(20);
            assertThat(kinds.get("resumed")).isGreaterThanOrEqualTo(15);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/big.bin", "/chunked/big.bin"})
    void servesAHundredMegabytesUnchanged(String path, @TempDir Path here) throws Exception {
        try (RunningGateway gateway = gateway("max: 4");
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            URI uri = URI.create("http://127.0.0.1:" + gateway.address().getPort() + path);
            Path got = here.resolve("got");

            HttpResponse<Path> response =
                    http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofFile(got));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(Files.mismatch(got, nginx.file("big.bin"))).isEqualTo(-1);
        }
    }
}
