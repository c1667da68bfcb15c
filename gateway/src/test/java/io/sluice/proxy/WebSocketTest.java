package io.sluice.proxy;

import static io.sluice.testing.HttpText.head;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A real WebSocket client through the gateway: RFC 6455. */
final class WebSocketTest {

    /** What a client heard. */
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                texts.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            texts.add("closed " + status);
            return null;
        }

        String next() throws InterruptedException {
            return texts.poll(10, TimeUnit.SECONDS);
        }
    }

    /** Accepts the handshake and sends each frame back, up to the close frame. */
    private static void echo(RawPeer connection) throws Exception {
        String key = connection.request().value("sec-websocket-key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        byte[] hash = MessageDigest.getInstance("SHA-1").digest(key.getBytes(ISO_8859_1));
        connection.send(head(
                "HTTP/1.1 101 Switching Protocols",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(hash)));
        boolean closing = false;
        while (!closing) {
            int first = connection.read(1).charAt(0);
            closing = (first & 0x0f) == 8;
            connection.send(frame(first, unmasked(connection)));
        }
    }

    private static String unmasked(RawPeer connection) throws Exception {
        int length = connection.read(1).charAt(0) & 0x7f;
        if (length == 126) {
            String bytes = connection.read(2);
            length = bytes.charAt(0) << 8 | bytes.charAt(1);
        }
        String mask = connection.read(4);
        char[] data = connection.read(length).toCharArray();
        for (int i = 0; i < data.length; i++) {
            data[i] ^= mask.charAt(i % 4);
        }
        return new String(data);
    }

    private static String frame(int first, String data) {
        String length = data.length() < 126
                ? Character.toString(data.length())
                : "~" + (char) (data.length() >> 8) + (char) (data.length() & 0xff);
        return (char) first + length + data;
    }

    @Test
    void talksBothWaysAndCloses() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.running(WebSocketTest::echo);
                RunningGateway gateway = RunningGateway.before(backend);
                HttpClient http = HttpClient.newHttpClient()) {
            Heard heard = new Heard();
            WebSocket socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + gateway.address().getPort() + "/chat"), heard)
                    .get(10, TimeUnit.SECONDS);

            for (int i = 0; i < 20; i++) {
                String said = "message " + i + " " + "x".repeat(i * 500);
                socket.sendText(said, true).get(10, TimeUnit.SECONDS);
                assertThat(heard.next()).isEqualTo(said);
            }
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
            assertThat(heard.next()).isEqualTo("closed 1000");
        }
    }
}
