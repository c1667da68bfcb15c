package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Await;
import io.sluice.testing.Echo;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.TestCertificate;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is spoken to endpoints over TLS, where they choose by ALPN, and where what they choose changes. */
final class AgreedProtocolTest {
    private static final TestCertificate AUTHORITY = TestCertificate.authority("Authority");
    private static final TestCertificate SITE = AUTHORITY.issue("127.0.0.1");
    private static final String[] H1_ONLY = {Echo.H1};
    private static final String[] BOTH = {Echo.H2, Echo.H1};
    private static final int CLIENTS = 20;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void write() throws IOException {
        AUTHORITY.write(folder, "authority");
    }

    private static ScriptedBackend backend(int port, ScriptedBackend.Script script) throws IOException {
        return ScriptedBackend.runningOver(TestCertificate.listen(SITE.context(null), port), script);
    }

    private static ScriptedBackend backend(ScriptedBackend.Script script) throws IOException {
        return backend(0, script);
    }

    private static RunningGateway gateway(String protocol, String connections, ScriptedBackend... backends)
            throws IOException {
        return RunningGateway.of(Setup.of(backends)
                .connections(connections)
                .upstream("protocol: %s, tls: { ca: '%s/authority.pem' }".formatted(protocol, folder)));
    }

    private static String spoken(RunningGateway gateway) throws IOException {
        WireMessage response = gateway.exchange(get("/some"));
        assertThat(response.status()).as(response.head()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("/some");
        return response.value("x-spoken");
    }

    private static void refuses(RunningGateway gateway, String cause) throws Exception {
        WireMessage response = gateway.exchange(get("/"));
        assertThat(response.status()).isEqualTo(502);
        assertThat(response.head()).contains("details=\"" + cause + "\"");
        Await.until("the connection is closed", () -> gateway.sum("sluice_pool_connections") == 0);
    }

    // ---- what is agreed upon

    @Test
    void isHttp2WhereTheEndpointWantsIt() throws Exception {
        try (ScriptedBackend backend = backend(Echo.choosing(BOTH));
                RunningGateway gateway = gateway("auto", "", backend)) {
            assertThat(spoken(gateway)).isEqualTo(Echo.H2);
            assertThat(gateway.exchange(post("/", "body")).body()).isEqualTo("body");
        }
    }

    @Test
    void isHttp11WhereTheEndpointWantsThat() throws Exception {
        try (ScriptedBackend backend = backend(Echo.choosing(H1_ONLY));
                RunningGateway gateway = gateway("auto", "", backend)) {
            assertThat(spoken(gateway)).isEqualTo(Echo.H1);
            assertThat(gateway.exchange(post("/", "body")).body()).isEqualTo("body");
        }
    }

    @Test
    void isHttp11WhereTheEndpointKnowsNothingOfAlpn() throws Exception {
        try (ScriptedBackend backend = backend(Echo.choosing());
                RunningGateway gateway = gateway("auto", "", backend)) {
            assertThat(spoken(gateway)).isEqualTo(Echo.H1);
        }
    }

    /** RFC 7301 section 3.2: no_application_protocol. */
    @ParameterizedTest
    @ValueSource(strings = {"auto", "h2"})
    void isNothingWhereTheEndpointRefusesAllThatIsOffered(String protocol) throws Exception {
        try (ScriptedBackend backend = backend(Echo.choosing("imap"));
                RunningGateway gateway = gateway(protocol, "", backend)) {
            refuses(gateway, "upstream-tls-alert");
        }
    }

    @Test
    void isNothingWhereHttp2IsAMustAndTheEndpointKnowsNothingOfAlpn() throws Exception {
        try (ScriptedBackend backend = backend(Echo.choosing());
                RunningGateway gateway = gateway("h2", "", backend)) {
            refuses(gateway, "upstream-protocol");
        }
    }

    @Test
    void isForEachEndpointWhatThatOneWants() throws Exception {
        try (ScriptedBackend modern = backend(Echo.choosing(BOTH));
                ScriptedBackend old = backend(Echo.choosing(H1_ONLY));
                RunningGateway gateway = gateway("auto", "max: 2", modern, old);
                Load load = Load.of(gateway, CLIENTS)) {
            Set<String> seen = new TreeSet<>();
            for (int i = 0; i < 20; i++) {
                seen.add(spoken(gateway));
            }
            load.awaitMore(500);

            assertThat(load.stop()).isEmpty();
            assertThat(seen).containsExactlyInAnyOrder(BOTH);
            assertThat(modern.peakOpen()).isLessThanOrEqualTo(2);
            assertThat(old.peakOpen()).isEqualTo(2);
        }
    }

    // ---- where that changes

    private static void awaitClosed(RunningGateway gateway) throws InterruptedException {
        Await.until("what was open is closed", () -> gateway.sum("sluice_pool_connections") == 0);
    }

    @Test
    void changesWithARestartAndTheCapDoesNot() throws Exception {
        ScriptedBackend first = backend(Echo.choosing(BOTH));
        int port = first.port();
        try (RunningGateway gateway = gateway("auto", "max: 3", first)) {
            assertThat(spoken(gateway)).isEqualTo(Echo.H2);
            first.kill();
            awaitClosed(gateway);
            try (ScriptedBackend old = backend(port, Echo.choosing(H1_ONLY))) {
                try (Load load = Load.of(gateway, CLIENTS)) {
                    load.awaitMore(500);
                    assertThat(load.stop()).isEmpty();
                }
                assertThat(spoken(gateway)).isEqualTo(Echo.H1);
                assertThat(old.peakOpen()).isEqualTo(3);
                old.kill();
            }
            awaitClosed(gateway);
            try (ScriptedBackend modern = backend(port, Echo.choosing(BOTH))) {
                try (Load load = Load.of(gateway, CLIENTS)) {
                    load.awaitMore(500);
                    assertThat(load.stop()).isEmpty();
                }
                assertThat(spoken(gateway)).isEqualTo(Echo.H2);
                assertThat(modern.peakOpen()).isBetween(1, 3);
            }
        } finally {
            first.close();
        }
    }

    @Test
    void mayBeAnotherForEachConnection() throws Exception {
        Echo mixed = Echo.choosing(number -> number % 2 == 0 ? H1_ONLY : BOTH);
        try (ScriptedBackend backend = backend(mixed);
                RunningGateway gateway = gateway("auto", "max: 4, streams: 2", backend);
                Load load = Load.of(gateway, CLIENTS)) {
            load.awaitMore(2_000);

            assertThat(load.stop()).isEmpty();
            assertThat(backend.peakOpen()).isBetween(2, 4);
        }
    }

    /** As it is where nothing but HTTP/1.1 was ever spoken: what is sent again goes on a connection that carried nothing yet. */
    @Test
    void isForgottenWithTheLastConnectionThatSpokeIt() throws Exception {
        ScriptedBackend first = backend(Echo.choosing(BOTH));
        int port = first.port();
        // two for each loop
        CountDownLatch all = new CountDownLatch(4);
        try (RunningGateway gateway = gateway("auto", "", first)) {
            assertThat(spoken(gateway)).isEqualTo(Echo.H2);
            first.kill();
            awaitClosed(gateway);
            List<RawPeer> clients = new ArrayList<>();
            try (ScriptedBackend old = backend(port, connection -> answersOnce(connection, all))) {
                for (int i = 0; i < 4; i++) {
                    clients.add(gateway.client().send(get("/" + i)));
                }
                for (RawPeer client : clients) {
                    client.response(200);
                }
                RawPeer client = clients.getFirst();

                assertThat(client.send(get("/again")).response(200).body()).isEqualTo("/again");
                assertThat(old.connections()).isEqualTo(5);
            } finally {
                for (RawPeer client : clients) {
                    client.close();
                }
            }
        } finally {
            first.close();
        }
    }

    /** Closes when there is a second request; the first connections are open at the same time. */
    private static void answersOnce(RawPeer connection, CountDownLatch all) throws Exception {
        connection.choosing(H1_ONLY);
        WireMessage request = connection.request();
        all.countDown();
        all.await(10, TimeUnit.SECONDS);
        connection.send(ok(request.target()));
        connection.request();
    }
}
