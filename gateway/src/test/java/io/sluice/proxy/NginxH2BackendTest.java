package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testing.Aside;
import io.sluice.testing.NginxBackend;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.Setup;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real server that speaks HTTP/2 behind the gateway, and clients of HTTP/1.1 before it. */
final class NginxH2BackendTest {
    private static final int CLIENTS = 50;
    private static final int REQUESTS = 100;

    private static NginxBackend nginx;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(NginxBackend.installedOrRequired(), "no nginx here");
        nginx = NginxBackend.start();
        gateway = RunningGateway.of(
                Setup.ofEndpoints(nginx.h2Endpoint()).upstream("protocol: h2").connections("max: 2"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (nginx != null) {
            gateway.close();
            nginx.close();
        }
    }

    /** It closes a connection after a thousand requests, so some are lost on the way and are sent again. */
    @Test
    void servesManyClientsOverTwoConnections() throws Exception {
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Aside.start(() -> {
                try (RawPeer client = gateway.client()) {
                    for (int request = 0; request < REQUESTS; request++) {
                        assertThat(client.send(get("/small.txt")).response(200).body())
                                .isEqualTo(NginxBackend.SMALL);
                    }
                }
            }));
        }
        for (CompletableFuture<Void> client : clients) {
            client.join();
        }
        assertThat(gateway.counted("sluice_pool_connections", "upstream", "backend", "endpoint", nginx.h2Endpoint()))
                .isBetween(1L, 2L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/big.bin", "/chunked/big.bin"})
    void servesAHundredMegabytesUnchanged(String path, @TempDir Path folder) throws Exception {
        Path got = folder.resolve("got");
        URI uri = URI.create("http://127.0.0.1:" + gateway.address().getPort() + path);
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            HttpResponse<Path> response =
                    http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofFile(got));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(Files.mismatch(got, nginx.file("big.bin"))).isEqualTo(-1);
        }
    }

    @Test
    void takesALongBodyThatItDoesNotWant() throws Exception {
        try (RawPeer client = gateway.client()) {
            CompletableFuture<Void> sending = Aside.start(() -> client.send(post("/small.txt", "x".repeat(1_000_000))));
            // nginx serves files to GET only
            assertThat(client.response(405).status()).isEqualTo(405);
            sending.cancel(true);
        }
    }

    @Test
    void answersWithoutABody() throws Exception {
        try (RawPeer client = gateway.client()) {
            assertThat(client.send(get("/nothing")).response(204).body()).isEmpty();
            assertThat(client.send(get("/moved")).response(302).value("location"))
                    .endsWith("/small.txt");
            client.send("HEAD /big.bin HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.head().value("content-length")).isEqualTo(Integer.toString(NginxBackend.BIG));
            assertThat(client.send(get("/small.txt")).response(200).body()).isEqualTo(NginxBackend.SMALL);
        }
    }
}
