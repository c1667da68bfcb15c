package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.testing.Await;
import io.sluice.testing.HaproxyFront;
import io.sluice.testing.NginxBackend;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.TestCertificates;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The PROXY protocol with those who know it: HAProxy in front, nginx behind. */
final class ProxyProtocolPeersTest {
    private static final String CLIENT = "127.0.0.7";

    @ParameterizedTest
    @ValueSource(strings = {"send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c,unique-id"})
    void knowsTheClientsOfHaproxy(String option) throws Exception {
        assumeTrue(HaproxyFront.installedOrRequired(), "no HAProxy here");
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> ok(request.value("x-forwarded-for")));
                RunningGateway gateway =
                        RunningGateway.of(Setup.of(backend).listener("proxyProtocol: { from: 127.0.0.1 }"));
                HaproxyFront front = HaproxyFront.before(gateway.address(), option);
                RawPeer client = RawPeer.connectFrom(CLIENT, front.address());
                RawPeer other = RawPeer.connectFrom("127.0.0.8", front.address())) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.send(get("/")).response(200).body()).isEqualTo(CLIENT);
                assertThat(other.send(get("/")).response(200).body()).isEqualTo("127.0.0.8");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"send-proxy, check", "send-proxy-v2, check check-send-proxy"})
    void takesItsChecks(String option, String check) throws Exception {
        assumeTrue(HaproxyFront.installedOrRequired(), "no HAProxy here");
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> ok("served"));
                RunningGateway gateway =
                        RunningGateway.of(Setup.of(backend).listener("proxyProtocol: { from: 127.0.0.1 }"));
                HaproxyFront front = HaproxyFront.before(gateway.address(), option + " " + check + " inter 20ms");
                RawPeer client = RawPeer.connectFrom(CLIENT, front.address())) {
            Await.until(
                    "some checks came",
                    () -> gateway.counted("sluice_client_connections_opened_total", "listener", "web") > 5);

            assertThat(client.send(get("/")).response(200).body()).isEqualTo("served");
            assertThat(gateway.sums("sluice_client_connections_ended_total", "cause").entrySet().stream()
                            .filter(e -> e.getValue() > 0))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void tellsNginxOfItsClients(String version) throws Exception {
        assumeTrue(NginxBackend.installedOrRequired(), "no nginx here");
        try (NginxBackend nginx = NginxBackend.start();
                RunningGateway gateway = RunningGateway.of(Setup.ofEndpoints(nginx.proxiedEndpoint())
                        .upstream("proxyProtocol: " + version + ", health: { path: /, interval: 100ms }"));
                RawPeer client = RawPeer.connectFrom(CLIENT, gateway.address());
                RawPeer other = gateway.client()) {
            List<String> connections = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String[] answer = client.send(get("/")).response(200).body().split(" ", -1);
                assertThat(answer[0]).isEqualTo(CLIENT + ":" + client.local().getPort());
                connections.add(answer[1]);
                assertThat(other.send(get("/")).response(200).body())
                        .startsWith("127.0.0.1:" + other.local().getPort() + " ");
            }
            assertThat(connections).containsOnly(connections.getFirst());
            Await.until(
                    "a check has passed",
                    () -> gateway.sums("sluice_endpoint_checks_total", "result").getOrDefault("passed", 0L) > 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge"})
    void takesAHeaderOfCurlBeforeAnyProtocol(String version) throws Exception {
        assumeTrue(System.getenv("CI") != null || Files.isExecutable(Path.of("/usr/bin/curl")), "no curl here");
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> ok(request.value("x-forwarded-for")));
                RunningGateway gateway =
                        RunningGateway.of(Setup.of(backend).listener("proxyProtocol: { from: " + CLIENT + " }"))) {
            String url = "http://127.0.0.1:" + gateway.address().getPort() + "/";
            Process curl = new ProcessBuilder(
                            "curl",
                            "-s",
                            "--interface",
                            CLIENT,
                            "--haproxy-protocol",
                            version,
                            "-w",
                            " %{http_version}",
                            url)
                    .start();
            assertThat(new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(CLIENT + (version.equals("--http1.1") ? " 1.1" : " 2"));
            assertThat(curl.waitFor()).isZero();
            Await.until("it is gone", () -> gateway.connections().total() == 0);
        }
    }

    @Test
    void takesAHeaderOfCurlBeforeTls(@TempDir Path folder) throws Exception {
        assumeTrue(System.getenv("CI") != null || Files.isExecutable(Path.of("/usr/bin/curl")), "no curl here");
        String tls = "tls: { certificates: [ "
                + new TestCertificates(folder).of("localhost").yaml() + " ] }";
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> ok(request.value("forwarded")));
                RunningGateway gateway = RunningGateway.of(
                        Setup.of(backend).listener(tls + ", proxyProtocol: { from: " + CLIENT + " }"))) {
            String url = "https://127.0.0.1:" + gateway.address().getPort() + "/";
            Process curl = new ProcessBuilder(
                            "curl", "-sk", "--interface", CLIENT, "--haproxy-protocol", "--http1.1", url)
                    .start();
            assertThat(new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("for=" + CLIENT)
                    .contains("proto=https");
            assertThat(curl.waitFor()).isZero();
            Await.until("it is gone", () -> gateway.connections().total() == 0);
        }
    }

    @Test
    void passesTheClientOnFromHaproxyToNginx() throws Exception {
        assumeTrue(HaproxyFront.installedOrRequired(), "no HAProxy here");
        assumeTrue(NginxBackend.installedOrRequired(), "no nginx here");
        try (NginxBackend nginx = NginxBackend.start();
                RunningGateway gateway = RunningGateway.of(Setup.ofEndpoints(nginx.proxiedEndpoint())
                        .upstream("proxyProtocol: v1")
                        .listener("proxyProtocol: { from: 127.0.0.1 }"));
                HaproxyFront front = HaproxyFront.before(gateway.address(), "send-proxy-v2");
                RawPeer client = RawPeer.connectFrom(CLIENT, front.address())) {
            assertThat(client.send(get("/")).response(200).body())
                    .startsWith(CLIENT + ":" + client.local().getPort() + " ");
        }
    }
}
