package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** The backend of {@code bench/run stale} closes when it should, and counts what it carries out. */
class RudeBackendTest {
    private static final int TRIES = 200;

    /** Requests on one connection until it is closed; returns how many were answered. */
    private static int answered(int port, String method, int most) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.setSoTimeout(10_000);
            for (int i = 0; i < most; i++) {
                socket.getOutputStream().write(PlainMessage.bytes(method + " /same HTTP/1.1\r\nHost: a\r\n\r\n"));
                PlainMessage response = PlainMessage.head(socket.getInputStream());
                if (response == null) {
                    return i;
                }
                socket.getInputStream().skipNBytes(method.equals("HEAD") ? 0 : response.length());
            }
            return most;
        } catch (IOException reset) {
            return -1;
        }
    }

    private static int port() throws IOException {
        try (Ports ports = new Ports()) {
            return ports.take();
        }
    }

    @Test
    void closesBehindTheSeventhResponse() throws Exception {
        int port = port();
        try (RudeBackend backend = new RudeBackend(Rude.EVERY_SEVENTH, port)) {
            assertThat(answered(port, "GET", 7)).isEqualTo(7);
            assertThat(answered(port, "GET", 8)).isIn(7, -1);
            assertThat(backend.connections()).isEqualTo(2);
        }
    }

    @Test
    void closesBehindAHead() throws Exception {
        int port = port();
        try (RudeBackend backend = new RudeBackend(Rude.AFTER_HEAD, port)) {
            assertThat(answered(port, "GET", 20)).isEqualTo(20);
            assertThat(answered(port, "HEAD", 2)).isIn(1, -1);
            assertThat(backend.runTwice()).isZero();
        }
    }

    @Test
    void closesOnARequestThatIsNotTheFirst() throws Exception {
        int port = port();
        try (RudeBackend backend = new RudeBackend(Rude.AT_LEASE, port)) {
            assertThat(answered(port, "GET", 1)).isEqualTo(1);
            assertThat(answered(port, "GET", TRIES)).isPositive().isLessThan(TRIES);
            assertThat(backend.connections()).isEqualTo(2);
        }
    }

    @Test
    void countsWhatWasCarriedOutTwice() throws Exception {
        int port = port();
        try (RudeBackend backend = new RudeBackend(Rude.AFTER_IDLE, port)) {
            assertThat(answered(port, "POST", 1)).isEqualTo(1);
            assertThat(backend.runTwice()).isZero();
            assertThat(answered(port, "POST", 1)).isEqualTo(1);
            assertThat(backend.runTwice()).isEqualTo(1);
        }
    }
}
