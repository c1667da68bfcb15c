package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.sluice.testing.Await;
import io.sluice.testing.H2Frame;
import io.sluice.testing.H2Peer;
import io.sluice.testing.HeapBytes;
import io.sluice.testing.ProxyText;
import io.sluice.testing.RunningGateway;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the gateway says that a parked connection weighs is what the heap grows by. */
final class ParkedBytesTest {
    /** Netty's table of registrations grows by steps: from the one to the other it grows by what its share is on average. */
    private static final int BEFORE = 384;

    private static final int ALL = 1408;

    /** With four times as many, the loop knows before as many addresses as it keeps: they weigh nothing then. */
    private static final int EXACT = 4;

    /** Clients are bare descriptors, so that all that the heap grows by is the gateway's. */
    private final int[] clients = new int[ALL * EXACT];

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(1024);
    private String request = get("/");
    /** Sent before the first request. */
    private String greeting = "";

    private int made;
    private int opened;

    static Stream<String> transports() {
        return TransportTest.transports();
    }

    @AfterEach
    void close() throws IOException {
        for (int i = 0; i < made; i++) {
            new FileDescriptor(clients[i]).close();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void isWhatTheHeapGrowsBy(String transport) throws Exception {
        weigh("transport: " + transport, "", transport.equals("epoll") ? EXACT : 1);
    }

    @Test
    void hasTheCountOfItsAddressInIt() throws Exception {
        weigh("", "limits: { connectionsPerAddress: 10000 }", EXACT);
    }

    @Test
    void hasTheAddressInItThatAProxyTold() throws Exception {
        greeting = ProxyText.v1("192.0.2.1", 1);
        weigh("", "proxyProtocol: { from: 127.0.0.0/8 }", EXACT);
    }

    /** Each by its tables: a client fills the one for requests, if it wants. */
    @Test
    void hasTheTablesOfHttp2InIt() throws Exception {
        byte[] block;
        try (RunningGateway gateway = RunningGateway.of(yaml("", ""));
                H2Peer peer = H2Peer.connect(gateway.address())) {
            block = peer.requestBlock("GET", "/some/path", "user-agent: " + "a".repeat(300), "accept: text/html");
        }
        ByteBuffer all = ByteBuffer.allocate(1024)
                .put(H2Peer.PREFACE.getBytes(ISO_8859_1))
                .put(new H2Frame(H2Frame.SETTINGS, 0, 0, new byte[0]).bytes())
                .put(new H2Frame(H2Frame.HEADERS, H2Frame.END_HEADERS | H2Frame.END_STREAM, 1, block).bytes());
        request = new String(all.array(), 0, all.position(), ISO_8859_1);
        weigh("", "timeouts: { send: 1s }", EXACT);
    }

    private void weigh(String top, String listener, int times) throws Exception {
        assumeThat(Epoll.isAvailable()).as("bare descriptors").isTrue();
        assumeThat(Places.descriptors()).isGreaterThan(3L * ALL * times);
        bytes.put((greeting + request).getBytes(ISO_8859_1));
        try (RunningGateway gateway = RunningGateway.of(yaml(top, listener))) {
            // before the first is accepted: the gateway keys addresses by descriptors, which are now without gaps
            for (; made < ALL * times; made++) {
                clients[made] = Socket.newSocketStream().intValue();
            }
            exchange(gateway, BEFORE * times);
            long before = HeapBytes.alive();
            exchange(gateway, ALL * times);
            long grown = HeapBytes.alive() - before;

            long parkedBytes = gateway.counted("sluice_client_parked_bytes", "listener", "web");
            assertThat(grown / (made - BEFORE * times)).isCloseTo(parkedBytes / made, Percentage.withPercentage(10));
        }
    }

    private static String yaml(String top, String listener) {
        return """
                threads: 1
                %s
                listeners: { web: { bind: "127.0.0.1:0", %s } }
                routes: [ { name: all, respond: { status: 204 } } ]
                """.formatted(top, listener);
    }

    /** One on each client that has none yet, until there are so many; the answers stay in the kernel. */
    private void exchange(RunningGateway gateway, int until) throws Exception {
        for (; opened < until; opened++) {
            Socket client = new Socket(clients[opened]);
            boolean connected = client.connect(gateway.address());
            while (!connected) {
                connected = client.finishConnect();
            }
            assertThat(client.send(bytes, 0, bytes.position())).isEqualTo(bytes.position());
        }
        Await.until("all are parked", () -> gateway.connections().parked() == until);
    }
}
