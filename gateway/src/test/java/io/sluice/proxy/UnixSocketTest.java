package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.UnixSocket;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unix sockets on either side. */
final class UnixSocketTest {
    private static final String LARGE = "x".repeat(3 << 20);

    @TempDir
    Path folder;

    private static String echo(WireMessage request) {
        return ok(request.target());
    }

    private Path at(String name) {
        return folder.resolve(name);
    }

    /** A listener on {@code http.sock}, before what is on {@code app.sock}. */
    private Setup onBothSides() {
        return Setup.ofEndpoints("unix:" + at("app.sock"));
    }

    private RunningGateway gateway(Setup setup) throws IOException {
        return RunningGateway.of(setup.yaml().replace("127.0.0.1:0", "unix:" + at("http.sock")));
    }

    private RawPeer client() throws IOException {
        return RawPeer.connect(at("http.sock"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "nio"})
    void passesRequestsFromOneToTheOther(String transport) throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answeringAt(at("app.sock"), UnixSocketTest::echo);
                RunningGateway gateway = gateway(onBothSides().top("transport: " + transport));
                RawPeer client = client()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.send(get("/" + i)).response(200).body()).isEqualTo("/" + i);
            }
            assertThat(backend.connections()).isEqualTo(1);
            assertThat(gateway.connections().total()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "nio"})
    void passesLargeBodiesBothWays(String transport) throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answeringAt(at("app.sock"), request -> ok(LARGE));
                RunningGateway gateway =
                        gateway(onBothSides().top("transport: " + transport).streaming());
                RawPeer client = client()) {
            String head = request("POST / HTTP/1.1", "Content-Length: " + LARGE.length());
            for (int i = 0; i < 3; i++) {
                client.send(head + LARGE);
                assertThat(client.response(200).body()).hasSize(LARGE.length());
            }
            assertThat(backend.requests())
                    .allSatisfy(seen -> assertThat(seen.body()).hasSize(LARGE.length()));
            assertThat(gateway.connections().total()).isEqualTo(1);
        }
    }

    @Test
    void endsAResponseThatGoesUpToTheEndOfTheConnection() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.runningAt(at("app.sock"), connection -> {
                    connection.request();
                    connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it");
                });
                RunningGateway gateway = gateway(onBothSides());
                RawPeer client = client()) {
            assertThat(client.send(get("/")).response(200).body()).isEqualTo("all of it");
            assertThat(backend.connections()).isEqualTo(1);
            assertThat(gateway.connections().total()).isEqualTo(1);
        }
    }

    @Test
    void checksTheHealthOfAnEndpoint() throws Exception {
        Setup setup = onBothSides().upstream("health: { path: /healthz, interval: 100ms }");
        try (ScriptedBackend backend = ScriptedBackend.answeringAt(at("app.sock"), UnixSocketTest::echo);
                RunningGateway gateway = gateway(setup);
                RawPeer client = client()) {
            Await.until("it was checked", () -> backend.requests().size() > 1);
            assertThat(backend.requests().getFirst().head()).contains("Host: localhost\r\n");
            client.send(get("/")).response(200);
            assertThat(gateway.counted(
                            "sluice_endpoint_left_out", "upstream", "backend", "endpoint", "unix:" + at("app.sock")))
                    .isZero();
        }
    }

    @Test
    void answersThatNobodyListens() throws Exception {
        try (RunningGateway gateway = gateway(onBothSides());
                RawPeer client = client()) {
            assertThat(client.send(get("/")).response().status()).isEqualTo(502);
            UnixSocket.listen(at("app.sock")).close();
            assertThat(client.send(get("/")).response().status()).isEqualTo(502);
            assertThat(gateway.counted(
                            "sluice_failures_total", "route", "all", "cause", "connect-refused", "side", "upstream"))
                    .isEqualTo(1);
        }
    }

    @Test
    void tellsEndpointsThatTheClientIsUnknownAndBelievesNothing() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answeringAt(at("app.sock"), UnixSocketTest::echo);
                RunningGateway gateway = gateway(onBothSides());
                RawPeer client = client()) {
            client.send(request("GET / HTTP/1.1", "X-Forwarded-For: 192.0.2.1")).response(200);
            assertThat(backend.request().head())
                    .contains("X-Forwarded-For: unknown\r\n")
                    .contains("Forwarded: for=unknown;proto=http");
            assertThat(gateway.connections().total()).isEqualTo(1);
        }
    }

    @Test
    void believesClientsOfUnixSocketsWhereTheConfigSaysSo() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answeringAt(at("app.sock"), UnixSocketTest::echo);
                RunningGateway gateway = gateway(onBothSides().top("trustedProxies: [unix]"));
                RawPeer client = client()) {
            client.send(request("GET / HTTP/1.1", "X-Forwarded-For: 192.0.2.1")).response(200);
            assertThat(backend.request().head()).contains("X-Forwarded-For: 192.0.2.1, unknown\r\n");
            assertThat(gateway.connections().total()).isEqualTo(1);
        }
    }

    @Test
    void tellsClientsOfUnixSocketsFromOthersInRoutesAndInTheAccessLog() throws Exception {
        String yaml = onBothSides()
                .top("accessLog: " + at("access.log") + "\nadmin: { bind: '127.0.0.1:0' }")
                .listener("}\n  tcp: { bind: \"127.0.0.1:0\"")
                .route("match: { client: unix }")
                .yaml()
                .replace("web: { bind: \"127.0.0.1:0\"", "web: { bind: \"unix:" + at("http.sock") + "\"");
        try (ScriptedBackend backend = ScriptedBackend.answeringAt(at("app.sock"), UnixSocketTest::echo);
                RunningGateway gateway = RunningGateway.of(yaml);
                RawPeer near = client();
                RawPeer far = RawPeer.connect(gateway.address("tcp"))) {
            assertThat(far.send(get("/far")).response().status()).isEqualTo(404);
            near.send(get("/near")).response(200);
            assertThat(backend.requests()).hasSize(1);
            try (RawPeer admin = gateway.admin()) {
                String list = "GET /api/v1/connections?address=unix HTTP/1.1";
                assertThat(admin.send(HttpText.head(list, "Host: localhost"))
                                .response(200)
                                .body())
                        .contains("\"client\" : \"unix\"")
                        .doesNotContain("127.0.0.1");
            }
            Await.until("both are logged", () -> lines(at("access.log")).size() == 2);
            assertThat(lines(at("access.log")).getFirst()).contains("\"client\":\"127.0.0.1\"");
            assertThat(lines(at("access.log")).getLast()).contains("\"client\":\"unix\"");
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void believesNobodyWhoNamesTheAddressThatStandsForThem() throws Exception {
        Setup setup = onBothSides().top("trustedProxies: 127.0.0.0/8").route("match: { client: unix }");
        try (ScriptedBackend backend = ScriptedBackend.answeringAt(at("app.sock"), UnixSocketTest::echo);
                RunningGateway gateway = RunningGateway.of(setup)) {
            WireMessage response = gateway.exchange(request("GET / HTTP/1.1", "X-Forwarded-For: ::"));
            assertThat(response.status()).isEqualTo(404);
            assertThat(backend.connections()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "nio"})
    void answersThatTheBacklogOfAnEndpointIsFull(String transport) throws Exception {
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocket busy = UnixSocket.listen(at("app.sock"), 1);
                RunningGateway gateway = gateway(onBothSides().top("transport: " + transport));
                RawPeer client = client()) {
            waiting.addAll(fill(at("app.sock")));
            assertThat(client.send(get("/")).response().status()).isEqualTo(502);
            assertThat(busy.isClosed()).isFalse();
            assertThat(gateway.connections().total()).isEqualTo(1);
        } finally {
            for (SocketChannel one : waiting) {
                one.close();
            }
        }
    }

    /** Connections that nobody accepts, so many that there is room for no other. */
    private static List<SocketChannel> fill(Path path) throws IOException {
        List<SocketChannel> waiting = new ArrayList<>();
        while (waiting.size() < 100) {
            SocketChannel next = SocketChannel.open(StandardProtocolFamily.UNIX);
            waiting.add(next);
            next.configureBlocking(false);
            try {
                if (!next.connect(UnixDomainSocketAddress.of(path))) {
                    return waiting;
                }
            } catch (SocketException full) {
                return waiting;
            }
        }
        throw new AssertionError("there is room for 100");
    }

    @Test
    void leavesASocketAloneWhoseBacklogIsFull() throws Exception {
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocket other = UnixSocket.listen(at("http.sock"), 1)) {
            waiting.addAll(fill(at("http.sock")));
            assertThatThrownBy(() -> gateway(onBothSides())).hasMessageContaining("unix:" + at("http.sock"));
            assertThat(other.isClosed()).isFalse();
            try (Socket first = other.accept()) {
                assertThat(first.isConnected()).isTrue();
            }
            assertThat(at("http.sock")).exists();
        } finally {
            for (SocketChannel one : waiting) {
                one.close();
            }
        }
    }

    @Test
    void makesTheFileWithItsPermissionsAndRemovesItAtTheEnd() throws Exception {
        Path file = at("http.sock");
        try (RunningGateway gateway = gateway(onBothSides().listener("accept: { mode: 0620 }"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw--w----");
            assertThat(gateway.connections().total()).isZero();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void replacesAFileThatADeadProcessLeft() throws Exception {
        UnixSocket.listen(at("http.sock")).close();
        assertThat(at("http.sock")).exists();
        try (ScriptedBackend backend = ScriptedBackend.answeringAt(at("app.sock"), UnixSocketTest::echo);
                RunningGateway gateway = gateway(onBothSides());
                RawPeer client = client()) {
            client.send(get("/")).response(200);
            assertThat(backend.connections()).isEqualTo(1);
            assertThat(gateway.connections().total()).isEqualTo(1);
        }
    }

    @Test
    void leavesASocketAloneOnWhichSomebodyListens() throws Exception {
        try (ServerSocket other = UnixSocket.listen(at("http.sock"))) {
            assertThatThrownBy(() -> gateway(onBothSides()))
                    .hasMessage("listeners.web.bind: unix:" + at("http.sock")
                            + " (address in use: somebody listens there)");
            assertThat(other.isClosed()).isFalse();
            assertThat(at("http.sock")).exists();
        }
    }

    @Test
    void leavesAFileAloneThatIsNoSocket() throws Exception {
        Files.writeString(at("http.sock"), "precious");
        assertThatThrownBy(() -> gateway(onBothSides())).hasMessageContaining("a file that is no socket is in the way");
        assertThat(at("http.sock")).hasContent("precious");
    }

    @Test
    void saysThatTheFolderIsMissing() {
        String yaml = onBothSides().yaml().replace("127.0.0.1:0", "unix:" + at("none") + "/http.sock");
        assertThatThrownBy(() -> RunningGateway.of(yaml)).hasMessageContaining("there is no folder " + at("none"));
    }

    @Test
    void keepsTheSocketOverAReload() throws Exception {
        Setup setup = onBothSides();
        try (ScriptedBackend backend = ScriptedBackend.answeringAt(at("app.sock"), UnixSocketTest::echo);
                RunningGateway gateway = gateway(setup);
                RawPeer client = client()) {
            client.send(get("/a")).response(200);
            gateway.reload(
                    setup.route("timeouts: { exchange: 9s }").yaml().replace("127.0.0.1:0", "unix:" + at("http.sock")));
            client.send(get("/b")).response(200);
            try (RawPeer other = client()) {
                other.send(get("/c")).response(200);
            }
            assertThat(backend.connections()).isEqualTo(1);
        }
    }
}
