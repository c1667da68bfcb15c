package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.Await;
import io.sluice.testing.Blackhole;
import io.sluice.testing.Flood;
import io.sluice.testing.H2Backend;
import io.sluice.testing.H2Frame;
import io.sluice.testing.H2Peer;
import io.sluice.testing.H2Tunnel;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.TestCertificate;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How each cause is brought about, for real: a config, a backend, and a client. */
final class Faults implements AutoCloseable {
    private static final int SMALL_BUFFER = 16 * 1024;
    private static final int INTERNAL_ERROR = 2;
    private static final int REFUSED_STREAM = 7;
    private static final String LONG = "x".repeat(70_000);
    private static final String POST_CHUNKED = request("POST / HTTP/1.1", "Transfer-Encoding: chunked");
    private static final String UPGRADE = request("GET / HTTP/1.1", "Connection: upgrade", "Upgrade: x");

    /** Takes what comes and answers nothing. */
    private static final ScriptedBackend.Script SILENT = RawPeer::readUntilGone;

    private final Map<Failure, Fault> all = new EnumMap<>(Failure.class);
    private @Nullable Blackhole hole;
    private @Nullable ScriptedBackend stranger;
    private byte[] inUse = {};

    /** What the client does and sees. */
    @FunctionalInterface
    interface Play {
        void on(RunningGateway gateway, RawPeer client, ScriptedBackend backend) throws Exception;
    }

    /** @param backend null: the play accepts its connections, or nobody does */
    record Fault(UnaryOperator<Setup> setup, ScriptedBackend.@Nullable Script backend, Play play) {

        ScriptedBackend start() throws IOException {
            return backend == null ? ScriptedBackend.byHand(SMALL_BUFFER) : ScriptedBackend.running(backend);
        }
    }

    Faults() {
        heads();
        bodies();
        clients();
        decisions();
        limits();
        connects();
        responses();
        slowBackends();
        streams();
    }

    @Nullable
    Fault of(Failure cause) {
        return all.get(cause);
    }

    @Override
    public void close() throws IOException {
        try {
            if (hole != null) {
                hole.close();
            }
            if (stranger != null) {
                stranger.close();
            }
        } finally {
            Reference.reachabilityFence(inUse);
        }
    }

    private void heads() {
        refused(Failure.REQUEST_LINE, request("GET  / HTTP/1.1"));
        refused(Failure.REQUEST_METHOD, request("GE(T / HTTP/1.1"));
        refused(Failure.REQUEST_METHOD_UNSUPPORTED, request("CONNECT example.test:443 HTTP/1.1"));
        refused(Failure.REQUEST_TARGET, get("/a#b"));
        refused(Failure.REQUEST_TARGET_LONG, get("/" + LONG));
        refused(Failure.REQUEST_PATH, get("/a%2fb"));
        refused(Failure.REQUEST_VERSION, request("GET / HTTP/2.0"));
        refused(Failure.REQUEST_LINE_END, "GET / HTTP/1.1\nHost: a\n\n");
        refused(Failure.REQUEST_FIELD, request("GET / HTTP/1.1", "A B: c"));
        refused(Failure.REQUEST_FIELD_FOLDED, request("GET / HTTP/1.1", "A: b\r\n c"));
        refused(Failure.REQUEST_HOST, head("GET / HTTP/1.1"));
        refused(Failure.REQUEST_LENGTH, request("POST / HTTP/1.1", "Content-Length: many"));
        refused(
                Failure.REQUEST_AMBIGUOUS,
                request("POST / HTTP/1.1", "Content-Length: 1", "Transfer-Encoding: chunked"));
        refused(Failure.REQUEST_ENCODING, request("POST / HTTP/1.1", "Transfer-Encoding: identity"));
        refused(Failure.REQUEST_ENCODING_UNSUPPORTED, request("POST / HTTP/1.1", "Transfer-Encoding: gzip, chunked"));
        played(Failure.REQUEST_MALFORMED, UnaryOperator.identity(), SILENT, (gateway, client, backend) -> {
            try (H2Peer peer = H2Peer.connect(gateway.address())) {
                peer.get(1, "/", "connection: close");
                assertThat(peer.response(1).status()).isEqualTo(400);
            }
        });
        connected(Failure.REQUEST_PROTOCOL, "connect-udp", SILENT);
        refused(Failure.REQUEST_EXPECTATION, request("GET / HTTP/1.1", "Expect: miracles"));
        refused(Failure.REQUEST_HEAD_LARGE, request("GET / HTTP/1.1", "A: " + LONG));
        refused(Failure.REQUEST_FIELDS_MANY, request("GET / HTTP/1.1", "A: b\r\n".repeat(200) + "C: d"));
        refused(
                Failure.REQUEST_HEAD_TIMEOUT,
                setup -> setup.listener("timeouts: { head: 50ms }"),
                "GET / HTTP/1.1\r\nHost: a");
    }

