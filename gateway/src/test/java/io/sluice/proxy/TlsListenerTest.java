package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.admin.ReloadResult;
import io.sluice.testing.AdminClient;
import io.sluice.testing.Await;
import io.sluice.testing.Command;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.TestCertificates;
import io.sluice.testing.TestCertificates.Pair;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS on listeners, with the JDK's client, curl and OpenSSL. */
final class TlsListenerTest {
    private static final String LARGE = "x".repeat(3_000_000);

    @TempDir
    static Path folder;

    private static TestCertificates certificates;
    private static Pair site;

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(
            request -> ok(request.target().equals("/large") ? LARGE : request.head() + request.body()));

    TlsListenerTest() throws IOException {}

    @BeforeAll
    static void certify() throws IOException {
        certificates = new TestCertificates(folder);
        site = certificates.of("localhost", "site.example");
    }

    /** A listener {@code web} that speaks TLS by these keys. */
    private String yaml(String tls, String more) {
        return listeners("web: { bind: \"127.0.0.1:0\", tls: { " + tls + " }, " + more + " }");
    }

    private String listeners(String listeners) {
        return """
                threads: 2
                listeners: { %s }
                upstreams: { backend: { endpoints: ["%s"] } }
                routes:
                  - { name: own, match: { path: /own }, respond: { status: 200, body: "own" } }
                  - { name: all, to: backend }
                """.formatted(listeners, backend.endpoint());
    }

    private RunningGateway gateway(String tls) throws IOException {
        return RunningGateway.of(yaml("certificates: [ " + site.yaml() + " ], " + tls, ""));
    }

    private static RawPeer connect(RunningGateway gateway, String... versions) throws IOException {
        return RawPeer.connect(gateway.address(), certificates.trusting(), "localhost", versions);
    }

    private static long handshakes(RunningGateway gateway, String end) {
        return gateway.counted("sluice_tls_handshakes_total", "listener", "web", "end", end);
    }

    private static void awaitHandshakes(RunningGateway gateway, String end, long count) throws InterruptedException {
        Await.until(
                () -> count + " that end as " + end + ", and not " + gateway.sums("sluice_tls_handshakes_total", "end"),
                () -> handshakes(gateway, end) == count);
    }

