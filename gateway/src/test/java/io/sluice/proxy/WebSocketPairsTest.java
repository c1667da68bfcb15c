package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.testing.Await;
import io.sluice.testing.JettyBackend;
import io.sluice.testing.JettyWebSockets;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real client and a real server of WebSocket, Jetty's, in all four pairs of protocols: RFC 6455 and RFC 8441. */
final class WebSocketPairsTest {
    private static final int MEGABYTE = 1 << 20;
    private static final int MANY = 100;

    @AutoClose
    private final JettyBackend backend = JettyBackend.start();

    WebSocketPairsTest() throws IOException {}

    private RunningGateway gateway(String protocol) throws IOException {
        return RunningGateway.of(Setup.ofEndpoints(backend.endpoint())
                .upstream("protocol: " + protocol)
                .connections("max: " + (protocol.equals("h2") ? "1" : "200")));
    }

    @ParameterizedTest
    @CsvSource({"false, http1", "false, h2", "true, http1", "true, h2"})
    void exchangeMessagesOfEveryKind(boolean http2, String upstream) throws Exception {
        try (RunningGateway gateway = gateway(upstream);
                JettyWebSockets clients = new JettyWebSockets(http2)) {
            JettyWebSockets.Open socket = clients.open(gateway.address(), "/echo");
            assertThat(socket.subProtocol()).isEqualTo("chat");
            assertThat(socket.text("hello").next()).isEqualTo("hello");
            assertThat(socket.text("").next()).isEqualTo("");
            byte[] bytes = {0, -1, 'G', 'E', 'T', '\r', '\n'};
            assertThat(socket.binary(bytes).next()).isEqualTo(ByteBuffer.wrap(bytes));
            assertThat(socket.ping("hi").next()).isEqualTo("pong hi");
            assertThat(gateway.connections().tunnel()).isEqualTo(1);

            socket.close(4001, "enough");
            backend.awaitClosed("4001 enough");
            assertThat(socket.next()).isEqualTo("closed 4001 enough");
            Await.until("it is over", () -> gateway.connections().tunnel() == 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, http1", "false, h2", "true, http1", "true, h2"})
    void exchangeLargeMessages(boolean http2, String upstream) throws Exception {
        try (RunningGateway gateway = gateway(upstream);
                JettyWebSockets clients = new JettyWebSockets(http2)) {
            JettyWebSockets.Open socket = clients.open(gateway.address(), "/echo");
            byte[] bytes = new byte[MEGABYTE];
            new Random(5).nextBytes(bytes);
            for (int i = 0; i < 4; i++) {
                assertThat(socket.binary(bytes).next()).isEqualTo(ByteBuffer.wrap(bytes));
            }
            String text = "0123456789abcdef".repeat(MEGABYTE / 16);
            assertThat(socket.text(text).next()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, http1", "false, h2", "true, http1", "true, h2"})
    void areManyAtOnce(boolean http2, String upstream) throws Exception {
        try (RunningGateway gateway = gateway(upstream);
                JettyWebSockets clients = new JettyWebSockets(http2)) {
            List<JettyWebSockets.Open> open = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                open.add(clients.open(gateway.address(), "/echo"));
            }
            for (int i = 0; i < MANY; i++) {
                open.get(i).text("still " + i);
            }
            for (int i = 0; i < MANY; i++) {
                assertThat(open.get(i).next()).isEqualTo("still " + i);
            }
            assertThat(gateway.connections().tunnel()).isEqualTo(http2 ? 1 : MANY);
            for (JettyWebSockets.Open one : open) {
                one.disconnect();
            }
            Await.until("all are over", () -> gateway.connections().tunnel() == 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, http1", "false, h2", "true, http1", "true, h2"})
    void areRefusedByTheServer(boolean http2, String upstream) throws Exception {
        try (RunningGateway gateway = gateway(upstream);
                JettyWebSockets clients = new JettyWebSockets(http2)) {
            assertThatThrownBy(() -> clients.open(gateway.address(), "/nothing"))
                    .hasMessageContaining("404");
            assertThat(clients.open(gateway.address(), "/echo").text("well").next())
                    .isEqualTo("well");
        }
    }
}
