package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.proxy.Refusals.expectRefusal;
import static io.sluice.testing.HttpText.chunk;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.Flood;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * What happens when somebody takes too long. Only the effect is asserted, never how long it took; where a test sleeps it
 * plays a peer that is slow.
 */
final class TimeoutTest {
    /** Longer than any timeout that a slow but steady peer must not run into. */
    private static final int LESS_THAN_IDLE_MILLIS = 60;

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    private final Setup setup = Setup.of(backend);

    TimeoutTest() throws IOException {}

    // ---- upstream

    @Test
    void connectGives504() throws Exception {
        List<Socket> fillers = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RunningGateway gateway = RunningGateway.of(
                        Setup.ofEndpoints("127.0.0.1:" + full.getLocalPort()).connections("connectTimeout: 100ms"));
                RawPeer client = gateway.client()) {
            fill(full, fillers);

            client.send(get("/"));

            expectFailure(client, Failure.CONNECT_TIMEOUT);
        } finally {
            for (Socket filler : fillers) {
                filler.close();
            }
        }
    }

    /** Connects until the kernel takes no more connections for somebody who never accepts. */
    private static void fill(ServerSocket server, List<Socket> fillers) throws IOException {
        while (true) {
            Socket filler = new Socket();
            fillers.add(filler);
            try {
                filler.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), 100);
            } catch (SocketTimeoutException full) {
                return;
            }
        }
    }

    @Test
    void responseHeadGives504() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup.route("timeouts: { responseHead: 100ms }"));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();

            expectFailure(client, Failure.RESPONSE_HEAD_TIMEOUT);
            upstream.expectGone();
        }
    }

    @Test
    void halfAResponseHeadGives504() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup.route("timeouts: { responseHead: 100ms }"));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send("HTTP/1.1 200 OK\r\nContent-Le");

            expectFailure(client, Failure.RESPONSE_HEAD_TIMEOUT);
            upstream.expectGone();
        }
    }

    @Test
    void responseHeadDoesNotCountWhileTheRequestIsUnderWay() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(
                        setup.route("timeouts: { responseHead: 50ms, bodyIdle: 5s }, limits: { requestBuffer: 0B }"));
                RawPeer client = gateway.client()) {
            client.send(request("POST / HTTP/1.1", "Content-Length: 3"));
            RawPeer upstream = backend.accept();
            upstream.head();
            for (int i = 0; i < 3; i++) {
                Thread.sleep(100);
                client.send("x");
                assertThat(upstream.read(1)).isEqualTo("x");
            }
            upstream.send(ok("ok"));

            client.response(200);
        }
    }

    @Test
    void responseBodyCutsTheClientOff() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup.route("timeouts: { bodyIdle: 100ms }"));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + chunk("start"));
            client.head();
            assertThat(client.read(10)).isEqualTo(chunk("start"));

            assertThat(client.readUntilGone()).isEmpty();
            upstream.expectGone();
        }
    }

    @Test
    void aSteadyResponseIsNotCutOff() throws Exception {
        try (RunningGateway gateway =
                        RunningGateway.of(setup.route("timeouts: { bodyIdle: 600ms, responseHead: 600ms }"));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(head("HTTP/1.1 200 OK", "Content-Length: 20"));
            client.head();
            for (int i = 0; i < 20; i++) {
                Thread.sleep(LESS_THAN_IDLE_MILLIS);
                upstream.send("x");
                assertThat(client.read(1)).isEqualTo("x");
            }
        }
    }

    // ---- client

    @Test
    void requestHeadGives408() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup.listener("timeouts: { head: 100ms }"));
                RawPeer client = gateway.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a");

            expectRefusal(client, Failure.REQUEST_HEAD_TIMEOUT);
            assertThat(backend.connections()).isZero();
        }
    }

    @Test
    void requestHeadIsNotProlongedByMoreBytes() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup.listener("timeouts: { head: 100ms }"));
                RawPeer client = gateway.client()) {
            for (int i = 0; i < 10; i++) {
                client.send("GET / HTTP/1.1".substring(i, i + 1));
                Thread.sleep(LESS_THAN_IDLE_MILLIS / 3);
            }

            expectRefusal(client, Failure.REQUEST_HEAD_TIMEOUT);
        }
    }

    @Test
    void aClientThatNeverSaysAnythingIsClosed() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup.listener("timeouts: { head: 100ms }"));
                RawPeer client = gateway.client()) {
            assertThat(client.readUntilGone()).isEmpty();
        }
    }

    @Test
    void anIdleClientIsClosed() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup.listener("timeouts: { idle: 100ms }"));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(ok("ok"));
            client.response(200);

            // not by a reset, which could take the answer out of its hands
            client.expectEnd();
        }
    }

    @Test
    void aClientThatWaitsForItsAnswerIsNotIdle() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup.listener("timeouts: { idle: 50ms, head: 50ms }"));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();
            Thread.sleep(300);
            upstream.send(ok("at last"));

            assertThat(client.response(200).body()).isEqualTo("at last");
        }
    }

    @Test
    void requestBodyGives408() throws Exception {
        String route = "timeouts: { bodyIdle: 100ms }, limits: { requestBuffer: 0B }";
        try (RunningGateway gateway = RunningGateway.of(setup.route(route));
                RawPeer client = gateway.client()) {
            client.send(request("POST / HTTP/1.1", "Content-Length: 10") + "half");
            RawPeer upstream = backend.accept();
            upstream.head();

            expectRefusal(client, Failure.REQUEST_BODY_TIMEOUT);
            assertThat(upstream.readUntilGone()).isEqualTo("half");
        }
    }

    @Test
    void aClientThatDoesNotReadIsCutOff() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup.route("timeouts: { bodyIdle: 700ms }"));
                RawPeer client = RawPeer.connect(gateway.address(), 64 * 1024)) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(head("HTTP/1.1 200 OK", "Content-Length: 1000000000"));
            Flood.into(upstream, new byte[1_000_000], 1000).awaitStalled();

            upstream.expectGone();
            client.expectGone();
        }
    }

    // ---- the whole exchange

    @Test
    void exchangeGives504WhileTheResponseIsAwaited() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup.route("timeouts: { exchange: 100ms }"));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();

            expectFailure(client, Failure.EXCHANGE_TIMEOUT);
            upstream.expectGone();
        }
    }

    @Test
    void exchangeGives504WhileItWaitsForAConnection() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(
                        setup.connections("max: 1, queueTimeout: 30s").route("timeouts: { exchange: 300ms }"));
                RawPeer first = gateway.client();
                RawPeer second = gateway.client()) {
            first.send(get("/"));
            backend.accept().request();
            second.send(get("/"));

            expectFailure(first, Failure.EXCHANGE_TIMEOUT);
            expectFailure(second, Failure.EXCHANGE_TIMEOUT);
        }
    }

    @Test
    void exchangeCutsASteadyResponseOff() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup.route("timeouts: { exchange: 300ms }"));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"));
            client.head();

            try {
                while (true) {
                    upstream.send(chunk("tick"));
                    Thread.sleep(10);
                }
            } catch (IOException cancelled) {
                assertThat(client.readUntilGone()).doesNotEndWith("0\r\n\r\n");
            }
        }
    }

    // ---- tunnel

    @Test
    void aSilentTunnelIsClosed() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(setup.route("timeouts: { tunnelIdle: 100ms }"));
                RawPeer client = gateway.client()) {
            client.send(request("GET / HTTP/1.1", "Connection: upgrade", "Upgrade: x"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: x"));
            client.response(101);

            client.expectGone();
            upstream.expectGone();
        }
    }

    @Test
    void aTunnelThatTalksOneWayIsNotSilent() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(
                        setup.route("timeouts: { tunnelIdle: 600ms, bodyIdle: 50ms, responseHead: 5s }"));
                RawPeer client = gateway.client()) {
            client.send(request("GET / HTTP/1.1", "Connection: upgrade", "Upgrade: x"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: x"));
            client.response(101);
            for (int i = 0; i < 20; i++) {
                Thread.sleep(LESS_THAN_IDLE_MILLIS);
                client.send("x");
                assertThat(upstream.read(1)).isEqualTo("x");
            }
        }
    }
}
