package io.sluice.admin;

import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.Gateway;
import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is set for endpoints by hand, over the API. */
final class EndpointCallTest {
    private static final String CONFIG = """
            threads: 2
            admin: { bind: '127.0.0.1:0' }
            listeners: { web: { bind: '127.0.0.1:0' } }
            upstreams:
              app:
                endpoints: [ 'ONE', 'TWO' ]
                balance: roundRobin
                slowStart: none
                ejection: { failures: 1, errorRate: none, time: 1h, maxTime: 1h }
                connections: { max: MAX }
            routes: [ { name: all, to: app } ]
            """;

    private final CountDownLatch held = new CountDownLatch(1);
    private ScriptedBackend one;
    private ScriptedBackend two;
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        one = ScriptedBackend.answering(request -> answer(request, "one"));
        two = ScriptedBackend.answering(request -> answer(request, "two"));
        gateway = Gateway.start(config(8).config(), null, null);
    }

    private String answer(WireMessage request, String name) throws InterruptedException {
        if (request.target().equals("/held")) {
            held.await();
        }
        return request.target().equals("/fail") ? "" : ok(name);
    }

    private LoadResult.Loaded config(int max) {
        String yaml = CONFIG.replace("ONE", one.endpoint())
                .replace("TWO", two.endpoint())
                .replace("MAX", Integer.toString(max));
        return (LoadResult.Loaded) ConfigReader.read("test.yaml", yaml, null, Map.of());
    }

    @AfterEach
    void stop() throws IOException {
        held.countDown();
        gateway.close();
        one.close();
        two.close();
    }

    private WireMessage call(String method, String path, String body) throws IOException {
        try (RawPeer client = RawPeer.connect(Objects.requireNonNull(gateway.adminAddress()))) {
            String text = HttpText.head(
                    method + " /api/v1/upstreams/" + path + " HTTP/1.1",
                    "Host: localhost",
                    "Content-Type: application/json",
                    "Content-Length: " + body.length());
            return client.send(text + body).response();
        }
    }

    private JsonNode patch(ScriptedBackend endpoint, String body) throws IOException {
        return good(call("PATCH", "app/endpoints/" + endpoint.endpoint(), body));
    }

    private JsonNode state(ScriptedBackend endpoint) throws IOException {
        return good(call("GET", "app/endpoints/" + endpoint.endpoint(), ""));
    }

    private static JsonNode good(WireMessage response) throws IOException {
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        return new ObjectMapper().readTree(response.body());
    }

    private List<String> ask(int times) throws IOException {
        List<String> answers = new ArrayList<>();
        try (RawPeer client = RawPeer.connect(gateway.address("web"))) {
            for (int i = 0; i < times; i++) {
                answers.add(client.send(HttpText.get("/")).response(200).body());
            }
        }
        return answers;
    }

    @Test
    void drainsAnEndpointAtOnceAndGivesItBack() throws Exception {
        assertThat(ask(4)).contains("one", "two");
        assertThat(one.open()).isPositive();

        JsonNode drained = patch(one, "{\"state\": \"drain\", \"by\": \"ann\"}");
        assertThat(ask(10)).containsOnly("two");
        assertThat(drained.get("state").asText()).isEqualTo("drained");
        assertThat(drained.get("available").asBoolean()).isFalse();
        assertThat(drained.get("leftOutBecause").asText()).isEqualTo("drained by ann");
        assertThat(drained.at("/manual/state").asText()).isEqualTo("drain");
        assertThat(drained.at("/manual/by").asText()).isEqualTo("ann");
        assertThat(drained.at("/manual/since").asText()).isNotEmpty();
        Await.until("its idle connections are closed", () -> one.open() == 0);
        assertThat(state(one).at("/pool/closed/drained").asInt()).isPositive();

        JsonNode back = good(call("DELETE", "app/endpoints/" + one.endpoint(), ""));
        assertThat(back.get("manual").isNull()).isTrue();
        assertThat(back.get("state").asText()).isEqualTo("available");
        assertThat(back.get("history")).hasSize(2);
        assertThat(ask(10)).contains("one", "two");
    }

    @Test
    void letsRunningExchangesOfADrainedEndpointFinish() throws Exception {
        patch(two, "{\"state\": \"drain\"}");
        try (RawPeer client = RawPeer.connect(gateway.address("web"))) {
            client.send(HttpText.get("/held"));
            Await.until("it runs", () -> one.running() == 1);
            patch(two, "{\"state\": \"auto\"}");
            patch(one, "{\"state\": \"drain\"}");
            assertThat(ask(5)).containsOnly("two");
            held.countDown();
            assertThat(client.response(200).body()).isEqualTo("one");
        }
        Await.until("then its connection is closed", () -> one.open() == 0);
    }

    @Test
    void answersThatThereIsNoEndpointWhereAllAreDrained() throws Exception {
        patch(one, "{\"state\": \"drain\"}");
        patch(two, "{\"state\": \"drain\"}");
        try (RawPeer client = RawPeer.connect(gateway.address("web"))) {
            WireMessage response = client.send(HttpText.get("/")).response(503);
            assertThat(response.value("proxy-status")).contains("no-endpoint");
            patch(one, "{\"state\": \"auto\"}");
            assertThat(client.send(HttpText.get("/")).response(200).body()).isEqualTo("one");
        }
    }

    @Test
    void lastsOverReloads() throws Exception {
        patch(one, "{\"state\": \"drain\", \"weight\": 7}");
        gateway.apply(config(9).config());
        assertThat(ask(10)).containsOnly("two");
        JsonNode drained = state(one);
        assertThat(drained.at("/manual/state").asText()).isEqualTo("drain");
        assertThat(drained.get("weightInForce").asInt()).isEqualTo(7);
        patch(one, "{\"state\": \"auto\", \"weight\": null}");
        assertThat(ask(10)).contains("one", "two");
    }

    @Test
    void setsAWeight() throws Exception {
        JsonNode set = patch(one, "{\"weight\": 3}");
        assertThat(set.get("weight").asInt()).isEqualTo(1);
        assertThat(set.get("weightInForce").asInt()).isEqualTo(3);
        assertThat(set.at("/manual/weight").asInt()).isEqualTo(3);
        assertThat(ask(40).stream().filter("one"::equals)).hasSize(30);
        patch(one, "{\"weight\": null}");
        assertThat(ask(40).stream().filter("one"::equals)).hasSize(20);
    }

    @Test
    void makesAnEjectedEndpointReady() throws Exception {
        try (RawPeer client = RawPeer.connect(gateway.address("web"))) {
            for (int i = 0; i < 2; i++) {
                client.send(HttpText.get("/fail")).response(502);
            }
        }
        Await.until("one is out", () -> {
            try {
                return !state(one).get("available").asBoolean()
                        || !state(two).get("available").asBoolean();
            } catch (IOException failed) {
                throw new AssertionError(failed);
            }
        });
        ScriptedBackend out = state(one).get("available").asBoolean() ? two : one;
        String name = out == one ? "one" : "two";
        assertThat(state(out).get("state").asText()).isEqualTo("ejected");
        assertThat(state(out).get("ejectedMs").asLong()).isPositive();
        assertThat(state(out).get("leftOutBecause").asText()).contains("1 in a row failed");
        assertThat(ask(4)).doesNotContain(name);
        assertThat(patch(out, "{\"state\": \"ready\"}").get("state").asText()).isEqualTo("available");
        assertThat(ask(4)).contains(name);
        patch(out, "{\"state\": \"auto\"}");
        assertThat(ask(4)).doesNotContain(name);
    }

    @Test
    void takesAnEncodedAddress() throws Exception {
        String encoded = one.endpoint().replace(":", "%3A");
        assertThat(good(call("GET", "app/endpoints/" + encoded, ""))
                        .get("address")
                        .asText())
                .isEqualTo(one.endpoint());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {                              | not JSON
            []                             | neither state nor weight
            {}                             | neither state nor weight
            {"by": "ann"}                  | neither state nor weight
            {"state": "down"}              | state: down
            {"state": null}                | state: null
            {"weight": 0}                  | weight: 0
            {"weight": 1001}               | weight: 1001
            {"weight": "3"}                | weight: \\"3\\"
            {"weight": 1.5}                | weight: 1.5
            {"state": "drain", "for": 3}   | for: unknown
            {"state": "drain", "by": " "}  | by: not a name
            """)
    void tellsWhatIsWrong(String body, String error) throws Exception {
        WireMessage response = call("PATCH", "app/endpoints/" + one.endpoint(), body);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).contains(error).contains("expected");
        assertThat(state(one).get("manual").isNull()).isTrue();
    }

    @Test
    void knowsNoOthers() throws Exception {
        assertThat(call("GET", "other/endpoints/" + one.endpoint(), "").status())
                .isEqualTo(404);
        assertThat(call("PATCH", "app/endpoints/127.0.0.1:1", "{}").status()).isEqualTo(404);
        WireMessage response = call("POST", "app/endpoints/" + one.endpoint(), "{}");
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.value("allow")).isEqualTo("GET, HEAD, PATCH, DELETE");
    }
}
