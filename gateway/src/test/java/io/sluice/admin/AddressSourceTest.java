package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.testing.Await;
import io.sluice.testing.DnsServer;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the API tells of where the addresses of endpoints come from. */
final class AddressSourceTest {
    private DnsServer dns;

    @BeforeEach
    void open() throws IOException {
        dns = new DnsServer();
    }

    @AfterEach
    void close() throws IOException {
        dns.close();
    }

    private RunningGateway gateway(String endpoint) throws IOException {
        String yaml = Setup.ofEndpoints("x:1")
                .top("resolve: { servers: [\"" + dns.address() + "\"], timeout: 300ms, minTtl: 20ms }\n"
                        + "admin: { bind: '127.0.0.1:0' }")
                .yaml();
        return RunningGateway.of(yaml.replace("\"x:1\"", endpoint));
    }

    private static JsonNode upstream(RunningGateway gateway) {
        try (RawPeer admin = gateway.admin()) {
            WireMessage response = admin.send(HttpText.head("GET /api/v1/upstreams HTTP/1.1", "Host: localhost"))
                    .response(200);
            return new ObjectMapper().readTree(response.body()).at("/upstreams/0");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode endpoint(RunningGateway gateway) {
        return upstream(gateway).at("/endpoints/0");
    }

    @Test
    void saysThatTheConfigHasTheAddress() throws Exception {
        try (RunningGateway gateway = gateway("\"127.0.0.1:1\", \"unix:/none\"")) {
            JsonNode endpoints = upstream(gateway).get("endpoints");
            assertThat(endpoints.at("/0/source")).hasToString("{\"kind\":\"static\"}");
            assertThat(endpoints.at("/1/address").asText()).isEqualTo("unix:/none");
            assertThat(endpoints.at("/1/source")).hasToString("{\"kind\":\"static\"}");
        }
    }

    @Test
    void tellsNameAgeAndTtlOfAnAnswer() throws Exception {
        dns.tell("app.test", DnsServer.address("127.0.0.2", 60));
        try (RunningGateway gateway = gateway("\"app.test:8080\"")) {
            JsonNode endpoint = endpoint(gateway);
            assertThat(endpoint.get("address").asText()).isEqualTo("app.test=127.0.0.2:8080");
            assertThat(endpoint.get("available").asBoolean()).isTrue();
            assertThat(endpoint.at("/source/kind").asText()).isEqualTo("dns");
            JsonNode lookUp = endpoint.at("/source/lookUps/0");
            assertThat(lookUp.get("name").asText()).isEqualTo("app.test");
            assertThat(lookUp.get("records").asText()).isEqualTo("A/AAAA");
            long age = lookUp.get("ageMs").asLong();
            long ttl = lookUp.get("ttlMs").asLong();
            assertThat(age + ttl).isBetween(59_990L, 60_000L);
            assertThat(lookUp.has("failure")).isFalse();
            Await.until(
                    "it grows older",
                    () -> endpoint(gateway).at("/source/lookUps/0/ageMs").asLong() > age);
            assertThat(endpoint(gateway).at("/source/lookUps/0/ttlMs").asLong()).isLessThan(ttl);
        }
    }

    @Test
    void tellsTheRecordOfAServiceAndTheHostItLedTo() throws Exception {
        dns.tell("one.test", DnsServer.address("127.0.0.2", 60))
                .tell("_http._tcp.app.test", DnsServer.service(7, 3, 8080, "one.test", 60));
        try (RunningGateway gateway = gateway("{ srv: _http._tcp.app.test }")) {
            JsonNode endpoint = endpoint(gateway);
            assertThat(endpoint.get("address").asText()).isEqualTo("one.test=127.0.0.2:8080");
            assertThat(endpoint.get("priority").asInt()).isEqualTo(7);
            assertThat(endpoint.at("/source/kind").asText()).isEqualTo("srv");
            assertThat(endpoint.at("/source/lookUps/0/name").asText()).isEqualTo("_http._tcp.app.test");
            assertThat(endpoint.at("/source/lookUps/0/records").asText()).isEqualTo("SRV");
            assertThat(endpoint.at("/source/lookUps/1/name").asText()).isEqualTo("one.test.");
            assertThat(endpoint.at("/source/lookUps/1/records").asText()).isEqualTo("A/AAAA");
        }
    }

    @Test
    void tellsWhyTheLastGoodAnswerIsOldUntilThereIsANewOne() throws Exception {
        dns.tell("app.test", DnsServer.address("127.0.0.2", 0));
        try (RunningGateway gateway = gateway("\"app.test:8080\"")) {
            dns.forget("app.test");
            Await.until(
                    "it has failed",
                    () -> endpoint(gateway).at("/source/lookUps/0").has("failure"));
            JsonNode lookUp = endpoint(gateway).at("/source/lookUps/0");
            assertThat(lookUp.at("/failure/text").asText()).isEqualTo("no such name");
            assertThat(lookUp.at("/failure/attempts").asInt()).isPositive();
            assertThat(lookUp.at("/failure/agoMs").isIntegralNumber()).isTrue();
            assertThat(lookUp.get("ttlMs").asLong()).isZero();
            assertThat(endpoint(gateway).get("available").asBoolean()).isTrue();
            dns.tell("app.test", DnsServer.address("127.0.0.2", 60));
            Await.until(
                    "it is known again",
                    () -> !endpoint(gateway).at("/source/lookUps/0").has("failure"));
        }
    }

    @Test
    void saysThatANameWasNeverResolved() throws Exception {
        try (RunningGateway gateway = gateway("\"app.test:8080\"")) {
            JsonNode endpoint = endpoint(gateway);
            assertThat(endpoint.get("address").asText()).isEqualTo("app.test:8080");
            assertThat(endpoint.get("available").asBoolean()).isFalse();
            assertThat(endpoint.get("leftOutBecause").asText()).isEqualTo("its name cannot be resolved");
            JsonNode lookUp = endpoint.at("/source/lookUps/0");
            assertThat(lookUp.has("ageMs")).isFalse();
            assertThat(lookUp.at("/failure/text").asText()).isEqualTo("no such name");
        }
    }

    @Test
    void keepsWhatIsSetByHandForAnAddressThatComesBack() throws Exception {
        dns.tell("app.test", DnsServer.address("127.0.0.2", 0), DnsServer.address("127.0.0.3", 0));
        try (RunningGateway gateway = gateway("\"app.test:8080\"")) {
            String path = "/api/v1/upstreams/backend/endpoints/app.test=127.0.0.2:8080";
            String body = "{\"state\":\"drain\"}";
            try (RawPeer admin = gateway.admin()) {
                admin.send(HttpText.head(
                                        "PATCH " + path + " HTTP/1.1",
                                        "Host: localhost",
                                        "Content-Type: application/json",
                                        "Content-Length: " + body.length())
                                + body)
                        .response(200);
            }
            dns.tell("app.test", DnsServer.address("127.0.0.3", 0));
            Await.until("one is gone", () -> upstream(gateway).at("/endpoints").size() == 1);
            assertThat(upstream(gateway).at("/leaving/0/manual/state").asText()).isEqualTo("drain");
            dns.tell("app.test", DnsServer.address("127.0.0.2", 0), DnsServer.address("127.0.0.3", 0));
            Await.until("it is back", () -> upstream(gateway).at("/endpoints").size() == 2);
            assertThat(endpoint(gateway).get("state").asText()).isEqualTo("drained");
            assertThat(upstream(gateway).at("/leaving").isEmpty()).isTrue();
        }
    }

    @Test
    void listsEndpointsThatAreGoneAsLongAsTheyHaveConnections() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (ScriptedBackend backend = ScriptedBackend.answeringAt("127.0.0.2", 0, request -> {
            answer.await();
            return HttpText.ok("late");
        })) {
            dns.tell("app.test", DnsServer.address("127.0.0.2", 0));
            try (RunningGateway gateway = gateway("\"app.test:" + backend.port() + "\"");
                    RawPeer client = gateway.client()) {
                client.send(HttpText.get("/"));
                Await.until("it is asked", () -> backend.running() == 1);
                dns.tell("app.test", DnsServer.address("127.0.0.3", 0));
                Await.until(
                        "it is leaving", () -> !upstream(gateway).at("/leaving").isEmpty());
                JsonNode leaving = upstream(gateway).at("/leaving/0");
                assertThat(leaving.get("address").asText()).isEqualTo("app.test=127.0.0.2:" + backend.port());
                assertThat(leaving.at("/pool/leased").asInt()).isEqualTo(1);
                assertThat(endpoint(gateway).get("address").asText()).isEqualTo("app.test=127.0.0.3:" + backend.port());
                answer.countDown();
                client.response(200);
                Await.until(
                        "it has left", () -> upstream(gateway).at("/leaving").isEmpty());
            }
        }
    }
}