    private static X509Certificate served(RunningGateway gateway, String name) throws IOException {
        try (RawPeer client = RawPeer.connect(gateway.address(), certificates.trusting(), name)) {
            return (X509Certificate) client.session().getPeerCertificates()[0];
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void servesManyRequestsOnOneConnection(String version) throws Exception {
        try (RunningGateway gateway = gateway("");
                RawPeer client = connect(gateway, version)) {
            assertThat(client.session().getProtocol()).isEqualTo(version);
            for (int i = 0; i < 20; i++) {
                WireMessage response = client.send(get("/" + i)).response(200);
                assertThat(response.body()).contains("GET /" + i, "X-Forwarded-Proto: https", ";proto=https;");
            }
            assertThat(client.send(get("/own")).response(200).body()).isEqualTo("own");
            assertThat(handshakes(gateway, "full")).isEqualTo(1);
        }
    }

    @Test
    void takesRequestsThatComeByteByByteAndAllAtOnce() throws Exception {
        try (RunningGateway gateway = gateway("");
                RawPeer client = connect(gateway)) {
            client.sendByteByByte(get("/slow"));
            assertThat(client.response(200).body()).contains("/slow");
            client.send(get("/1").repeat(500));
            for (int i = 0; i < 500; i++) {
                client.response(200);
            }
        }
    }

    @Test
    void passesLargeBodiesBothWays() throws Exception {
        try (RunningGateway gateway = gateway("");
                RawPeer client = connect(gateway)) {
            assertThat(client.send(get("/large")).response(200).body()).isEqualTo(LARGE);
            client.send(head("POST /up HTTP/1.1", "Host: a", "Content-Length: " + LARGE.length()) + LARGE);
            assertThat(client.response(200).body()).endsWith(LARGE);
        }
    }

    @Test
    void showsTheCertificateThatIsAskedForAndElseTheFirst() throws Exception {
        Pair wildcard = certificates.of("*.wild.example");
        String all = "certificates: [ " + site.yaml() + ", " + wildcard.yaml() + " ]";
        try (RunningGateway gateway = RunningGateway.of(yaml(all, ""))) {
            assertThat(served(gateway, "site.example")).isEqualTo(site.x509());
            assertThat(served(gateway, "a.wild.example")).isEqualTo(wildcard.x509());
            assertThat(served(gateway, "a.b.wild.example")).isEqualTo(site.x509());
            assertThat(served(gateway, "other.example")).isEqualTo(site.x509());
            assertThat(served(gateway, null)).isEqualTo(site.x509());
        }
    }

    @ParameterizedTest
    @CsvSource({"true, HTTP/2 200", "false, HTTP/1.1 200 OK"})
    void offersHttp2WhereTheListenerSpeaksIt(boolean enabled, String answer) throws Exception {
        String tls = yaml("certificates: [ " + site.yaml() + " ]", "http2: { enabled: " + enabled + " }");
        try (RunningGateway gateway = RunningGateway.of(tls)) {
            String url = "https://localhost:" + gateway.address().getPort() + "/curl";
            String ca = certificates.authority().toString();
            String said = Command.run("", List.of("curl", "-sS", "--http2", "--cacert", ca, "-i", url));
            assertThat(said).startsWith(answer).contains("X-Forwarded-Proto: https");
        }
    }

    private String openssl(RunningGateway gateway, String input, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + gateway.address().getPort(),
                "-servername",
                "site.example",
                "-CAfile",
                certificates.authority().toString(),
                "-ign_eof"));
        command.addAll(List.of(more));
        return Command.run(input, command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void resumesSessionsByTickets(String version) throws Exception {
        String request = head("GET /own HTTP/1.1", "Host: a", "Connection: close");
        Path session = folder.resolve("session" + version);
        try (RunningGateway gateway = gateway("")) {
            assertThat(openssl(gateway, request, version, "-sess_out", session.toString()))
                    .contains("New, TLS", "Verify return code: 0", "own");
            assertThat(openssl(gateway, request, version, "-sess_in", session.toString()))
                    .contains("Reused, TLS", "own");
            awaitHandshakes(gateway, "full", 1);
            awaitHandshakes(gateway, "resumed", 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void resumesNothingWithoutTickets(String version) throws Exception {
        String request = head("GET /own HTTP/1.1", "Host: a", "Connection: close");
        Path session = folder.resolve("none" + version);
        try (RunningGateway gateway = gateway("sessionTickets: off")) {
            openssl(gateway, request, version, "-sess_out", session.toString());
            if (Files.exists(session)) {
                openssl(gateway, request, version, "-sess_in", session.toString());
            } else {
                openssl(gateway, request, version);
            }
            awaitHandshakes(gateway, "full", 2);
        }
    }

    @Test
    void speaksOnlyTheVersionsThatItIsTold() throws Exception {
        try (RunningGateway gateway = gateway("versions: TLSv1.3")) {
            assertThatThrownBy(() -> connect(gateway, "TLSv1.2").close())
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("protocol_version");
            awaitHandshakes(gateway, "protocol", 1);
        }
    }

    // ---- clients with certificates

    private String clientAuthority(String verify) {
        return "clientCertificates: " + verify + ", clientAuthorities: \"" + certificates.authority() + "\"";
    }

    private String guarded(String verify) {
        return yaml(
                "certificates: [ " + site.yaml() + " ], " + clientAuthority(verify), "clientSubject: X-Client-Subject");
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, required", "TLSv1.3, required", "TLSv1.2, optional", "TLSv1.3, optional"})
    void passesTheSubjectOfTheClientOnAndNothingThatItForges(String version, String verify) throws Exception {
        Pair client = certificates.client("client ä");
        try (RunningGateway gateway = RunningGateway.of(guarded(verify));
                RawPeer peer =
                        RawPeer.connect(gateway.address(), certificates.trusting(client), "localhost", version)) {
            String forged = head(
                    "GET /x HTTP/1.1",
                    "Host: a",
                    "x-client-subject: CN=root",
                    "X_Client_Subject: CN=root",
                    "Connection: X-Client-Subject");
            for (int i = 0; i < 3; i++) {
                WireMessage response = peer.send(forged).response(200);
                assertThat(response.body())
                        .contains("X-Client-Subject: CN=client \\C3\\A4,O=Sluice\r\n")
                        .doesNotContain("root");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void knowsWhoComesBackWithATicket(String version) throws Exception {
        Pair client = certificates.client("again");
        String request = head("GET /x HTTP/1.1", "Host: a", "Connection: close");
        String session = folder.resolve("again" + version).toString();
        String[] own = {
            "-cert", client.certificate().toString(), "-key", client.key().toString(), version
        };
        try (RunningGateway gateway = RunningGateway.of(guarded("required"))) {
            assertThat(openssl(gateway, request, with(own, "-sess_out", session)))
                    .contains("X-Client-Subject: CN=again,O=Sluice");
            assertThat(openssl(gateway, request, with(own, "-sess_in", session)))
                    .contains("Reused, TLS", "X-Client-Subject: CN=again,O=Sluice");
        }
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void refusesAClientWithoutACertificateWhereOneIsRequired(String version) throws Exception {
        try (RunningGateway gateway = RunningGateway.of(guarded("required"))) {
            assertThatThrownBy(() -> {
                        try (RawPeer client = connect(gateway, version)) {
                            // with TLS 1.3 the client hears of it after its own part of the handshake
                            client.send(get("/x")).response();
                        }
                    })
                    .isInstanceOf(IOException.class);
            awaitHandshakes(gateway, "certificate", 1);
            assertThat(backend.requests()).isEmpty();
        }
    }

    @Test
    void letsAClientInWithoutACertificateWhereItIsOptional() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(guarded("optional"));
                RawPeer client = connect(gateway)) {
            client.send(head("GET /x HTTP/1.1", "Host: a", "X-Client-Subject: CN=root"));
            assertThat(client.response(200).body()).doesNotContainIgnoringCase("client-subject");
        }
    }

    @Test
    void refusesACertificateThatAnotherAuthorityHasSigned() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Pair foreign = new TestCertificates(elsewhere).client("stranger");
        try (RunningGateway gateway = RunningGateway.of(guarded("optional"))) {
            assertThatThrownBy(() -> {
                        // the JDK would not even show one that was not asked for
                        Command.run(
                                "",
                                List.of(
                                        "curl",
                                        "-sS",
                                        "--fail",
                                        "-k",
                                        "--cert",
                                        foreign.certificate().toString(),
                                        "--key",
                                        foreign.key().toString(),
                                        "https://localhost:" + gateway.address().getPort() + "/x"));
                    })
                    .isInstanceOf(IOException.class);
            awaitHandshakes(gateway, "certificate", 1);
        }
    }

    @Test
    void removesForgedSubjectsInCleartextToo() throws Exception {
        String plain = listeners("web: { bind: \"127.0.0.1:0\", clientSubject: X-Client-Subject }");
        try (RunningGateway gateway = RunningGateway.of(plain)) {
            String forged = head("GET /x HTTP/1.1", "Host: a", "X-Client-Subject: CN=root");
            assertThat(gateway.exchange(forged).body()).doesNotContain("root");
        }
    }

    // ---- handshakes that fail

    @Test
    void countsThoseWhoSpeakNoTls() throws Exception {
        try (RunningGateway gateway = gateway("");
                RawPeer client = RawPeer.connect(gateway.address())) {
            client.send(get("/x"));
            client.expectGone();
            awaitHandshakes(gateway, "not-tls", 1);
            assertThat(gateway.connections().total()).isZero();
        }
    }

    @Test
    void endsAHandshakeThatTakesTooLong() throws Exception {
        try (RunningGateway gateway = gateway("handshake: { timeout: 50ms }");
                RawPeer client = RawPeer.connect(gateway.address())) {
            client.expectGone();
            awaitHandshakes(gateway, "timeout", 1);
            assertThat(gateway.connections().total()).isZero();
        }
    }

    @Test
    void countsAClientThatGoesAway() throws Exception {
        try (RunningGateway gateway = gateway("")) {
            try (RawPeer client = RawPeer.connect(gateway.address())) {
                client.send("\u0016\u0003\u0001");
                Await.until("handshaking", () -> gateway.connections().handshaking() == 1);
            }
            awaitHandshakes(gateway, "gone", 1);
            assertThat(gateway.connections().total()).isZero();
        }
    }

    @Test
    void countsAClientThatDoesNotTrustTheCertificate() throws Exception {
        try (RunningGateway gateway = gateway("")) {
            String url = "https://localhost:" + gateway.address().getPort() + "/x";
            assertThatThrownBy(() -> Command.run("", List.of("curl", "-sS", "--fail", url)))
                    .hasMessageContaining("certificate");
            awaitHandshakes(gateway, "refused", 1);
        }
    }

    @Test
    void acceptsNoMoreThanMayBeAgreeingOnTls() throws Exception {
        try (RunningGateway gateway = gateway("handshake: { concurrent: 2 }")) {
            List<RawPeer> silent = new ArrayList<>();
            silent.add(RawPeer.connect(gateway.address()));
            silent.add(RawPeer.connect(gateway.address()));
            Await.until("two handshakes", () -> gateway.connections().handshaking() == 2);
            // accepted by the kernel alone
            silent.add(RawPeer.connect(gateway.address()));
            Await.until(
                    "a rest",
                    () -> gateway.counted("sluice_accept_rests_total", "listener", "web", "cause", "handshakes") > 0);
            assertThat(gateway.connections().total()).isEqualTo(2);
            silent.removeFirst().close();
            awaitHandshakes(gateway, "gone", 1);
            Await.until("one is let in", () -> gateway.connections().handshaking() == 2);
            for (RawPeer one : silent) {
                one.close();
            }
            try (RawPeer client = connect(gateway)) {
                client.send(get("/x")).response(200);
            }
        }
    }

    // ---- changes

    @Test
    void takesNewCertificatesWhileConnectionsStayOpen() throws Exception {
        Pair used = certificates.of("swapped.example");
        Pair next = certificates.of("swapped.example");
        String yaml = yaml("certificates: [ " + used.yaml() + " ]", "");
        X509Certificate before = used.x509();
        try (RunningGateway gateway = RunningGateway.of(yaml);
                RawPeer open = connect(gateway)) {
            assertThat(served(gateway, "swapped.example")).isEqualTo(before);
            open.send(get("/1")).response(200);
            next.replace(used);
            gateway.reload(yaml);
            assertThat(served(gateway, "swapped.example"))
                    .isEqualTo(next.x509())
                    .isNotEqualTo(before);
            open.send(get("/2")).response(200);
        }
    }

    @Test
    void keepsWhatItHasWhenACertificateIsNotFit() throws Exception {
        Pair used = certificates.of("kept.example");
        Pair other = certificates.of("kept.example");
        String yaml = yaml("certificates: [ " + used.yaml() + " ]", "");
        X509Certificate before = used.x509();
        try (RunningGateway gateway = RunningGateway.of(yaml)) {
            Files.write(used.certificate(), Files.readAllBytes(other.certificate()));
            assertThatThrownBy(() -> gateway.reload(yaml))
                    .hasMessageContaining(used.key().getFileName().toString())
                    .hasMessageContaining("expected: the key of certificate");
            assertThat(served(gateway, "kept.example")).isEqualTo(before);
            Files.delete(used.certificate());
            assertThatThrownBy(() -> gateway.reload(yaml))
                    .hasMessageContaining("there is no file " + used.certificate());
            assertThat(served(gateway, "kept.example")).isEqualTo(before);
        }
    }

    @Test
    void changesFromCleartextToTlsAndBack() throws Exception {
        String plain = listeners("web: { bind: \"127.0.0.1:0\" }");
        String tls = yaml("certificates: [ " + site.yaml() + " ]", "");
        try (RunningGateway gateway = RunningGateway.of(plain);
                RawPeer cleartext = gateway.client()) {
            cleartext.send(get("/1")).response(200);
            gateway.reload(tls);
            try (RawPeer client = connect(gateway)) {
                client.send(get("/2")).response(200);
                cleartext.send(get("/3")).response(200);
                gateway.reload(plain);
                client.send(get("/4")).response(200);
                assertThat(gateway.exchange(get("/5")).status()).isEqualTo(200);
            }
        }
    }

    // ---- what is said

    @ParameterizedTest
    @CsvSource({"true, https://shop.example/a?b=c", "8443, https://shop.example:8443/a?b=c"})
    void redirectsToHttps(String port, String location) throws Exception {
        String plain = listeners("web: { bind: \"127.0.0.1:0\", redirectToHttps: " + port + " }");
        try (RunningGateway gateway = RunningGateway.of(plain)) {
            WireMessage response =
                    gateway.exchange(head("POST /a?b=c HTTP/1.1", "Host: shop.example:80", "Content-Length: 0"));

            assertThat(response.status()).isEqualTo(308);
            assertThat(response.value("Location")).isEqualTo(location);
            assertThat(backend.requests()).isEmpty();
        }
    }

    @Test
    void tellsBrowsersToStayWithTls() throws Exception {
        try (RunningGateway gateway = gateway("hsts: 8760h");
                RawPeer client = connect(gateway)) {
            for (String path : List.of("/own", "/x")) {
                assertThat(client.send(get(path)).response(200).value("Strict-Transport-Security"))
                        .isEqualTo("max-age=31536000");
            }
            WireMessage refused =
                    client.send(head("GET /x HTTP/1.1", "Host: a", "Host: b")).response(400);
            assertThat(refused.value("Strict-Transport-Security")).isEqualTo("max-age=31536000");
        }
    }

    @Test
    void tellsWhatItsCertificatesAreForAndWhenTheyExpire() throws Exception {
        Pair brief = certificates.of(5, "brief.example");
        String yaml = yaml("certificates: [ " + site.yaml() + ", " + brief.yaml() + " ]", "")
                + "admin: { bind: \"127.0.0.1:0\" }\n";
        try (RunningGateway gateway = RunningGateway.of(yaml)) {
            AdminClient admin = AdminClient.of(gateway.adminAddress());
            JsonNode tls = AdminClient.json(admin.get("/api/v1/listeners")).at("/listeners/0/tls");

            assertThat(tls.at("/certificates/0/names").toString()).isEqualTo("[\"localhost\",\"site.example\"]");
            assertThat(tls.at("/certificates/1/expiresInDays").asInt()).isEqualTo(4);
            assertThat(gateway.counted(
                            "sluice_tls_certificate_expiry_timestamp_seconds",
                            "listener",
                            "web",
                            "certificate",
                            brief.certificate().toString()))
                    .isEqualTo(brief.x509().getNotAfter().toInstant().getEpochSecond());
        }
    }

    @Test
    void changesNothingWhereNoFileHasChanged() throws Exception {
        String yaml = yaml("certificates: [ " + site.yaml() + " ]", "");
        try (RunningGateway gateway = RunningGateway.of(yaml)) {
            gateway.reload(yaml);
            assertThat(gateway.tryReload(yaml)).isInstanceOf(ReloadResult.Unchanged.class);
        }
    }
}
