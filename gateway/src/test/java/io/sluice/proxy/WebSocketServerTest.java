package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Await;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.Setup;
import io.sluice.testing.WebSocketBackend;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real WebSocket server behind the gateway and a real client before it: the JDK's and Tomcat's, RFC 6455. */
final class WebSocketServerTest {
    private static final int MANY = 300;
    private static final int MEGABYTE = 1 << 20;
    private static final int PATIENCE = 20;

    @AutoClose
    private final WebSocketBackend backend = WebSocketBackend.start(2 * MANY);

    @AutoClose
    private final HttpClient http = HttpClient.newHttpClient();

    WebSocketServerTest() throws IOException {}

    static List<String> transports() {
        return TransportTest.transports().toList();
    }

    private RunningGateway gateway(String top) throws IOException {
        return RunningGateway.of(
                Setup.ofEndpoints(backend.endpoint()).top(top).connections("max: " + 2 * MANY + ", queueTimeout: 30s"));
    }

    /** What a client heard, in turn. */
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<Object> all = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private ByteBuffer binary = ByteBuffer.allocate(0);

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                all.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            binary = ByteBuffer.allocate(binary.capacity() + data.remaining())
                    .put(binary)
                    .put(data)
                    .flip();
            if (last) {
                all.add(binary);
                binary = ByteBuffer.allocate(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
            all.add("pong " + StandardCharsets.UTF_8.decode(data));
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            all.add("close " + status + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            all.add("error " + error);
        }

        Object next() throws InterruptedException {
            Object next = all.poll(PATIENCE, TimeUnit.SECONDS);
            return next == null ? "nothing" : next;
        }
    }

    private record Client(WebSocket socket, Heard heard) {
        void text(String part, boolean last) throws Exception {
            socket.sendText(part, last).get(PATIENCE, TimeUnit.SECONDS);
        }
    }

    private CompletableFuture<Client> open(RunningGateway gateway) {
        Heard heard = new Heard();
        URI uri = URI.create("ws://127.0.0.1:" + gateway.address().getPort() + "/echo");
        return http.newWebSocketBuilder().buildAsync(uri, heard).thenApply(socket -> new Client(socket, heard));
    }

    private Client client(RunningGateway gateway) throws Exception {
        return open(gateway).get(PATIENCE, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void exchangesMessagesOfEveryKind(String transport) throws Exception {
        try (RunningGateway gateway = gateway("transport: " + transport)) {
            Client client = client(gateway);
            client.text("whole", true);
            assertThat(client.heard.next()).isEqualTo("whole");

            client.text("in ", false);
            client.text("many ", false);
            client.text("fragments", true);
            assertThat(client.heard.next()).isEqualTo("in many fragments");

            byte[] bytes = {0, -1, 'G', 'E', 'T', '\r', '\n'};
            client.socket.sendBinary(ByteBuffer.wrap(bytes), true).get(PATIENCE, TimeUnit.SECONDS);
            assertThat(client.heard.next()).isEqualTo(ByteBuffer.wrap(bytes));

            client.socket.sendPing(ByteBuffer.wrap(new byte[] {'h', 'i'})).get(PATIENCE, TimeUnit.SECONDS);
            assertThat(client.heard.next()).isEqualTo("pong hi");
            client.text("ping", true);
            assertThat(backend.heard()).isEqualTo("pong asked");

            client.socket.sendClose(4001, "enough").get(PATIENCE, TimeUnit.SECONDS);
            assertThat(backend.heard()).isEqualTo("close 4001");
            Await.until("it is gone", () -> gateway.connections().total() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1011, 3000, 4999})
    void passesTheServersCloseOn(int code) throws Exception {
        try (RunningGateway gateway = gateway("")) {
            Client client = client(gateway);
            client.text("close " + code, true);

            assertThat(client.heard.next()).isEqualTo("close " + code + " as asked");
            Await.until("it is gone", () -> gateway.connections().total() == 0);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void exchangesLargeMessages(String transport) throws Exception {
        try (RunningGateway gateway = gateway("transport: " + transport)) {
            Client client = client(gateway);
            byte[] bytes = new byte[MEGABYTE];
            new Random(3).nextBytes(bytes);
            for (int i = 0; i < 4; i++) {
                client.socket.sendBinary(ByteBuffer.wrap(bytes), true).get(PATIENCE, TimeUnit.SECONDS);
                assertThat(client.heard.next()).isEqualTo(ByteBuffer.wrap(bytes));
            }
            String text = "0123456789abcdef".repeat(MEGABYTE / 16);
            for (int at = 0; at < MEGABYTE; at += MEGABYTE / 8) {
                client.text(text.substring(at, at + MEGABYTE / 8), at + MEGABYTE / 8 == MEGABYTE);
            }
            assertThat(client.heard.next()).isEqualTo(text);
            client.socket.abort();
        }
    }

    @Test
    void holdsManyThatAreIdle() throws Exception {
        try (RunningGateway gateway = gateway("")) {
            List<CompletableFuture<Client>> opening = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                opening.add(open(gateway));
            }
            List<Client> clients = new ArrayList<>();
            for (CompletableFuture<Client> one : opening) {
                clients.add(one.get(PATIENCE, TimeUnit.SECONDS));
            }
            assertThat(gateway.connections().tunnel()).isEqualTo(MANY);
            assertThat(gateway.connections().total()).isEqualTo(MANY);
            // which knows of one when it has answered
            Await.until("open in the server", () -> backend.open() == MANY);

            for (int i = 0; i < MANY; i++) {
                clients.get(i).text("still " + i, true);
            }
            for (int i = 0; i < MANY; i++) {
                assertThat(clients.get(i).heard.next()).isEqualTo("still " + i);
            }
            for (Client client : clients) {
                client.socket.abort();
            }
            Await.until("all are gone", () -> gateway.connections().total() == 0);
            Await.until("of the server, too", () -> backend.open() == 0);
        }
    }
}
