package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HostPort;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DemoBackendTest {
    private DemoBackend backend;

    @BeforeEach
    void start() throws IOException {
        backend = new DemoBackend(new HostPort("127.0.0.1", 0));
    }

    @AfterEach
    void stop() throws IOException {
        backend.close();
    }

    @Test
    void saysWhichThreadAnswersAndWhatItsConnectionHasCarried() throws IOException {
        try (RawPeer client = client()) {
            client.send(HttpText.get("/")).response(200);
            String body = client.send(HttpText.get("/")).response(200).body();

            assertThat(body).contains("\"thread\": \"worker-", "\"connection\": 1,", "\"requestsOnConnection\": 2}");
        }
    }

    @Test
    void showsAPageToABrowser() throws IOException {
        try (RawPeer client = client()) {
            WireMessage response = client.send(HttpText.request("GET / HTTP/1.1", "Accept: text/html"))
                    .response(200);

            assertThat(response.value("content-type")).isEqualTo("text/html; charset=utf-8");
            assertThat(response.body()).contains("worker-", "carried 1 request(s)");
        }
    }

    @Test
    void servesNobodyElseWhileFiveClientsStayConnected() throws IOException {
        List<RawPeer> idle = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RawPeer client = client();
            client.send(HttpText.get("/")).response(200);
            idle.add(client);
        }
        try (RawPeer sixth = client()) {
            sixth.send(HttpText.get("/"));
            idle.getFirst().close();

            assertThat(sixth.response(200).body()).contains("\"connection\": 6,");
        }
        for (RawPeer client : idle) {
            client.close();
        }
    }

    @Test
    void echoesTheRequestAsReceived() throws IOException {
        try (RawPeer client = client()) {
            client.send(HttpText.postChunked("/echo?a=b", "hello ", "world"));

            assertThat(client.response(200).body())
                    .isEqualTo(
                            "POST /echo?a=b HTTP/1.1\nHost: example.test\nTransfer-Encoding: chunked\n\nhello world");
            assertThat(client.send(HttpText.post("/echo", "more")).response(200).body())
                    .endsWith("\n\nmore");
        }
    }

    @Test
    void streamsInPieces() throws IOException {
        try (RawPeer client = client()) {
            WireMessage response = client.send(HttpText.get("/stream")).response(200);

            assertThat(response.value("transfer-encoding")).isEqualTo("chunked");
            assertThat(response.body()).startsWith("piece 1 of 10\n").endsWith("piece 10 of 10\n");
        }
    }

    @Test
    void closesAfterARequestThatAsksForIt() throws IOException {
        try (RawPeer client = client()) {
            client.send(HttpText.request("GET / HTTP/1.1", "Connection: close"));

            assertThat(client.response(200).value("connection")).isEqualTo("close");
            client.expectEnd();
        }
    }

    private RawPeer client() throws IOException {
        return RawPeer.connect(backend.address());
    }
}