    private void bodies() {
        refused(Failure.REQUEST_CHUNK, POST_CHUNKED + "zz\r\n");
        refused(Failure.REQUEST_TRAILERS, POST_CHUNKED + "0\r\nA B: c\r\n\r\n");
        refused(Failure.REQUEST_BODY_LARGE, setup -> setup.route("limits: { body: 9B }"), post("/", "ten bytes."));
        refused(
                Failure.REQUEST_BODY_TIMEOUT,
                setup -> setup.route("timeouts: { bodyIdle: 50ms }"),
                request("POST / HTTP/1.1", "Content-Length: 10") + "half");
        played(
                Failure.REQUEST_BODY_SLOW,
                setup -> setup.route("limits: { bodyRate: 1GiB }, timeouts: { bodyGrace: 1ms }"),
                SILENT,
                (gateway, client, backend) -> {
                    client.send(request("POST / HTTP/1.1", "Content-Length: 30000"));
                    Await.until("refusal", () -> {
                        send(client, "x");
                        return counted(gateway, Failure.REQUEST_BODY_SLOW) == 1;
                    });
                    expectFailure(client, Failure.REQUEST_BODY_SLOW);
                });
    }

    private void clients() {
        played(Failure.CLIENT_GONE, UnaryOperator.identity(), null, (gateway, client, backend) -> {
            client.send(get("/"));
            backend.accept().request();
            client.reset();
        });
        played(
                Failure.CLIENT_STALLED,
                setup -> setup.route("timeouts: { bodyIdle: 300ms }"),
                Faults::answerWithoutEnd,
                (gateway, client, backend) -> {
                    try (RawPeer lazy = RawPeer.connect(gateway.address(), SMALL_BUFFER)) {
                        lazy.send(get("/"));
                        Await.until("end", () -> counted(gateway, Failure.CLIENT_STALLED) == 1);
                        lazy.expectGone();
                    }
                });
    }

    private static void answerWithoutEnd(RawPeer connection) throws IOException {
        connection.request();
        connection.send(head("HTTP/1.1 200 OK", "Content-Length: 1000000000000"));
        while (true) {
            connection.send(LONG);
        }
    }

