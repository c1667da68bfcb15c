package io.sluice.bench.models;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolTest {
    private static final int ROUNDS = 50;
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII);
    private static final int ANSWER = Requests.answer().length;

    @Test
    void aConnectionBeyondThePoolIsAnsweredOnlyWhenAnotherOneCloses() throws Exception {
        List<Socket> clients = new ArrayList<>();
        try (Server server = Model.POOL.serve(0)) {
            for (int i = 0; i < Model.POOL_THREADS; i++) {
                clients.add(connect(server));
                ask(clients.getLast());
            }
            Socket late = connect(server);
            clients.add(late);
            late.getOutputStream().write(REQUEST);
            for (int i = 0; i < ROUNDS * Model.POOL_THREADS; i++) {
                ask(clients.get(i % Model.POOL_THREADS));
            }
            assertThat(late.getInputStream().available()).isZero();

            clients.getFirst().close();

            assertThat(late.getInputStream().readNBytes(ANSWER)).hasSize(ANSWER);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private static Socket connect(Server server) throws IOException {
        Socket socket = new Socket(Server.loopback(0).getAddress(), server.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void ask(Socket client) throws IOException {
        client.getOutputStream().write(REQUEST);
        assertThat(client.getInputStream().readNBytes(ANSWER)).hasSize(ANSWER);
    }
}
