package io.sluice.proxy;

import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Await;
import io.sluice.testing.H2Frame;
import io.sluice.testing.H2Peer;
import io.sluice.testing.H2Response;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients of HTTP/2 that cost more than they pay: they lose their connection, and others notice nothing. */
final class H2GuardTest {
    private static final int CALM = 11;
    private static final int WHOLE = H2Frame.END_HEADERS | H2Frame.END_STREAM;

    private ScriptedBackend backend;
    private RunningGateway gateway;
    private H2Peer honest;
    private H2Peer client;

    @BeforeEach
    void start() throws IOException {
        start("");
    }

    private void start(String listener) throws IOException {
        backend = ScriptedBackend.answering(request -> response("200 OK", "h".repeat(10_000)));
        gateway = RunningGateway.of(Setup.of(backend).connections("max: 200").listener(listener));
        honest = H2Peer.connect(gateway.address());
        honest.post(1, "/");
        client = H2Peer.connect(gateway.address());
    }

    @AfterEach
    void stop() throws Exception {
        honest.close();
        client.close();
        gateway.close();
        backend.close();
    }

    private void again(String listener) throws Exception {
        stop();
        start(listener);
    }

    /** Sends that many at once. */
    private void flood(int times, IntFunction<byte[]> frames) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            all.write(frames.apply(i));
        }
        client.raw(all.toByteArray());
    }

    private static byte[] frame(int type, int flags, int stream, byte... payload) {
        return new H2Frame(type, flags, stream, payload).bytes();
    }

    private static byte[] both(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** A head whose block refers to no table that changes. */
    private static byte[] head(int flags, int stream) {
        return frame(
                H2Frame.HEADERS, flags, stream, (byte) 0x83, (byte) 0x86, (byte) 0x84, (byte) 1, (byte) 1, (byte) 'a');
    }

    private void assertCalmed(String cause) throws Exception {
        assertThat(client.lost()).isEqualTo(CALM);
        assertCounted(cause);
        assertHonestGoesOn();
    }

    private void assertCounted(String cause) throws Exception {
        Await.until(
                cause,
                () -> gateway.counted("sluice_client_connections_ended_total", "listener", "web", "cause", cause) > 0);
    }

    private void assertHonestGoesOn() throws IOException {
        H2Response got = honest.data(1, "", true).response(1);
        assertThat(got.status()).isEqualTo(200);
        honest.assertAlive();
    }

    @Test
    void requestsThatAreResetAtOnce() throws Exception {
        flood(300, i -> both(head(WHOLE, 2 * i + 1), frame(H2Frame.RST_STREAM, 0, 2 * i + 1, H2Frame.ints(8))));
        assertCalmed("http2-resets");
    }

    @Test
    void requestsThatMustBeResetFromHere() throws Exception {
        flood(
                300,
                i -> both(
                        head(H2Frame.END_HEADERS, 2 * i + 1),
                        frame(H2Frame.WINDOW_UPDATE, 0, 2 * i + 1, H2Frame.ints(0))));
        assertCalmed("http2-faults");
    }

    @Test
    void requestsBeyondTheNumberAllowed() throws Exception {
        again("http2: { streams: 1 }");
        flood(300, i -> head(H2Frame.END_HEADERS, 2 * i + 1));
        assertCalmed("http2-excess");
    }

    @Test
    void aHeadInVeryManyPieces() throws Exception {
        client.raw(head(0, 1));
        flood(40, i -> frame(H2Frame.CONTINUATION, 0, 1, (byte) 0));
        assertCalmed("http2-blocks");
    }

    @Test
    void aHeadThatDoesNotEnd() throws Exception {
        client.raw(head(0, 1));
        flood(20, i -> frame(H2Frame.CONTINUATION, 0, 1, new byte[16_000]));
        assertCalmed("http2-blocks");
    }

    @Test
    void settings() throws Exception {
        flood(300, i -> frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(3, i)));
        assertCalmed("http2-settings");
    }

    @Test
    void pings() throws Exception {
        flood(500, i -> frame(H2Frame.PING, 0, 0, new byte[8]));
        assertCalmed("http2-pings");
    }

    @Test
    void framesWithoutContent() throws Exception {
        client.raw(head(H2Frame.END_HEADERS, 1));
        flood(500, i -> frame(H2Frame.DATA, 0, 1));
        assertCalmed("http2-empty");
    }

    @Test
    void windowsOpenedByteByByte() throws Exception {
        client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(4, 0)).keepingWindows();
        client.raw(head(WHOLE, 1)).await(H2Frame.HEADERS);
        Await.until("something waits", () -> backend.requests().size() == 1);
        flood(2500, i -> frame(H2Frame.WINDOW_UPDATE, 0, 1, H2Frame.ints(1)));
        assertCalmed("http2-windows");
    }

    @Test
    void framesThatSayNothing() throws Exception {
        flood(2500, i -> frame(H2Frame.PRIORITY, 0, 1, new byte[5]));
        assertCalmed("http2-ignored");
    }

    @Test
    void aHeadThatUnfoldsToMegabytesCostsNoMoreThanItsBytes() throws Exception {
        byte[] bomb = new byte[12_000];
        byte[] put = {(byte) 0x83, (byte) 0x86, (byte) 0x84, 1, 1, 'a', 0x40, 1, 'x', 0x7f, (byte) 0x81, 0x1d};
        Arrays.fill(bomb, (byte) 0xbe);
        System.arraycopy(put, 0, bomb, 0, put.length);
        // a value of 3840 bytes, and then 8148 times the same again
        Arrays.fill(bomb, put.length, put.length + 3840, (byte) 'v');
        client.frame(H2Frame.HEADERS, WHOLE, 1, bomb);
        assertThat(client.response(1).status()).isEqualTo(431);
        flood(400, i -> frame(H2Frame.HEADERS, WHOLE, 2 * i + 3, bomb));
        assertCalmed("http2-blocks");
    }

    @Test
    void answersForWhichNoWindowIsOpened() throws Exception {
        again("timeouts: { send: 300ms }");
        client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(4, 0)).keepingWindows();
        client.get(1, "/").get(3, "/");
        assertThat(client.resetOf(1)).isEqualTo(8);
        assertThat(client.resetOf(3)).isEqualTo(8);
        assertCounted("http2-stalled");
        client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(4, 65535));
        assertThat(client.get(5, "/").response(5).body()).hasSize(10_000);
        assertHonestGoesOn();
    }
}
