package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectRefusal;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sluice.http.Failure;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a listener takes of clients. */
final class ListenerLimitsTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> ok(request.body()));

    ListenerLimitsTest() throws IOException {}

    private RunningGateway limited(String limits) throws IOException {
        return RunningGateway.of(Setup.of(backend).listener("limits: { " + limits + " }"));
    }

    @Test
    void bindsHeadsByTheirBytes() throws Exception {
        try (RunningGateway gateway = limited("head: 1KiB");
                RawPeer good = gateway.client();
                RawPeer large = gateway.client();
                RawPeer lengthy = gateway.client()) {
            good.send(request("GET / HTTP/1.1", "X: " + "a".repeat(900))).response(200);

            large.send(request("GET / HTTP/1.1", "X: " + "a".repeat(1100)));
            expectRefusal(large, Failure.REQUEST_HEAD_LARGE);

            lengthy.send(get("/" + "a".repeat(1100)));
            expectRefusal(lengthy, Failure.REQUEST_TARGET_LONG);
        }
    }

    @Test
    void bindsHeadsByTheirFields() throws Exception {
        try (RunningGateway gateway = limited("fields: 3");
                RawPeer good = gateway.client();
                RawPeer many = gateway.client()) {
            good.send(request("GET / HTTP/1.1", "A: 1", "B: 2")).response(200);

            many.send(request("GET / HTTP/1.1", "A: 1", "B: 2", "C: 3"));
            expectRefusal(many, Failure.REQUEST_FIELDS_MANY);
        }
    }

    @Test
    void answersALargeUploadThatIsRefusedBeforeItHasRead() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).route("limits: { body: 1MiB }"));
                RawPeer client = gateway.client()) {
            // many clients read only when all is sent
            client.send(post("/", "x".repeat(8_000_000)));

            expectRefusal(client, Failure.REQUEST_BODY_LARGE);
        }
    }

    @Test
    void listensOnIpv6() throws Exception {
        assumeThat(hasIpv6()).as("IPv6 on loopback").isTrue();
        String yaml = Setup.of(backend).yaml().replace("127.0.0.1:0", "[::1]:0");
        try (RunningGateway gateway = RunningGateway.of(yaml)) {
            assertThat(gateway.exchange(get("/")).status()).isEqualTo(200);

            assertThat(backend.request().value("x-forwarded-for")).matches("(0:0:0:0:0:0:0:1|::1)");
            assertThat(backend.request().value("forwarded")).containsPattern("for=\"\\[(0:0:0:0:0:0:0:1|::1)]\"");
        }
    }

    private static boolean hasIpv6() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("::1"), 0))) {
            return socket.isBound();
        } catch (SocketException none) {
            return false;
        }
    }
}
