package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testing.AdminClient;
import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Client connections, one by one. */
final class ConnectionsTest extends OnSetting {
    private static final int MANY = 1500;

    private final List<RawPeer> clients = new ArrayList<>();

    @AfterEach
    void leave() throws IOException {
        for (RawPeer client : clients) {
            client.close();
        }
    }

    private RawPeer silent(String from) throws IOException {
        RawPeer client = RawPeer.connectFrom(from, setting.gateway.address("web"));
        clients.add(client);
        return client;
    }

    private RawPeer parked(String from) throws IOException {
        RawPeer client = silent(from);
        client.send(HttpText.get("/fixed/")).response(204);
        return client;
    }

    private JsonNode connections(String query) throws IOException {
        return AdminClient.json(setting.admin().get("/api/v1/connections" + query));
    }

    private void awaitCount(int count) throws InterruptedException {
        Await.until(() -> count + " connections", () -> {
            try {
                return connections("?limit=0").at("/clientConnections/total").asInt() == count;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static String address(RawPeer client) {
        return client.local().getAddress().getHostAddress() + ":"
                + client.local().getPort();
    }

    @Test
    void tellsWhoIsThereInWhichState() throws Exception {
        RawPeer parked = parked("127.0.0.1");
        RawPeer silent = silent("127.0.0.2");
        RawPeer active = silent("127.0.0.3").send("GET / HT");
        awaitCount(3);

        JsonNode all = connections("");
        assertThat(all.get("matched").asInt()).isEqualTo(3);
        assertThat(all.get("complete").asBoolean()).isTrue();
        assertThat(all.at("/listeners/1/name").asText()).isEqualTo("web");
        assertThat(all.at("/listeners/1/clientConnections/total").asInt()).isEqualTo(3);
        for (JsonNode row : all.get("connections")) {
            String expected = switch (row.get("state").asText()) {
                case "parked" -> address(parked);
                case "handshaking" -> address(silent);
                default -> address(active);
            };
            assertThat(row.get("client").asText()).isEqualTo(expected);
            assertThat(row.get("listener").asText()).isEqualTo("web");
            assertThat(row.get("stateMs").asDouble()).isNotNegative();
            assertThat(row.get("exchange").isNull()).isTrue();
        }
        assertThat(all.get("connections").findValuesAsText("state"))
                .containsExactlyInAnyOrder("parked", "handshaking", "active");
    }

    @Test
    void tellsWhatAConnectionIsBusyWith() throws Exception {
        RawPeer client = silent("127.0.0.1").send(HttpText.get("/"));
        RawPeer server = setting.backend.accept();
        server.request();

        JsonNode exchange = connections("?state=active").at("/connections/0/exchange");
        assertThat(exchange.get("route").asText()).isEqualTo("all");
        assertThat(exchange.get("upstream").asText()).isEqualTo("orders");
        assertThat(exchange.get("endpoint").asText()).isEqualTo(setting.backend.endpoint());
        assertThat(exchange.get("attempts").asInt()).isEqualTo(1);
        assertThat(exchange.get("connected").asBoolean()).isTrue();
        double elapsed = exchange.get("elapsedMs").asDouble();
        Await.until("time passes", () -> elapsed() > elapsed);
        server.send(HttpText.ok("done"));
        client.response(200);
    }

    private double elapsed() {
        try {
            return connections("").at("/connections/0/exchange/elapsedMs").asDouble();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void findsByStateListenerAndAddress() throws Exception {
        parked("127.0.0.1");
        silent("127.0.0.2");
        silent("127.0.0.3");
        awaitCount(3);

        assertThat(connections("?state=parked").get("matched").asInt()).isEqualTo(1);
        assertThat(connections("?state=handshaking").get("matched").asInt()).isEqualTo(2);
        assertThat(connections("?listener=side").get("matched").asInt()).isZero();
        assertThat(connections("?listener=web&address=127.0.0.3").get("matched").asInt())
                .isEqualTo(1);
        assertThat(connections("?address=127.0.0.2/31").get("matched").asInt()).isEqualTo(2);
        assertThat(connections("?address=::1").get("matched").asInt()).isZero();
    }

    @Test
    void tellsTheAddressesWithTheMostConnections() throws Exception {
        for (int i = 0; i < 3; i++) {
            silent("127.0.0.7");
        }
        parked("127.0.0.8");
        silent("127.0.0.8");
        silent("127.0.0.9");
        awaitCount(6);

        JsonNode top = connections("?top=2&limit=0");
        assertThat(top.get("connections")).isEmpty();
        assertThat(top.get("addresses").findValuesAsText("address")).containsExactly("127.0.0.7", "127.0.0.8");
        assertThat(top.get("addresses").findValuesAsText("connections")).containsExactly("3", "2");
        assertThat(connections("").get("addresses")).isEmpty();
    }

    @Test
    void goesOverVeryManyWhileTheyAreServed() throws Exception {
        for (int i = 0; i < MANY; i++) {
            silent("127.0.0.1");
        }
        awaitCount(MANY);
        RawPeer busy = parked("127.0.0.2");
        Set<String> ids = new HashSet<>();
        for (JsonNode row : connections("?limit=1000&state=handshaking").get("connections")) {
            ids.add(row.get("id").asText());
        }
        busy.send(HttpText.get("/fixed/")).response(204);
        JsonNode all = connections("?limit=10&top=1");

        assertThat(ids).hasSize(1000);
        assertThat(all.get("matched").asInt()).isEqualTo(MANY + 1);
        assertThat(all.get("connections")).hasSize(10);
        assertThat(all.at("/addresses/0/connections").asInt()).isEqualTo(MANY);
        assertThat(all.get("complete").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?limit=1001",
                "?limit=-1",
                "?limit=x",
                "?top=101",
                "?state=idle",
                "?address=example.com",
                "?address=10.0.0.0/33",
                "?color=red",
                "?limit=%zz",
                "?limit=1&limit=2"
            })
    void saysWhatAParameterShouldLookLike(String query) throws IOException {
        assertThat(setting.admin().get("/api/v1/connections" + query).status()).isEqualTo(400);
        assertThat(connections(query).get("expected").asText()).isNotEmpty();
    }

    // ---- close

    private int close(String id) throws IOException {
        return setting.admin().send("DELETE", "/api/v1/connections/" + id, "").status();
    }

    @Test
    void closesAConnectionAndNoOther() throws Exception {
        RawPeer victim = parked("127.0.0.2");
        RawPeer other = parked("127.0.0.3");
        awaitCount(2);
        String id = connections("?address=127.0.0.2").at("/connections/0/id").asText();

        assertThat(close(id)).isEqualTo(204);
        victim.expectGone();
        other.send(HttpText.get("/fixed/")).response(204);
        awaitCount(1);
        assertThat(close(id)).isEqualTo(404);
        assertThat(setting.admin().get("/metrics").body())
                .contains("sluice_client_connections_ended_total{listener=\"web\",cause=\"operator\",} 1.0");
        assertThat(AdminClient.json(setting.admin().get("/api/v1/audit"))
                        .at("/changes/1/path")
                        .asText())
                .isEqualTo("/api/v1/connections/" + id);
    }

    @Test
    void closesAConnectionThatIsBusy() throws Exception {
        RawPeer client = silent("127.0.0.2").send(HttpText.get("/"));
        RawPeer server = setting.backend.accept();
        server.request();
        String id = connections("?state=active").at("/connections/0/id").asText();

        assertThat(close(id)).isEqualTo(204);
        client.expectGone();
        server.expectGone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-0-0", "99-1-1", "x", "0-ffffffff-ffffffff", "0-1", "-1-1-1"})
    void closesNothingThatIsNotThere(String id) throws IOException {
        parked("127.0.0.1");

        assertThat(close(id)).isEqualTo(404);
        assertThat(connections("").get("matched").asInt()).isEqualTo(1);
    }
}
