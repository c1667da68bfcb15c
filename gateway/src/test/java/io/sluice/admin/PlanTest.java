package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sluice.testing.AdminClient;
import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a config would change, and for whom. */
final class PlanTest {
    private static final String TOKEN = "the-token-0123456789";
    private static final String READ_TOKEN = "the-read-token-0123456789";
    private static final String CONFIG = Setting.CONFIG.replace(
                    "'127.0.0.1:0' }\nlisteners",
                    "'127.0.0.1:0', token: '${file:token}', readToken: '${file:read-token}' }\nlisteners")
            + """
              - { name: late, match: { path: '/fixed/**' }, respond: { status: 410 } }
              - { name: secret, match: { path: '/secret', headers: { x-api-token: 'letter-by-letter' } }, respond: { status: 204 } }
            """;

    @TempDir
    private Path folder;

    private Setting setting;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("token"), TOKEN);
        Files.writeString(folder.resolve("read-token"), READ_TOKEN);
        setting = Setting.in(folder, CONFIG);
    }

    @AfterEach
    void stop() throws IOException {
        setting.close();
    }

    private WireMessage post(String token, String yaml) throws IOException {
        return setting.admin().with(token).send("POST", "/api/v1/config/plan", yaml, "Content-Type: application/yaml");
    }

    private JsonNode plan(String yaml) throws IOException {
        WireMessage response = post(TOKEN, yaml);
        assertThat(response.status()).isEqualTo(200);
        return AdminClient.json(response);
    }

    private JsonNode edited(String from, String to) throws IOException {
        assertThat(setting.yaml).contains(from);
        return plan(setting.yaml.replace(from, to));
    }

    private void request(String path, String... fields) throws IOException {
        try (RawPeer client = setting.client()) {
            client.send(HttpText.request("GET " + path + " HTTP/1.1", fields)).response();
        }
    }

    private static List<String> names(JsonNode changes) {
        return changes.findValuesAsText("name");
    }

    // ---- what changes

    @Test
    void findsNothingInTheSameConfigHoweverItIsWritten() throws IOException {
        JsonNode plan = plan("# another style\n" + setting.yaml.replace("{ name: all, to: orders }", """
                name: "all"
                    to: orders
                """));

        assertThat(plan.get("ok").asBoolean()).isTrue();
        assertThat(plan.get("changed").asBoolean()).isFalse();
        assertThat(plan.get("summary").asText()).isEqualTo("no change");
        assertThat(plan.get("keptPools").asInt()).isEqualTo(2);
        assertThat(plan.get("keptListeners").asInt()).isEqualTo(2);
        assertThat(plan.get("text").asText()).startsWith("against version 1: no change\n");
        assertThat(setting.gateway.snapshot().version()).isEqualTo(1);
    }

    @Test
    void tellsTheChangedValuesOfARouteInTheWordsOfTheFile() throws IOException {
        JsonNode plan = edited(
                "path: '/fixed/**' }, respond: { status: 204 }", "path: '/f/**' }, respond: { status: 200, body: hi }");

        JsonNode route = plan.at("/routes/0");
        assertThat(plan.get("summary").asText()).isEqualTo("1 route changed");
        assertThat(route.get("name").asText()).isEqualTo("fixed");
        assertThat(route.get("change").asText()).isEqualTo("changed");
        assertThat(route.get("fields").findValuesAsText("key"))
                .containsExactly("match.path", "respond.body", "respond.status");
        assertThat(route.at("/fields/0/before").asText()).isEqualTo("/fixed/**");
        assertThat(route.at("/fields/0/after").asText()).isEqualTo("/f/**");
        assertThat(route.at("/fields/1/before").isNull()).isTrue();
        assertThat(plan.get("text").asText()).contains("~ route fixed\n    match.path: /fixed/** -> /f/**\n");
    }

    @Test
    void tellsWhichRoutesComeAndGo() throws IOException {
        JsonNode plan = edited("name: fixed", "name: solid");

        assertThat(plan.get("summary").asText()).isEqualTo("1 route added, 1 route removed");
        assertThat(names(plan.get("routes"))).containsExactly("fixed", "solid");
    }

    /** Both take the same requests, so that the first one wins. */
    @Test
    void tellsOfAMoveOnlyWhereThePlaceDecides() throws IOException {
        List<String> lines = setting.yaml.lines().toList();
        String fixed = lines.stream()
                .filter(line -> line.contains("name: fixed"))
                .findFirst()
                .orElseThrow();
        String nowhere = lines.stream()
                .filter(line -> line.contains("name: nowhere"))
                .findFirst()
                .orElseThrow();
        String late = lines.stream()
                .filter(line -> line.contains("name: late"))
                .findFirst()
                .orElseThrow();

        JsonNode harmless = plan(setting.yaml.replace(fixed + "\n" + nowhere, nowhere + "\n" + fixed));
        assertThat(harmless.get("changed").asBoolean()).isFalse();
        request("/fixed/a");
        JsonNode plan = plan(setting.yaml.replace(late + "\n", "").replace(fixed, late + "\n" + fixed));
        assertThat(names(plan.get("routes"))).hasSize(1);
        assertThat(plan.at("/routes/0/change").asText()).isEqualTo("moved");
        assertThat(plan.at("/traffic/moves/0/from/route").asText()).isEqualTo("fixed");
        assertThat(plan.at("/traffic/moves/0/to/route").asText()).isEqualTo("late");
    }

    @Test
    void tellsWhatBecomesOfPools() throws Exception {
        try (RawPeer client = setting.client()) {
            client.send(HttpText.get("/"));
            RawPeer server = setting.backend.accept();
            server.request();
            JsonNode plan = edited("orders: { endpoints", "orders: { connections: { max: 3 }, endpoints");

            JsonNode upstream = plan.at("/upstreams/0");
            assertThat(upstream.get("name").asText()).isEqualTo("orders");
            assertThat(upstream.get("effect").asText()).isEqualTo("new-pool");
            assertThat(upstream.get("connections").asInt()).isEqualTo(1);
            assertThat(upstream.at("/fields/0/key").asText()).isEqualTo("connections.max");
            assertThat(plan.get("keptPools").asInt()).isEqualTo(1);
            assertThat(plan.get("text").asText())
                    .contains("~ upstream orders: a new pool, the old one drains: 1 connection\n");
            server.send(HttpText.ok("done"));
            client.response(200);
        }
        JsonNode gone = plan(setting.yaml.replaceFirst(" *gone: .*\n", "").replaceFirst(".*nowhere.*\n", ""));
        assertThat(gone.at("/upstreams/0/effect").asText()).isEqualTo("drains");
    }

    @ParameterizedTest
    @CsvSource({
        "'bind: ''127.0.0.1:0'' }\nupstreams', 'bind: ''127.0.0.1:0'', limits: { head: 8KiB } }\nupstreams', changed, socket-stays",
        "'  side: { bind: ''127.0.0.1:0'' }\n', '', removed, closed",
        "'side: { bind: ''127.0.0.1:0'' }', 'side: { bind: ''127.0.0.2:0'' }', changed, rebound",
        "'upstreams:', '  third: { bind: ''127.0.0.1:0'' }\nupstreams:', added, bound"
    })
    void tellsWhatBecomesOfListeners(String from, String to, String change, String effect) throws Exception {
        try (RawPeer client = RawPeer.connect(setting.gateway.address("side"))) {
            client.send(HttpText.get("/fixed/")).response(204);
            JsonNode plan = edited(from, to == null ? "" : to);

            assertThat(plan.get("listeners")).hasSize(1);
            assertThat(plan.at("/listeners/0/change").asText()).isEqualTo(change);
            assertThat(plan.at("/listeners/0/effect").asText()).isEqualTo(effect);
            assertThat(plan.at("/listeners/0/connections").asInt()).isEqualTo(change.equals("added") ? 0 : 1);
        }
    }

    @Test
    void tellsWhatElseIsChangedAndWhatNeedsARestart() throws IOException {
        JsonNode plan = edited("threads: 2", "threads: 3\ndrain: { timeout: 5s }");

        assertThat(names(plan.get("settings"))).containsExactly("threads", "drain");
        assertThat(plan.at("/settings/0/fields/0/after").asText()).isEqualTo("3");
        assertThat(plan.at("/settings/1/change").asText()).isEqualTo("added");
        assertThat(plan.get("restarts")).hasSize(1);
        assertThat(plan.at("/restarts/0").asText()).startsWith("threads: needs a restart");
    }

    @Test
    void tellsNoSecrets() throws IOException {
        Files.writeString(folder.resolve("other"), "the-other-token-0123456789");
        String yaml = setting.yaml.replace("${file:token}", "${file:other}").replace("letter-by-letter", "otherwise");
        WireMessage response = post(TOKEN, yaml);
        JsonNode plan = AdminClient.json(response);

        assertThat(plan.at("/settings/0/fields/0/before").asText()).isEqualTo("${file:token}");
        assertThat(plan.at("/settings/0/fields/0/after").asText()).isEqualTo("${file:other}");
        assertThat(plan.at("/routes/0/name").asText()).isEqualTo("secret");
        assertThat(plan.at("/routes/0/fields")).isEmpty();
        assertThat(plan.at("/routes/0/note").asText()).contains("hidden value");
        assertThat(response.body())
                .doesNotContain(TOKEN)
                .doesNotContain("the-other-token")
                .doesNotContain("letter-by-letter")
                .doesNotContain("otherwise");
    }

    @Test
    void saysAllThatIsWrongWithABadConfig() throws IOException {
        JsonNode plan = plan(setting.yaml + "rooutes: []\n");

        assertThat(plan.get("ok").asBoolean()).isFalse();
        assertThat(plan.at("/problems/0/hint").asText()).contains("routes");
    }

    // ---- for whom

    @Test
    void tellsWhereRequestsLikeTheLastOnesWouldEnd() throws IOException {
        for (int i = 0; i < 3; i++) {
            request("/fixed/" + i + "?token=hush");
        }
        request("/nowhere/");
        JsonNode plan = plan(setting.yaml
                .replace("/fixed/**", "/firm/**")
                .replace("- { name: all, to: orders }", "- { name: all, match: { path: /none }, to: orders }")
                .replace("'/nowhere/**' }, to: gone", "'/nowhere/**' }, respond: { status: 200 }"));
        JsonNode traffic = plan.get("traffic");

        assertThat(traffic.at("/sampled/heads").asInt()).isEqualTo(4);
        assertThat(traffic.at("/sampled/requests").asInt()).isEqualTo(4);
        assertThat(traffic.get("complete").asBoolean()).isTrue();
        assertThat(traffic.at("/changed/heads").asInt()).isEqualTo(3);
        assertThat(traffic.at("/lost/heads").asInt()).isEqualTo(3);
        assertThat(traffic.at("/noRouteAfter/heads").asInt()).isEqualTo(3);
        assertThat(traffic.at("/noRouteBefore/heads").asInt()).isZero();
        assertThat(traffic.get("moves")).hasSize(1);
        assertThat(traffic.at("/moves/0/from/route").asText()).isEqualTo("fixed");
        assertThat(traffic.at("/moves/0/to/route").isNull()).isTrue();
        assertThat(traffic.at("/moves/0/examples/0/path").asText()).isEqualTo("/fixed/0");
        assertThat(traffic.at("/moves/0/examples/0/host").asText()).isEqualTo("example.test");
        assertThat(plan.get("text").asText())
                .contains("3 would change route, 3 would get no route any more (3 have none then)")
                .contains("fixed -> no route: 404, such as GET example.test/fixed/0");
        assertThat(plan.toString()).doesNotContain("hush");
    }

    @Test
    void tellsHowManyRequestsAChangedRouteHasGot() throws IOException {
        request("/nowhere/");
        JsonNode plan = edited("'/nowhere/**' }, to: gone", "'/nowhere/**' }, respond: { status: 200 }");

        assertThat(plan.at("/routes/0/sampled/heads").asInt()).isEqualTo(1);
        assertThat(plan.at("/traffic/changed/heads").asInt()).isZero();
    }

    @Test
    void saysThatNoRequestsAreKnownWhereNoneAreKept() throws Exception {
        String off = setting.yaml.replace("token: '${file:token}'", "samples: none, token: '${file:token}'");
        assertThat(setting.admin()
                        .with(TOKEN)
                        .send("PUT", "/api/v1/config", off, "If-Match: *")
                        .status())
                .isEqualTo(200);
        request("/fixed/");
        JsonNode plan = plan(off);

        assertThat(plan.at("/traffic/sampled/heads").asInt()).isZero();
        assertThat(plan.at("/traffic/since").isNull()).isTrue();
        assertThat(plan.get("text").asText()).contains("no requests were sampled");
    }

    @Test
    void takesNewPathRulesIntoAccount() throws IOException {
        request("/fixed//a");
        JsonNode plan = edited("threads: 2", "threads: 2\npaths: { doubleSlash: refuse }");

        assertThat(plan.at("/traffic/moves/0/from/route").asText()).isEqualTo("fixed");
        assertThat(plan.at("/traffic/moves/0/to/refused").asText()).isEqualTo("request-path");
    }

    // ---- who may ask

    @Test
    void looksAtTheConfigsOfReadersThatReferToNothingElse() throws IOException {
        assertThat(post(READ_TOKEN, setting.yaml.replace("/fixed/**", "/f/**")).status())
                .isEqualTo(200);
        for (String yaml : List.of(
                setting.yaml.replace("${file:read-token}", "${file:token}"),
                setting.yaml.replace("/fixed/**", "/${file:token}/**"),
                setting.yaml + "include: /etc\n",
                "include: /etc\n")) {
            WireMessage response = post(READ_TOKEN, yaml);
            assertThat(response.status()).as(yaml).isEqualTo(403);
            assertThat(response.body()).doesNotContain(TOKEN);
        }
    }

    // ---- explain

    private JsonNode explain(String token, String path, @Nullable String yaml) throws IOException {
        var question = JsonNodeFactory.instance.objectNode().put("url", "http://example.test" + path);
        if (yaml != null) {
            question.put("config", yaml);
        }
        return AdminClient.json(setting.admin().with(token).send("POST", "/api/v1/explain", question.toString()));
    }

    @Test
    void explainsAgainstAnotherConfigWithoutPuttingItInForce() throws IOException {
        String yaml = setting.yaml
                .replace("/fixed/**", "/firm/**")
                .replace("orders: { endpoints", "orders: { balance: random, endpoints");

        assertThat(explain(READ_TOKEN, "/firm/a", yaml).get("route").asText()).isEqualTo("fixed");
        assertThat(explain(READ_TOKEN, "/firm/a", null).get("route").asText()).isEqualTo("all");
        JsonNode other = explain(READ_TOKEN, "/", yaml).at("/found/upstreams/0");
        assertThat(other.get("runs").asBoolean()).isFalse();
        assertThat(other.get("endpoint").isNull()).isTrue();
        assertThat(explain(READ_TOKEN, "/", yaml + "nonsense: 1").get("ok").asBoolean())
                .isFalse();
        assertThat(explain(READ_TOKEN, "/", yaml + "include: /etc").has("error"))
                .isTrue();
    }

    @Test
    void tellsWhichEndpointARequestWouldGetAndTakesNobodysTurn() throws IOException {
        JsonNode pick = explain(READ_TOKEN, "/", null).at("/found/upstreams/0");
        JsonNode again = explain(READ_TOKEN, "/", null).at("/found/upstreams/0");

        assertThat(pick).isEqualTo(again);
        assertThat(pick.get("name").asText()).isEqualTo("orders");
        assertThat(pick.get("runs").asBoolean()).isTrue();
        assertThat(pick.get("endpoint").asText()).isEqualTo(setting.backend.endpoint());
        assertThat(pick.get("why").asText()).isEqualTo("the only one that may be picked");
        assertThat(pick.at("/endpoints/0/chance").asDouble()).isEqualTo(1);
        assertThat(explain(READ_TOKEN, "/fixed/", null).at("/found/upstreams")).isEmpty();
    }

    @Test
    void tellsWhoseTurnItIs(@TempDir Path other) throws Exception {
        try (ScriptedBackend one = ScriptedBackend.answering(request -> HttpText.ok("one"));
                ScriptedBackend two = ScriptedBackend.answering(request -> HttpText.ok("two"));
                Setting both = Setting.in(
                        other,
                        Setting.CONFIG.replace(
                                "endpoints: [ 'BACKEND' ]",
                                "balance: roundRobin, endpoints: [ '" + one.endpoint() + "', '" + two.endpoint()
                                        + "' ]"));
                RawPeer client = both.client()) {
            for (int i = 0; i < 4; i++) {
                JsonNode pick = AdminClient.json(
                                both.admin().send("POST", "/api/v1/explain", "{\"url\": \"http://example.test/\"}"))
                        .at("/found/upstreams/0");
                String answer = client.send(HttpText.get("/")).response(200).body();
                assertThat(pick.get("endpoint").asText())
                        .isEqualTo(answer.equals("one") ? one.endpoint() : two.endpoint());
                assertThat(pick.get("why").asText()).isEqualTo("next in turn of 2");
                assertThat(pick.at("/endpoints/1/chance").asDouble()).isEqualTo(0.5);
            }
        }
    }

    @Test
    void tellsWhoHasLessToDo(@TempDir Path other) throws Exception {
        try (ScriptedBackend idle = ScriptedBackend.byHand();
                Setting both = Setting.in(
                        other, Setting.CONFIG.replace("[ 'BACKEND' ]", "[ 'BACKEND', '" + idle.endpoint() + "' ]"));
                RawPeer client = both.client()) {
            client.send(HttpText.get("/"));
            Await.until(
                    "it is under way",
                    () -> both.gateway.snapshot().upstreams().get("orders").endpoints().stream()
                            .anyMatch(endpoint -> endpoint.inFlight() == 1));
            JsonNode pick = AdminClient.json(
                            both.admin().send("POST", "/api/v1/explain", "{\"url\": \"http://example.test/\"}"))
                    .at("/found/upstreams/0");

            for (JsonNode endpoint : pick.get("endpoints")) {
                boolean picked = endpoint.get("address")
                        .asText()
                        .equals(pick.get("endpoint").asText());
                assertThat(endpoint.get("inFlight").asInt()).isEqualTo(picked ? 0 : 1);
                assertThat(endpoint.get("chance").asDouble()).isEqualTo(picked ? 1 : 0);
            }
        }
    }
}
