package io.sluice.admin;

import static io.sluice.testing.HttpText.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testing.AdminClient;
import io.sluice.testing.Await;
import io.sluice.testing.ProxyText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.TestCertificate;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Client connections of which it is not known yet what will be spoken on them. */
final class UnsettledConnectionsTest {
    @TempDir
    private Path folder;

    private RunningGateway gateway;
    private AdminClient admin;

    @BeforeEach
    void start() throws IOException {
        TestCertificate.selfSigned("localhost").write(folder, "site");
        gateway = RunningGateway.of("""
                threads: 2
                admin: { bind: '127.0.0.1:0' }
                listeners:
                  secure: { bind: '127.0.0.1:0', tls: { certificates: [ { certificate: '%1$s/site.pem', key: '%1$s/site.key' } ] } }
                  told: { bind: '127.0.0.1:0', proxyProtocol: { from: 127.0.0.0/8 } }
                routes: [ { name: all, respond: { status: 204 } } ]
                """.formatted(folder));
        admin = AdminClient.of(gateway.adminAddress());
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private RawPeer connect(String listener) throws Exception {
        RawPeer client = RawPeer.connect(gateway.address(listener));
        Await.until("accepted", () -> gateway.connections().handshaking() == 1);
        return client;
    }

    private JsonNode only() throws IOException {
        JsonNode found = AdminClient.json(admin.get("/api/v1/connections?state=handshaking"));
        assertThat(found.get("matched").asInt()).isEqualTo(1);
        return found.at("/connections/0");
    }

    private static String address(RawPeer client) {
        return "127.0.0.1:" + client.local().getPort();
    }

    @Test
    void areListedWhileTheyAgreeOnTls() throws Exception {
        try (RawPeer client = connect("secure")) {
            client.send("\u0016\u0003\u0001");
            JsonNode row = only();

            assertThat(row.get("client").asText()).isEqualTo(address(client));
            assertThat(row.get("listener").asText()).isEqualTo("secure");
            assertThat(row.get("protocol").asText()).isEqualTo("TLS");
            assertThat(row.get("stateMs").asDouble()).isNotNegative();
            assertThat(row.get("exchange").isNull()).isTrue();
        }
        Await.until("gone", () -> gateway.connections().total() == 0);
    }

    @Test
    void areListedWhileTheyHaveYetToTellWhoseTheyAre() throws Exception {
        try (RawPeer client = connect("told")) {
            JsonNode row = only();
            assertThat(row.get("client").asText()).isEqualTo(address(client));
            assertThat(row.get("protocol").asText()).isEqualTo("PROXY");

            client.send(ProxyText.v1("192.0.2.1", 1234));
            Await.until("known", () -> protocol().equals("HTTP/1.1"));
            assertThat(only().get("client").asText()).isEqualTo("192.0.2.1:1234");
            client.send(get("/")).response(204);
        }
    }

    private String protocol() {
        try {
            return only().get("protocol").asText();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void mayBeClosed() throws Exception {
        for (String listener : new String[] {"secure", "told"}) {
            try (RawPeer client = connect(listener)) {
                String id = only().get("id").asText();
                assertThat(admin.send("DELETE", "/api/v1/connections/" + id, "").status())
                        .isEqualTo(204);
                client.expectGone();
            }
            Await.until("gone", () -> gateway.connections().total() == 0);
            assertThat(gateway.counted(
                            "sluice_client_connections_ended_total", "listener", listener, "cause", "operator"))
                    .isEqualTo(1);
        }
    }
}
