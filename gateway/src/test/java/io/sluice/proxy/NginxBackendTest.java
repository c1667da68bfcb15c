package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testing.Aside;
import io.sluice.testing.NginxBackend;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real server behind the gateway, and real clients before it. */
final class NginxBackendTest {
    private static NginxBackend nginx;
    private static RunningGateway gateway;
    private static HttpClient http;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(NginxBackend.installedOrRequired(), "no nginx here");
        nginx = NginxBackend.start();
        gateway = RunningGateway.of(Setup.ofEndpoints(nginx.endpoint()));
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() throws Exception {
        if (nginx != null) {
            http.close();
            gateway.close();
            nginx.close();
        }
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + gateway.address().getPort() + path);
    }

    @Test
    void servesASmallFileManyTimes() throws Exception {
        try (RawPeer client = gateway.client()) {
            for (int i = 0; i < 200; i++) {
                assertThat(client.send(get("/small.txt")).response(200).body()).isEqualTo(NginxBackend.SMALL);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/big.bin", "/chunked/big.bin"})
    void servesAHundredMegabytesUnchanged(String path, @TempDir Path folder) throws Exception {
        Path got = folder.resolve("got");

        HttpResponse<Path> response =
                http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofFile(got));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-length").isPresent()).isEqualTo(path.equals("/big.bin"));
        assertThat(Files.mismatch(got, nginx.file("big.bin"))).isEqualTo(-1);
    }

    @Test
    void servesManyLargeFilesAtOnce() throws Exception {
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(Aside.start(() -> {
                try (RawPeer client = gateway.client()) {
                    client.send(request("GET /big.bin HTTP/1.1", "Range: bytes=0-9999999"));
                    assertThat(client.head().status()).isEqualTo(206);
                    client.skip(10_000_000);
                }
            }));
        }
        for (CompletableFuture<Void> client : clients) {
            client.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void servesChunks() throws Exception {
        WireMessage response = gateway.exchange(get("/chunked/small.txt"));

        assertThat(response.value("transfer-encoding")).isEqualTo("chunked");
        assertThat(response.body()).isEqualTo(NginxBackend.SMALL);
    }

    @Test
    void answersHead() throws Exception {
        try (RawPeer client = gateway.client()) {
            for (int i = 0; i < 5; i++) {
                client.send(request("HEAD /big.bin HTTP/1.1"));

                assertThat(client.head().value("content-length")).isEqualTo(Integer.toString(NginxBackend.BIG));
            }
            assertThat(client.send(get("/small.txt")).response(200).body()).isEqualTo(NginxBackend.SMALL);
        }
    }

    @Test
    void servesARange() throws Exception {
        WireMessage response = gateway.exchange(request("GET /small.txt HTTP/1.1", "Range: bytes=2-6"));

        assertThat(response.status()).isEqualTo(206);
        assertThat(response.value("content-range")).isEqualTo("bytes 2-6/" + NginxBackend.SMALL.length());
        assertThat(response.body()).isEqualTo("small");
    }

    @Test
    void servesSeveralRanges() throws Exception {
        WireMessage response = gateway.exchange(request("GET /small.txt HTTP/1.1", "Range: bytes=0-0,2-6"));

        assertThat(response.status()).isEqualTo(206);
        assertThat(response.value("content-type")).startsWith("multipart/byteranges");
        assertThat(response.body()).contains("small");
    }

    @Test
    void answersNotModified() throws Exception {
        try (RawPeer client = gateway.client()) {
            String tag = client.send(get("/small.txt")).response(200).value("etag");

            client.send(request("GET /small.txt HTTP/1.1", "If-None-Match: " + tag));

            assertThat(client.response(304).value("etag")).isEqualTo(tag);
            client.send(get("/small.txt")).response(200);
        }
    }

    @Test
    void answersWithoutContent() throws Exception {
        try (RawPeer client = gateway.client()) {
            client.send(get("/nothing")).response(204);

            client.send(get("/small.txt")).response(200);
        }
    }

    @Test
    void passesARedirectOn() throws Exception {
        WireMessage response = gateway.exchange(get("/moved"));

        assertThat(response.status()).isEqualTo(302);
        assertThat(response.value("location")).endsWith("/small.txt");
    }

    @Test
    void servesSlowly() throws Exception {
        try (RawPeer client = gateway.client()) {
            client.send(request("GET /slow/big.bin HTTP/1.1", "Range: bytes=0-3000000"));

            assertThat(client.head().value("content-length")).isEqualTo("3000001");
            client.skip(3_000_001);
        }
    }

    @Test
    void refusesAnUpload() throws Exception {
        // nginx answers at once and closes; the client still gets its answer
        try (RawPeer client = gateway.client()) {
            client.send(request("POST /small.txt HTTP/1.1", "Content-Length: 1000000"));
            client.send("x".repeat(100_000));

            assertThat(client.response().status()).isEqualTo(405);
        }
    }
}
