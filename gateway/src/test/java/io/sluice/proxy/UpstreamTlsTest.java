package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.TestCertificate;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.StandardConstants;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS to endpoints: who is taken for one, and what happens to those who are not. */
final class UpstreamTlsTest {
    private static final TestCertificate AUTHORITY = TestCertificate.authority("Authority");
    private static final TestCertificate OTHER = TestCertificate.authority("Other authority");
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private static Path folder;

    @BeforeAll
    static void write() throws IOException {
        AUTHORITY.write(folder, "authority");
        AUTHORITY.issue("gateway.test").write(folder, "gateway");
    }

    /** Trusts the authority, and says this besides. */
    private static Setup tls(ScriptedBackend backend, String keys) {
        return tls(Setup.of(backend), keys);
    }

    private static Setup tls(Setup setup, String keys) {
        return setup.upstream("tls: { ca: '%s/authority.pem' %s }".formatted(folder, keys));
    }

    private static ScriptedBackend backend(TestCertificate certificate) throws IOException {
        return ScriptedBackend.answeringOver(certificate.listen(), request -> ok("over TLS"));
    }

    private static void accepts(TestCertificate certificate, String keys) throws Exception {
        try (ScriptedBackend backend = backend(certificate);
                RunningGateway gateway = RunningGateway.of(tls(backend, keys))) {
            WireMessage response = gateway.exchange(get("/"));

            assertThat(response.status()).as(response.head()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("over TLS");
        }
    }

    private static void refuses(ScriptedBackend backend, String keys, String cause) throws Exception {
        refuses(backend, tls(backend, keys), cause);
    }

    private static void refuses(ScriptedBackend backend, Setup setup, String cause) throws Exception {
        try (backend;
                RunningGateway gateway = RunningGateway.of(setup)) {
            WireMessage response = gateway.exchange(get("/"));

            assertThat(response.head()).contains("details=\"" + cause + "\"");
            assertThat(backend.requests()).isEmpty();
            Await.until("the connection is closed", () -> gateway.sum("sluice_pool_connections") == 0);
        }
    }

    // ---- who is an endpoint

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, ''",
        "orders.test, ', name: orders.test'",
        "*.test, ', name: orders.test'",
        "orders.test, ', names: [other.test, orders.test]'",
        "spiffe://test/orders, ', names: spiffe://test/orders'",
        "under_score.test, ', name: under_score.test'",
        "single, ', name: single'",
    })
    void takesWhoeverHasTheNameForTheEndpoint(String name, String keys) throws Exception {
        accepts(AUTHORITY.issue(name), keys);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.2, ''",
        "localhost, ''",
        "orders.test, ''",
        "other.test, ', name: orders.test'",
        "*.test, ', name: a.orders.test'",
        "*.test, ', name: test'",
        "orders.test, ', name: orders.test, names: other.test'",
        "spiffe://test/orders, ', names: spiffe://test/ordersandmore'",
    })
    void refusesWhoeverHasAnotherName(String name, String keys) throws Exception {
        refuses(backend(AUTHORITY.issue(name)), keys, "upstream-tls-certificate");
    }

    @Test
    void looksAtAlternativeNamesOnly() throws Exception {
        refuses(backend(AUTHORITY.issue()), ", name: nameless", "upstream-tls-certificate");
    }

    @Test
    void followsAChainToTheAuthority() throws Exception {
        accepts(AUTHORITY.issueAuthority("Between").issue("127.0.0.1"), "");
    }

    @Test
    void refusesAnotherAuthority() throws Exception {
        refuses(backend(OTHER.issue("127.0.0.1")), "", "upstream-tls-certificate");
    }

    @Test
    void trustsTheAuthoritiesOfTheRuntimeIfNoneAreNamed() throws Exception {
        ScriptedBackend backend = backend(AUTHORITY.issue("127.0.0.1"));

        refuses(backend, Setup.of(backend).upstream("tls: true"), "upstream-tls-certificate");
    }

    @Test
    void refusesOneThatIsNoAuthority() throws Exception {
        refuses(backend(AUTHORITY.issue("between.test").issue("127.0.0.1")), "", "upstream-tls-certificate");
    }

    @Test
    void refusesACertificateThatHasExpired() throws Exception {
        Instant now = Instant.now();

        refuses(
                backend(AUTHORITY.issue(now.minus(DAY), now.minusSeconds(60), "127.0.0.1")),
                "",
                "upstream-tls-certificate");
    }

    @Test
    void refusesACertificateBeforeItsTime() throws Exception {
        Instant now = Instant.now();

        refuses(
                backend(AUTHORITY.issue(now.plus(DAY), now.plus(DAY).plus(DAY), "127.0.0.1")),
                "",
                "upstream-tls-certificate");
    }

    @Test
    void refusesASelfSignedCertificate() throws Exception {
        refuses(backend(TestCertificate.selfSigned("127.0.0.1")), "", "upstream-tls-certificate");
    }

    @Test
    void takesASelfSignedCertificateThatItWasGiven() throws Exception {
        TestCertificate own = TestCertificate.selfSigned("127.0.0.1");
        own.write(folder, "own");
        try (ScriptedBackend backend = backend(own);
                RunningGateway gateway =
                        RunningGateway.of(Setup.of(backend).upstream("tls: { ca: '" + folder + "/own.pem' }"))) {
            assertThat(gateway.exchange(get("/")).status()).isEqualTo(200);
        }
    }

    @Test
    void takesOnlyPublicKeysThatArePinned() throws Exception {
        TestCertificate certificate = AUTHORITY.issue("127.0.0.1");

        accepts(certificate, ", publicKeys: '" + certificate.keyHash() + "'");
        refuses(backend(certificate), ", publicKeys: '" + OTHER.keyHash() + "'", "upstream-tls-certificate");
    }

    @Test
    void takesAnyoneIfToldSo() throws Exception {
        try (ScriptedBackend backend = backend(TestCertificate.selfSigned("someone.test"));
                RunningGateway gateway = RunningGateway.of(Setup.of(backend).upstream("tls: { verify: false }"))) {
            assertThat(gateway.exchange(get("/")).status()).isEqualTo(200);
        }
    }

    @Test
    void takesAPinnedKeyWithoutAnAuthority() throws Exception {
        TestCertificate own = TestCertificate.selfSigned("someone.test");
        String keys = "tls: { verify: false, publicKeys: '%s' }";
        try (ScriptedBackend backend = backend(own);
                RunningGateway gateway = RunningGateway.of(Setup.of(backend).upstream(keys.formatted(own.keyHash())))) {
            assertThat(gateway.exchange(get("/")).status()).isEqualTo(200);
        }
        ScriptedBackend other = backend(own);
        refuses(other, Setup.of(other).upstream(keys.formatted(OTHER.keyHash())), "upstream-tls-certificate");
    }

    // ---- what it is asked for

    private static final class Asked extends SNIMatcher {
        final Queue<String> names = new ConcurrentLinkedQueue<>();

        Asked() {
            super(StandardConstants.SNI_HOST_NAME);
        }

        @Override
        public boolean matches(SNIServerName name) {
            names.add(new SNIHostName(name.getEncoded()).getAsciiName());
            return true;
        }
    }

    private static List<String> asked(TestCertificate certificate, String endpoint, String keys) throws IOException {
        Asked asked = new Asked();
        SSLServerSocket server = certificate.listen();
        SSLParameters parameters = server.getSSLParameters();
        parameters.setSNIMatchers(List.of(asked));
        server.setSSLParameters(parameters);
        Setup setup = tls(Setup.ofEndpoints(endpoint + ":" + server.getLocalPort()), keys);
        try (ScriptedBackend backend = ScriptedBackend.answeringOver(server, request -> ok(""));
                RunningGateway gateway = RunningGateway.of(setup)) {
            assertThat(gateway.exchange(get("/")).status()).isEqualTo(200);
            assertThat(backend.requests()).hasSize(1);
        }
        return List.copyOf(asked.names);
    }

    @Test
    void asksForTheHostOfTheEndpoint() throws Exception {
        assertThat(asked(AUTHORITY.issue("localhost"), "localhost", "")).containsExactly("localhost");
    }

    @Test
    void asksForTheNameThatItWasTold() throws Exception {
        assertThat(asked(AUTHORITY.issue("orders.test"), "127.0.0.1", ", name: Orders.test"))
                .containsExactly("orders.test");
    }

    @Test
    void asksForNoNameAtAnAddress() throws Exception {
        assertThat(asked(AUTHORITY.issue("127.0.0.1"), "127.0.0.1", "")).isEmpty();
    }

    // ---- clients

    @Test
    void showsItsCertificate() throws Exception {
        String keys = ", certificate: '%1$s/gateway.pem', key: '%1$s/gateway.key'".formatted(folder);
        SSLServerSocket server = AUTHORITY.issue("127.0.0.1").listenForClientsOf(AUTHORITY);
        try (ScriptedBackend backend = ScriptedBackend.answeringOver(server, request -> ok("known"));
                RunningGateway gateway = RunningGateway.of(tls(backend, keys))) {
            assertThat(gateway.exchange(get("/")).body()).isEqualTo("known");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void hearsThatItsCertificateIsMissing(String version) throws Exception {
        SSLServerSocket server = AUTHORITY.issue("127.0.0.1").listenForClientsOf(AUTHORITY);
        server.setEnabledProtocols(new String[] {version});

        refuses(
                ScriptedBackend.answeringOver(server, request -> ok("never")),
                ", versions: " + version,
                "upstream-tls-alert");
    }

    // ---- what is no TLS

    @Test
    void findsThatAnEndpointSpeaksCleartext() throws Exception {
        ScriptedBackend backend = ScriptedBackend.running(connection -> {
            connection.awaitByte();
            connection.send(head("HTTP/1.1 400 Bad Request", "Content-Length: 0"));
            connection.readUntilGone();
        });

        refuses(backend, "", "upstream-tls-failed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void findsThatAnEndpointClosesInTheHandshake(boolean reset) throws Exception {
        ScriptedBackend backend = ScriptedBackend.running(connection -> {
            connection.awaitByte();
            if (reset) {
                connection.reset();
            } else {
                connection.readOnce();
            }
        });

        refuses(backend, "", "upstream-tls-failed");
    }

    @Test
    void waitsForAHandshakeNoLongerThanForAConnection() throws Exception {
        ScriptedBackend backend = ScriptedBackend.running(RawPeer::readUntilGone);

        refuses(backend, tls(backend, "").connections("connectTimeout: 100ms, queueTimeout: 10s"), "connect-timeout");
    }

    @Test
    void findsThatNoVersionIsSharedWithTheEndpoint() throws Exception {
        SSLServerSocket server = AUTHORITY.issue("127.0.0.1").listen();
        server.setEnabledProtocols(new String[] {"TLSv1.2"});

        refuses(
                ScriptedBackend.answeringOver(server, request -> ok("never")),
                ", versions: TLSv1.3",
                "upstream-tls-alert");
    }

    // ---- requests

    @Test
    void goesToAnotherEndpointSinceNothingOfARequestWasSent() throws Exception {
        try (ScriptedBackend bad = backend(OTHER.issue("127.0.0.1"));
                ScriptedBackend good = backend(AUTHORITY.issue("127.0.0.1"));
                RunningGateway gateway = RunningGateway.of(tls(Setup.of(bad, good), ""))) {
            for (int i = 0; i < 10; i++) {
                assertThat(gateway.exchange(post("/", "once")).status()).isEqualTo(200);
            }
            assertThat(good.requests()).hasSize(10);
            assertThat(bad.requests()).isEmpty();
        }
    }

    @Test
    void passesLongBodiesBothWays() throws Exception {
        String body = "0123456789abcdef".repeat(65_536);
        try (ScriptedBackend backend = ScriptedBackend.answeringOver(
                        AUTHORITY.issue("127.0.0.1").listen(), request -> ok(request.body()));
                RunningGateway gateway = RunningGateway.of(tls(backend, ""))) {
            for (int i = 0; i < 5; i++) {
                assertThat(gateway.exchange(post("/", body)).body()).isEqualTo(body);
            }
        }
    }

    @Test
    void usesAConnectionAgainFromAnotherLoop() throws Exception {
        try (ScriptedBackend backend = backend(AUTHORITY.issue("127.0.0.1"));
                RunningGateway gateway = RunningGateway.of(tls(backend, "").connections("max: 1"));
                RawPeer one = gateway.client();
                RawPeer other = gateway.client()) {
            for (int i = 0; i < 100; i++) {
                one.send(get("/")).response(200);
                other.send(get("/")).response(200);
            }
            assertThat(backend.connections()).isEqualTo(1);
            assertThat(gateway.sum("sluice_pool_taken_over_total")).isEqualTo(199);
        }
    }

    @Test
    void resumesSessions() throws Exception {
        try (ScriptedBackend backend = backend(AUTHORITY.issue("127.0.0.1"));
                RunningGateway gateway = RunningGateway.of(tls(backend, "").connections("maxRequests: 1"))) {
            for (int i = 0; i < 10; i++) {
                assertThat(gateway.exchange(get("/")).status()).isEqualTo(200);
            }
            Map<String, Long> kinds = gateway.sums("sluice_upstream_tls_handshakes_total", "kind");

            assertThat(backend.connections()).isEqualTo(10);
            assertThat(kinds.get("full") + kinds.get("resumed")).isEqualTo(10);
            assertThat(kinds.get("resumed")).isGreaterThanOrEqualTo(8);
        }
    }

    // ---- what is told

    @Test
    void checksHealthOverTlsToo() throws Exception {
        try (ScriptedBackend bad = backend(OTHER.issue("127.0.0.1"));
                ScriptedBackend good = backend(AUTHORITY.issue("127.0.0.1"));
                RunningGateway gateway =
                        RunningGateway.of(tls(Setup.of(bad, good), " }, health: { path: /, interval: 100ms"))) {
            Await.until("a check fails", () -> checks(gateway, bad, "tls") > 0);
            Await.until("a check passes", () -> checks(gateway, good, "passed") > 0);

            assertThat(checks(gateway, bad, "passed") + checks(gateway, good, "tls"))
                    .isZero();
        }
    }

    private static long checks(RunningGateway gateway, ScriptedBackend backend, String result) {
        return gateway.counted(
                "sluice_endpoint_checks_total",
                "upstream",
                "backend",
                "endpoint",
                backend.endpoint(),
                "result",
                result);
    }

    @Test
    void tellsWhatWasWrong() throws Exception {
        try (ScriptedBackend bad = backend(AUTHORITY.issue("other.test"));
                RunningGateway gateway = RunningGateway.of(tls(bad, "").top("admin: { bind: '127.0.0.1:0' }"));
                RawPeer admin = gateway.admin()) {
            gateway.exchange(get("/"));
            JsonNode tls = new ObjectMapper()
                    .readTree(admin.send(head("GET /api/v1/upstreams HTTP/1.1", "Host: localhost"))
                            .response(200)
                            .body())
                    .at("/upstreams/0/tls");

            assertThat(tls.get("verify").asBoolean()).isTrue();
            assertThat(tls.get("expiry").isNull()).isTrue();
            assertThat(tls.at("/failures/certificate").asInt()).isPositive();
            assertThat(tls.at("/lastFailure/endpoint").asText()).isEqualTo(bad.endpoint());
            assertThat(tls.at("/lastFailure/text").asText())
                    .isEqualTo("the certificate is for other.test, not for 127.0.0.1");
            assertThat(gateway.sums("sluice_upstream_tls_failures_total", "cause")
                            .get("certificate"))
                    .isPositive();
        }
    }

    @Test
    void tellsWhenTheCertificateEnds() throws Exception {
        TestCertificate certificate = AUTHORITY.issue("127.0.0.1");
        try (ScriptedBackend backend = backend(certificate);
                RunningGateway gateway = RunningGateway.of(tls(backend, ""))) {
            gateway.exchange(get("/"));

            assertThat(gateway.counted("sluice_upstream_tls_expiry_timestamp_seconds", "upstream", "backend"))
                    .isEqualTo(
                            certificate.certificate().getNotAfter().toInstant().getEpochSecond());
        }
    }

    // ---- ends

    private static final String UNTIL_CLOSE = head("HTTP/1.1 200 OK") + "all of it";

    @Test
    void takesCloseNotifyForTheEndOfABody() throws Exception {
        try (ScriptedBackend backend =
                        ScriptedBackend.runningOver(AUTHORITY.issue("127.0.0.1").listen(), connection -> {
                            connection.request();
                            connection.send(UNTIL_CLOSE);
                        });
                RunningGateway gateway = RunningGateway.of(tls(backend, ""));
                RawPeer client = gateway.client()) {
            assertThat(client.send(request("GET / HTTP/1.1", "Connection: close"))
                            .response(200)
                            .body())
                    .isEqualTo("all of it");
        }
    }

    @Test
    void upgradesToATunnelThatEndsWithTls() throws Exception {
        try (ScriptedBackend backend =
                        ScriptedBackend.runningOver(AUTHORITY.issue("127.0.0.1").listen(), connection -> {
                            connection.request();
                            connection.send(
                                    head("HTTP/1.1 101 Switching Protocols", "Connection: upgrade", "Upgrade: echo"));
                            connection.send(connection.read(5));
                        });
                RunningGateway gateway = RunningGateway.of(tls(backend, ""));
                RawPeer client = gateway.client()) {
            client.send(request("GET / HTTP/1.1", "Connection: upgrade", "Upgrade: echo"))
                    .response(101);

            assertThat(client.send("hello").read(5)).isEqualTo("hello");
            client.expectEnd();
            client.halfClose();
            Await.until("the tunnel is over", () -> gateway.sum("sluice_pool_connections") == 0);
            assertThat(gateway.sum("sluice_failures_total")).isZero();
        }
    }
}
