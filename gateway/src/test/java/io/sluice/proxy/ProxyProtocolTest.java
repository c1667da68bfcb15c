package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.epoll.Epoll;
import io.sluice.http.Failure;
import io.sluice.telemetry.ConnectionCounts;
import io.sluice.testing.Await;
import io.sluice.testing.ProxyText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that a proxy passes on, and tells whose they are: 127.0.0.2 may do so. */
final class ProxyProtocolTest {
    private static final String PROXY = "127.0.0.2";
    private static final String FROM = "proxyProtocol: { from: 127.0.0.2 }";
    private static final String OPTIONAL = "proxyProtocol: { from: 127.0.0.2, header: optional }";

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> ok(seen(request)));

    ProxyProtocolTest() throws IOException {}

    static List<String> transports() {
        return TransportTest.transports().toList();
    }

    private static String seen(WireMessage request) {
        return request.target() + " for " + request.value("x-forwarded-for");
    }

    private RunningGateway gateway(String listener) throws IOException {
        return RunningGateway.of(Setup.of(backend).listener(listener));
    }

    private static RawPeer proxy(RunningGateway gateway) throws IOException {
        return RawPeer.connectFrom(PROXY, gateway.address());
    }

    private static long ended(RunningGateway gateway, String cause) {
        return gateway.counted("sluice_client_connections_ended_total", "listener", "web", "cause", cause);
    }

    private static long rejected(RunningGateway gateway, String cause) {
        return gateway.counted("sluice_client_connections_rejected_total", "listener", "web", "cause", cause);
    }

    private static void awaitNone(RunningGateway gateway) throws InterruptedException {
        Await.until("all are gone", () -> gateway.connections().equals(ConnectionCounts.NONE));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void servesWhoeverTheHeaderTells(String transport) throws Exception {
        try (RunningGateway gateway = RunningGateway.of(
                Setup.of(backend).top("transport: " + transport).listener(FROM))) {
            try (RawPeer client = proxy(gateway)) {
                client.send(ProxyText.v1("192.0.2.1", 1234) + get("/1") + get("/2"));
                assertThat(client.response(200).body()).isEqualTo("/1 for 192.0.2.1");
                assertThat(client.response(200).body()).isEqualTo("/2 for 192.0.2.1");
                assertThat(client.send(get("/3")).response(200).body()).isEqualTo("/3 for 192.0.2.1");
            }
            try (RawPeer client = proxy(gateway)) {
                client.send(ProxyText.v2("192.0.2.2", 1234)).send(get("/4"));
                assertThat(client.response(200).body()).isEqualTo("/4 for 192.0.2.2");
            }
            try (RawPeer client = proxy(gateway)) {
                client.send(ProxyText.v1("2001:db8::9", 1) + get("/5"));
                assertThat(client.response(200).body()).isEqualTo("/5 for 2001:db8::9");
            }
            awaitNone(gateway);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void takesAHeaderByteByByte(String transport) throws Exception {
        String binary = new String(ProxyText.withChecksum(ProxyText.v2("192.0.2.2", 1)), ISO_8859_1);
        try (RunningGateway gateway = RunningGateway.of(
                Setup.of(backend).top("transport: " + transport).listener(FROM))) {
            try (RawPeer client = proxy(gateway)) {
                client.sendByteByByte(ProxyText.v1("192.0.2.1", 1) + get("/1"));
                assertThat(client.response(200).body()).isEqualTo("/1 for 192.0.2.1");
            }
            try (RawPeer client = proxy(gateway)) {
                client.sendByteByByte(binary + get("/2"));
                assertThat(client.response(200).body()).isEqualTo("/2 for 192.0.2.2");
            }
        }
    }

    @Test
    void takesTheProxysOwnConnectionsForItsOwn() throws Exception {
        try (RunningGateway gateway = gateway(FROM)) {
            try (RawPeer check = proxy(gateway)) {
                check.send(ProxyText.v2(0x20, 0x00)).send(get("/local"));
                assertThat(check.response(200).body()).isEqualTo("/local for " + PROXY);
            }
            try (RawPeer check = proxy(gateway)) {
                check.send("PROXY UNKNOWN\r\n" + get("/unknown"));
                assertThat(check.response(200).body()).isEqualTo("/unknown for " + PROXY);
            }
        }
    }

    @Test
    void servesOthersAsTheyCome() throws Exception {
        try (RunningGateway gateway = gateway(FROM);
                RawPeer whole = gateway.client();
                RawPeer cut = gateway.client()) {
            assertThat(whole.send(get("/")).response(200).body()).isEqualTo("/ for 127.0.0.1");

            // as far as that it might become a header
            cut.send("P");
            Await.until("it came", () -> gateway.connections().total() == 2);
            cut.send("OST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
            assertThat(cut.response(200).body()).isEqualTo("/ for 127.0.0.1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY TCP4 192.0.2.1 198.51.100.7 1 2\r\n", "PROXY nonsense", "\r\n\r\n\0\r\nQUIT\n"})
    void closesConnectionsOfOthersWithAHeader(String header) throws Exception {
        try (RunningGateway gateway = gateway(FROM);
                RawPeer other = gateway.client()) {
            other.send(header);

            other.expectReset();
            assertThat(ended(gateway, "proxy-untrusted")).isEqualTo(1);
            awaitNone(gateway);
        }
        assertThat(backend.requests()).isEmpty();
    }

    @Test
    void takesNoHeaderWhereNoneIsExpected() throws Exception {
        try (RunningGateway gateway = gateway("");
                RawPeer client = proxy(gateway)) {
            client.send(ProxyText.v1("192.0.2.1", 1) + get("/"));

            assertThat(client.response().status()).isEqualTo(400);
        }
        assertThat(backend.requests()).isEmpty();
    }

    @Test
    void closesAProxysConnectionWithoutAHeader() throws Exception {
        try (RunningGateway gateway = gateway(FROM);
                RawPeer client = proxy(gateway)) {
            client.send(get("/"));

            client.expectReset();
            assertThat(ended(gateway, "proxy-missing")).isEqualTo(1);
            awaitNone(gateway);
        }
        assertThat(backend.requests()).isEmpty();
    }

    @Test
    void servesItWhereTheHeaderIsOptional() throws Exception {
        try (RunningGateway gateway = gateway(OPTIONAL)) {
            try (RawPeer client = proxy(gateway)) {
                assertThat(client.send(get("/")).response(200).body()).isEqualTo("/ for " + PROXY);
            }
            try (RawPeer client = proxy(gateway)) {
                client.send(ProxyText.v1("192.0.2.1", 1) + get("/"));
                assertThat(client.response(200).body()).isEqualTo("/ for 192.0.2.1");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.1 198.51.100.7 1\r\n",
                "PROXY TCP9 192.0.2.1 198.51.100.7 1 2\r\n",
                "PROXY UNKNOWN\n\r\n\r",
                "\r\n\r\n\0\r\nQUIT\n\"\u0011\0\0"
            })
    void closesAConnectionWithAWrongHeader(String header) throws Exception {
        try (RunningGateway gateway = gateway(OPTIONAL);
                RawPeer client = proxy(gateway)) {
            client.send(header + get("/"));

            client.expectReset();
            assertThat(ended(gateway, "proxy-malformed")).isEqualTo(1);
            awaitNone(gateway);
        }
        assertThat(backend.requests()).isEmpty();
    }

    @Test
    void closesAConnectionWhoseHeaderEndsInTheMiddle() throws Exception {
        try (RunningGateway gateway = gateway(FROM);
                RawPeer client = proxy(gateway)) {
            client.send("PROXY TCP4 192.0.2.1").halfClose();

            client.expectGone();
            assertThat(ended(gateway, "proxy-malformed")).isEqualTo(1);
            awaitNone(gateway);
        }
    }

    @Test
    void doesNotWaitForASlowHeader() throws Exception {
        try (RunningGateway gateway = gateway(FROM + ", timeouts: { head: 200ms }");
                RawPeer slow = proxy(gateway);
                RawPeer silent = proxy(gateway);
                RawPeer other = gateway.client()) {
            slow.send("PROXY TCP4 192.0.2.1 ");
            other.send("P");

            slow.expectReset();
            silent.expectEnd();
            expectFailure(other, Failure.REQUEST_HEAD_TIMEOUT);
            assertThat(ended(gateway, "proxy-timeout")).isEqualTo(1);
            assertThat(ended(gateway, "silent")).isEqualTo(1);
            assertThat(ended(gateway, "head")).isEqualTo(1);
        }
    }

    @Test
    void takesAFirstHeadAsLongAsAnyOther() throws Exception {
        try (RunningGateway gateway = gateway(FROM + ", timeouts: { head: 200ms }");
                RawPeer client = proxy(gateway)) {
            client.send(ProxyText.v1("192.0.2.1", 1) + "GET ");

            expectFailure(client, Failure.REQUEST_HEAD_TIMEOUT);
            assertThat(ended(gateway, "head")).isEqualTo(1);
        }
    }

    @Test
    void takesAConnectionWithoutAByteForALook() throws Exception {
        try (RunningGateway gateway = gateway(FROM);
                RawPeer look = proxy(gateway)) {
            look.halfClose().expectEnd();

            awaitNone(gateway);
            assertThat(gateway.sum("sluice_client_connections_ended_total")).isZero();
        }
    }

    @Test
    void countsItFromTheFirstMomentOn() throws Exception {
        try (RunningGateway gateway = gateway(FROM);
                RawPeer client = proxy(gateway)) {
            Await.until("it is there", () -> gateway.connections().handshaking() == 1);
            client.send("PROXY TCP4 192.0.2.1 ");
            client.send("198.51.100.7 1 2\r\n" + get("/"));
            client.response(200);
            Await.until("it is parked", () -> gateway.connections().parked() == 1);
            assertThat(gateway.connections().total()).isEqualTo(1);
            assertThat(gateway.counted("sluice_client_connections_opened_total", "listener", "web"))
                    .isEqualTo(1);
        }
    }

    // ---- what the address is good for

    @Test
    void letsInWhoIsAllowedByTheAddressThatIsTold() throws Exception {
        try (RunningGateway gateway = gateway(FROM + ", deny: 192.0.2.0/24")) {
            try (RawPeer client = proxy(gateway)) {
                client.send(ProxyText.v1("192.0.2.1", 1) + get("/"));
                client.expectReset();
            }
            assertThat(rejected(gateway, "denied")).isEqualTo(1);
            try (RawPeer client = proxy(gateway)) {
                client.send(ProxyText.v1("192.0.3.1", 1) + get("/"));
                client.response(200);
            }
            awaitNone(gateway);
        }
    }

    @Test
    void countsConnectionsOfTheAddressThatIsTold() throws Exception {
        try (RunningGateway gateway = gateway(FROM + ", limits: { connectionsPerAddress: 2 }");
                RawPeer first = proxy(gateway);
                RawPeer second = proxy(gateway);
                RawPeer other = proxy(gateway);
                RawPeer check = proxy(gateway)) {
            first.send(ProxyText.v1("192.0.2.1", 1) + get("/")).response(200);
            second.send(ProxyText.v1("192.0.2.1", 2) + get("/")).response(200);
            other.send(ProxyText.v1("192.0.2.2", 1) + get("/")).response(200);
            // the proxy itself may have any number
            check.send("PROXY UNKNOWN\r\n" + get("/")).response(200);
            try (RawPeer third = proxy(gateway)) {
                third.send(ProxyText.v1("192.0.2.1", 3) + get("/")).expectReset();
            }
            assertThat(rejected(gateway, "address")).isEqualTo(1);

            first.reset();
            Await.until("it is gone", () -> gateway.connections().total() == 3);
            try (RawPeer third = proxy(gateway)) {
                third.send(ProxyText.v1("192.0.2.1", 3) + get("/")).response(200);
            }
        }
    }

    @Test
    void believesForwardedFieldsOfTheAddressThatIsToldOnly() throws Exception {
        Setup setup =
                Setup.of(backend).top("trustedProxies: [127.0.0.2, 192.0.2.8]").listener(FROM);
        try (RunningGateway gateway = RunningGateway.of(setup)) {
            try (RawPeer client = proxy(gateway)) {
                client.send(
                        ProxyText.v1("192.0.2.1", 1) + request("GET /forged HTTP/1.1", "X-Forwarded-For: 203.0.113.1"));
                assertThat(client.response(200).body()).isEqualTo("/forged for 192.0.2.1");
            }
            try (RawPeer client = proxy(gateway)) {
                client.send(
                        ProxyText.v1("192.0.2.8", 1) + request("GET /told HTTP/1.1", "X-Forwarded-For: 203.0.113.1"));
                assertThat(client.response(200).body()).isEqualTo("/told for 203.0.113.1, 192.0.2.8");
            }
        }
    }

    @Test
    void routesByTheAddressThatIsTold() throws Exception {
        try (RunningGateway gateway =
                        RunningGateway.of(Setup.of(backend).listener(FROM).route("match: { client: 192.0.2.0/24 }"));
                RawPeer mine = proxy(gateway);
                RawPeer other = proxy(gateway)) {
            mine.send(ProxyText.v1("192.0.2.1", 1) + get("/")).response(200);

            other.send(ProxyText.v1("192.0.3.1", 1) + get("/"));
            expectFailure(other, Failure.NO_ROUTE);
        }
    }

    @Test
    void takesAHeaderOnAUnixSocket(@TempDir Path folder) throws Exception {
        assumeThat(Epoll.isAvailable()).isTrue();
        Path file = folder.resolve("s");
        String yaml = Setup.of(backend)
                .listener("proxyProtocol: { from: unix }")
                .yaml()
                .replace("127.0.0.1:0", "unix:" + file);
        try (RunningGateway gateway = RunningGateway.of(yaml);
                RawPeer client = RawPeer.connect(file)) {
            client.send(ProxyText.v1("192.0.2.1", 1) + get("/"));
            assertThat(client.response(200).body()).isEqualTo("/ for 192.0.2.1");
            assertThat(gateway.connections().total()).isEqualTo(1);
        }
    }

    @Test
    void expectsWhatAReloadSays() throws Exception {
        Setup setup = Setup.of(backend);
        String yaml = setup.yaml();
        try (RunningGateway gateway = RunningGateway.of(yaml);
                RawPeer before = proxy(gateway)) {
            before.send(get("/1")).response(200);

            gateway.reload(setup.listener(FROM).yaml());

            assertThat(before.send(get("/2")).response(200).body()).isEqualTo("/2 for " + PROXY);
            try (RawPeer after = proxy(gateway)) {
                after.send(ProxyText.v1("192.0.2.1", 1) + get("/3"));
                assertThat(after.response(200).body()).isEqualTo("/3 for 192.0.2.1");
            }
        }
    }

    @Test
    void drainsOneThatHasNotBegun() throws Exception {
        try (RunningGateway gateway = gateway(FROM)) {
            try (RawPeer silent = proxy(gateway);
                    RawPeer begun = proxy(gateway)) {
                begun.send("PROXY TCP4");
                Await.until("both came", () -> gateway.connections().handshaking() == 2);
                gateway.reload(Setup.of(backend).yaml().replace("web:", "next:").replace("127.0.0.1:0", "127.0.0.3:0"));
                silent.expectEnd();
                begun.expectGone();
            }
            awaitNone(gateway);
        }
    }
}
