package io.sluice.proxy;

import static io.sluice.testing.HttpText.chunk;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each event reaches the client before the next one is sent: nothing is held back for more, however the response is framed. */
final class ServerSentEventsTest {
    private static final int EVENTS = 50;
    private static final String[] STREAM = {"Content-Type: text/event-stream", "Cache-Control: no-cache"};
    private static final int LONG = 4 << 20;

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    ServerSentEventsTest() throws IOException {}

    static Stream<String> transports() {
        return TransportTest.transports();
    }

    private RunningGateway gateway(String transport) throws IOException {
        return RunningGateway.of(Setup.of(backend).top("transport: " + transport));
    }

    private static String event(int i) {
        return "id: " + (100 + i) + "\ndata: { \"tick\": " + (100 + i) + " }\n\n";
    }

    @ParameterizedTest
    @MethodSource("transports")
    void flowThroughChunks(String transport) throws Exception {
        try (RunningGateway gateway = gateway(transport);
                RawPeer client = gateway.client()) {
            client.send(get("/events"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(
                    head("HTTP/1.1 200 OK", STREAM).replaceFirst("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n"));
            assertThat(client.head().value("transfer-encoding")).isEqualTo("chunked");
            for (int i = 0; i < EVENTS; i++) {
                upstream.send(chunk(event(i)));
                assertThat(client.read(chunk(event(i)).length())).isEqualTo(chunk(event(i)));
            }
            upstream.send("0\r\n\r\n");
            assertThat(client.read(5)).isEqualTo("0\r\n\r\n");

            // and the connections are good for more
            client.send(get("/next"));
            upstream.request();
            upstream.send(ok("next"));
            assertThat(client.response(200).body()).isEqualTo("next");
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void flowThroughAChunkThatIsNotComplete(String transport) throws Exception {
        try (RunningGateway gateway = gateway(transport);
                RawPeer client = gateway.client()) {
            client.send(get("/events"));
            RawPeer upstream = backend.accept();
            upstream.request();
            String length = Integer.toHexString(event(0).length() * EVENTS);
            upstream.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + length + "\r\n");
            client.head();
            for (int i = 0; i < EVENTS; i++) {
                upstream.send(event(i));
                assertThat(client.read(chunk(event(i)).length())).isEqualTo(chunk(event(i)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void flowUntilTheEndpointCloses(String transport) throws Exception {
        try (RunningGateway gateway = gateway(transport);
                RawPeer client = gateway.client();
                RawPeer old = gateway.client()) {
            client.send(get("/events"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(head("HTTP/1.1 200 OK", STREAM));
            assertThat(client.head().value("transfer-encoding")).isEqualTo("chunked");
            for (int i = 0; i < EVENTS; i++) {
                upstream.send(event(i));
                assertThat(client.read(chunk(event(i)).length())).isEqualTo(chunk(event(i)));
            }
            upstream.close();
            assertThat(client.read(5)).isEqualTo("0\r\n\r\n");

            // to a client that knows no chunks they go as they come
            old.send(head("GET /events HTTP/1.0", "Host: a"));
            upstream = backend.accept();
            upstream.request();
            upstream.send(head("HTTP/1.1 200 OK", STREAM));
            old.head();
            for (int i = 0; i < EVENTS; i++) {
                upstream.send(event(i));
                assertThat(old.read(event(i).length())).isEqualTo(event(i));
            }
            upstream.close();
            old.expectEnd();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void flowThroughALongBodyThatTheKernelMoves(String transport) throws Exception {
        try (RunningGateway gateway = gateway(transport);
                RawPeer client = gateway.client()) {
            RawPeer upstream = null;
            // the second time less is read at first
            for (int round = 0; round < 2; round++) {
                client.send(get("/long"));
                upstream = upstream == null ? backend.accept() : upstream;
                upstream.request();
                upstream.send(head("HTTP/1.1 200 OK", "Content-Length: " + LONG) + event(0));
                client.head();
                assertThat(client.read(event(0).length())).isEqualTo(event(0));
                for (int i = 1; i < EVENTS; i++) {
                    upstream.send(event(i));
                    assertThat(client.read(event(i).length())).isEqualTo(event(i));
                }
                int rest = LONG - EVENTS * event(0).length();
                RawPeer sender = upstream;
                Thread sending = Thread.ofVirtual().start(() -> send(sender, new byte[rest]));
                client.skip(rest);
                sending.join();
            }
            client.send(get("/events"));
            upstream.request();
            upstream.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"));
            client.head();
            for (int i = 0; i < EVENTS; i++) {
                upstream.send(chunk(event(i)));
                assertThat(client.read(chunk(event(i)).length())).isEqualTo(chunk(event(i)));
            }
        }
    }

    private static void send(RawPeer to, byte[] bytes) {
        try {
            to.send(bytes);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void flowToARealClient(String transport) throws Exception {
        try (RunningGateway gateway = gateway(transport);
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            URI uri = URI.create("http://127.0.0.1:" + gateway.address().getPort() + "/events");
            var answer = http.sendAsync(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofLines());
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"));
            Iterator<String> lines = answer.join().body().iterator();
            for (int i = 0; i < EVENTS; i++) {
                upstream.send(chunk("data: " + i + "\n\n"));
                assertThat(lines.next()).isEqualTo("data: " + i);
                assertThat(lines.next()).isEmpty();
            }
            upstream.send("0\r\n\r\n");
            assertThat(lines.hasNext()).isFalse();
        }
    }
}