    private void decisions() {
        refused(Failure.NO_ROUTE, setup -> setup.route("match: { path: /other }"), get("/"));
        refused(Failure.REQUEST_LOOP, request("GET / HTTP/1.1", "Via: 1.1 sluice" + ", 1.1 sluice".repeat(9)));
        played(Failure.NO_ENDPOINT, setup -> setup, null, (gateway, client, backend) -> {
            drain(gateway, backend);
            client.send(get("/")).response(503);
        });
        refused(Failure.EXCHANGE_TIMEOUT, setup -> setup.route("timeouts: { exchange: 50ms }"), get("/"));
        played(Failure.QUEUE_FULL, setup -> setup.connections("max: 1, queue: 0"), null, Faults::second);
        played(Failure.QUEUE_TIMEOUT, setup -> setup.connections("max: 1, queueTimeout: 50ms"), null, Faults::second);
        played(
                Failure.TUNNEL_IDLE,
                setup -> setup.route("timeouts: { tunnelIdle: 50ms }"),
                answer(head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: x")),
                (gateway, client, backend) -> {
                    client.send(UPGRADE).response(101);
                    client.expectGone();
                });
    }

    private void limits() {
        refused(Failure.CLIENT_DENIED, setup -> setup.route("deny: 127.0.0.1"), get("/"));
        played(
                Failure.RATE_LIMITED,
                setup -> setup.route("rateLimit: { requests: 1, per: 1h }"),
                answer(head("HTTP/1.1 204 No Content")),
                (gateway, client, backend) -> {
                    client.send(get("/")).response(204);
                    expectFailure(client.send(get("/")), Failure.RATE_LIMITED);
                });
        played(Failure.ROUTE_BUSY, setup -> setup.route("limits: { exchanges: 1 }"), null, Faults::second);
        played(Failure.GATEWAY_BUSY, setup -> setup.top("limits: { exchanges: 1 }"), null, Faults::second);
        played(Failure.SHED_MEMORY, this::littleMemory, SILENT, (gateway, client, backend) -> {
            Await.until("short of memory", () -> gateway.counted("sluice_overload_level") == 1);
            expectFailure(client.send(get("/")), Failure.SHED_MEMORY);
        });
    }

    /** A hundredth of the heap is much, and more than that is in use. */
    private Setup littleMemory(Setup setup) {
        inUse = new byte[(int) (Runtime.getRuntime().maxMemory() / 50)];
        return setup.top("overload: { memory: { low: 1, normal: 100 } }").route("importance: low");
    }

    private static void drain(RunningGateway gateway, ScriptedBackend backend) throws IOException {
        String body = "{\"state\":\"drain\"}";
        String line = "PATCH /api/v1/upstreams/backend/endpoints/" + backend.endpoint() + " HTTP/1.1";
        try (RawPeer admin = gateway.admin()) {
            admin.send(head(
                                    line,
                                    "Host: localhost",
                                    "Content-Type: application/json",
                                    "Content-Length: " + body.length())
                            + body)
                    .response(200);
        }
    }

    /** A request that comes while the only connection is busy. */
    private static void second(RunningGateway gateway, RawPeer client, ScriptedBackend backend) throws Exception {
        try (RawPeer first = gateway.client()) {
            first.send(get("/first"));
            RawPeer busy = backend.accept();
            busy.request();
            client.send(get("/second"));
            if (client.response().status() != 503) {
                throw new AssertionError("expected 503");
            }
            busy.send(head("HTTP/1.1 204 No Content"));
            first.response(204);
        }
    }

    private void connects() {
        refused(Failure.NAME_UNRESOLVED, setup -> Setup.ofEndpoints("nowhere.invalid:80"), get("/"));
        refused(Failure.CONNECT_REFUSED, setup -> Setup.ofEndpoints("127.0.0.1:" + unusedPort()), get("/"));
        refused(
                Failure.CONNECT_TIMEOUT,
                setup -> Setup.ofEndpoints("127.0.0.1:" + holePort())
                        .connections("connectTimeout: 50ms, queueTimeout: 10s"),
                get("/"));
        tls();
        // TCP has no broadcast: the system says so without sending anything
        refused(Failure.CONNECT_FAILED, setup -> Setup.ofEndpoints("255.255.255.255:9"), get("/"));
    }

    private void tls() {
        refused(
                Failure.UPSTREAM_TLS_CERTIFICATE,
                setup -> Setup.ofEndpoints(strangerEndpoint()).upstream("tls: true"),
                get("/"));
        // a fatal alert, handshake_failure
        hello(Failure.UPSTREAM_TLS_ALERT, "\25\3\3\0\2\2(");
        hello(Failure.UPSTREAM_TLS_FAILED, head("HTTP/1.1 400 Bad Request", "Content-Length: 0"));
    }

    /** The backend brings it about by what it says to a ClientHello. */
    private void hello(Failure cause, String answer) {
        ScriptedBackend.Script backend = connection -> {
            connection.awaitByte();
            connection.send(answer);
            connection.readUntilGone();
        };
        played(
                cause,
                setup -> setup.upstream("tls: { verify: false }"),
                backend,
                (gateway, client, server) -> expectFailure(client.send(get("/")), cause));
    }

    private String strangerEndpoint() {
        try {
            ScriptedBackend made = ScriptedBackend.runningOver(
                    TestCertificate.selfSigned("127.0.0.1").listen(), RawPeer::readUntilGone);
            stranger = made;
            return made.endpoint();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void responses() {
        answered(Failure.UPSTREAM_CLOSED, RawPeer::request);
        answered(Failure.RESPONSE_HEAD, answer("SSH-2.0-OpenSSH\r\n\r\n"));
        answered(
                Failure.RESPONSE_AMBIGUOUS,
                answer(head("HTTP/1.1 200 OK", "Content-Length: 1", "Transfer-Encoding: chunked")));
        answered(Failure.RESPONSE_ENCODING, answer(head("HTTP/1.1 200 OK", "Transfer-Encoding: gzip, chunked")));
        answered(Failure.RESPONSE_HEAD_LARGE, answer(head("HTTP/1.1 200 OK", "A: " + LONG)));
        answered(
                Failure.RESPONSE_UPGRADE,
                answer(head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: x")));
        connected(Failure.UPGRADE_IGNORED, "websocket", answer(ok("plain")));
        cut(Failure.RESPONSE_TRUNCATED, connection -> {
            connection.request();
            connection.send(head("HTTP/1.1 200 OK", "Content-Length: 100") + "a part");
        });
        String chunked = head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked");
        cut(Failure.RESPONSE_CHUNK, answer(chunked + "zz\r\n"));
        cut(Failure.RESPONSE_TRAILERS, answer(chunked + "0\r\nA B: c\r\n\r\n"));
    }

    private void slowBackends() {
        refused(Failure.RESPONSE_HEAD_TIMEOUT, setup -> setup.route("timeouts: { responseHead: 50ms }"), get("/"));
        played(
                Failure.RESPONSE_BODY_TIMEOUT,
                setup -> setup.route("timeouts: { bodyIdle: 50ms }"),
                answer(head("HTTP/1.1 200 OK", "Content-Length: 100") + "a part"),
                (gateway, client, backend) -> client.send(get("/")).expectGone());
        played(
                Failure.UPSTREAM_STALLED,
                setup -> setup.route("timeouts: { bodyIdle: 300ms }"),
                null,
                (gateway, client, backend) -> {
                    client.send(request("POST / HTTP/1.1", "Content-Length: 1000000000000"));
                    Flood.into(client, new byte[100_000], 10_000);
                    expectFailure(client, Failure.UPSTREAM_STALLED);
                });
    }

    /** Backends of HTTP/2. */
    private void streams() {
        onStream(Failure.UPSTREAM_REFUSED, (peer, stream) -> peer.reset(stream, REFUSED_STREAM));
        onStream(Failure.UPSTREAM_RESET, (peer, stream) -> peer.reset(stream, INTERNAL_ERROR));
        onStream(Failure.RESPONSE_MALFORMED, (peer, stream) -> peer.headers(stream, true, "x-a: no status"));
        onStream(Failure.UPSTREAM_SILENT, (peer, stream) -> peer.raw().readUntilGone());
        played(
                Failure.UPSTREAM_PROTOCOL,
                setup -> setup.upstream("protocol: h2"),
                connection -> connection.send(head("HTTP/1.1 400 Bad Request")).readUntilGone(),
                (gateway, client, backend) -> expectFailure(client.send(get("/")), Failure.UPSTREAM_PROTOCOL));
    }

    /** What a backend does with the stream of a request. */
    private interface OnStream {
        void act(H2Backend peer, int stream) throws IOException;
    }

    private void onStream(Failure cause, OnStream backend) {
        played(
                cause,
                setup -> setup.upstream("protocol: h2").connections("ping: 50ms"),
                connection -> {
                    H2Backend peer = H2Backend.on(connection).settings();
                    while (true) {
                        H2Backend.Frame frame = peer.next();
                        if (frame.type() == H2Backend.HEADERS) {
                            backend.act(peer, peer.section(frame).stream());
                        }
                    }
                },
                (gateway, client, server) -> expectFailure(client.send(get("/")), cause));
    }

    // ---- tools

    /** The request alone brings it about, whatever the backend does. */
    private void refused(Failure cause, String request) {
        refused(cause, UnaryOperator.identity(), request);
    }

    private void refused(Failure cause, UnaryOperator<Setup> setup, String request) {
        played(cause, setup, SILENT, (gateway, client, backend) -> expectFailure(client.send(request), cause));
    }

    /** An extended CONNECT of HTTP/2 brings it about. */
    private void connected(Failure cause, String protocol, ScriptedBackend.Script backend) {
        played(cause, UnaryOperator.identity(), backend, (gateway, client, server) -> {
            try (H2Peer peer = H2Peer.connect(gateway.address())) {
                peer.frame(H2Frame.HEADERS, H2Frame.END_HEADERS, 1, H2Tunnel.block(peer, protocol, "/"));
                assertThat(peer.response(1).status()).isEqualTo(cause.status());
            }
        });
    }

    /** The backend brings it about before anything of a response has left. */
    private void answered(Failure cause, ScriptedBackend.Script backend) {
        played(
                cause,
                UnaryOperator.identity(),
                backend,
                (gateway, client, server) -> expectFailure(client.send(get("/")), cause));
    }

    /** The backend brings it about in the middle of a response. */
    private void cut(Failure cause, ScriptedBackend.Script backend) {
        played(
                cause,
                UnaryOperator.identity(),
                backend,
                (gateway, client, server) -> client.send(get("/")).expectGone());
    }

    private void played(
            Failure cause, UnaryOperator<Setup> setup, ScriptedBackend.@Nullable Script backend, Play play) {
        all.put(cause, new Fault(setup, backend, play));
    }

    private static ScriptedBackend.Script answer(String text) {
        return connection -> {
            connection.request();
            connection.send(text);
            connection.readUntilGone();
        };
    }

    private static void send(RawPeer to, String text) {
        try {
            to.send(text);
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }

    private static int unusedPort() {
        try {
            return ScriptedBackend.unusedPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private int holePort() {
        try {
            Blackhole made = new Blackhole();
            hole = made;
            return made.port();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** How many exchanges of any route had that cause. */
    static long counted(RunningGateway gateway, Failure cause) {
        String side = cause.side().word();
        return gateway.counted("sluice_failures_total", "route", "", "cause", cause.cause(), "side", side)
                + gateway.counted("sluice_failures_total", "route", "all", "cause", cause.cause(), "side", side);
    }
}
