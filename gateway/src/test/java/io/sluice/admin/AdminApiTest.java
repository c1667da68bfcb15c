package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.Gateway;
import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import io.sluice.testing.AdminClient;
import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AdminApiTest {
    private static final String CONFIG = """
            threads: 1
            admin: { bind: '127.0.0.1:0' }
            listeners:
              web: { bind: '127.0.0.1:0' }
            upstreams:
              orders: { endpoints: [ 'BACKEND' ] }
            routes:
              - { name: all, to: orders }
              - { name: api, match: { host: api.example.com, path: '/orders/{id}' }, to: orders }
              - { name: beta, match: { path: '/beta/**', headers: { x-beta: '1' } }, respond: { status: 204 } }
              - { name: moved, match: { path: '/old/**' }, redirect: { location: '/new/{tail}', status: 301 } }
            """;

    @TempDir
    private Path folder;

    private ScriptedBackend backend;
    private Path file;
    private String yaml;
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        backend = ScriptedBackend.byHand();
        yaml = CONFIG.replace("BACKEND", backend.endpoint());
        file = Files.writeString(folder.resolve("sluice.yaml"), yaml);
        LoadResult.Loaded loaded = (LoadResult.Loaded) ConfigReader.read(file, Map.of());
        gateway = Gateway.start(loaded.config(), loaded.text(), file);
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        backend.close();
    }

    // ---- config

    @Test
    void givesTheConfigAsItWasRead() throws IOException {
        WireMessage response = get("/api/v1/config");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.value("content-type")).isEqualTo("application/yaml");
        assertThat(response.value("x-sluice-config-version")).isEqualTo("1");
        assertThat(response.body()).isEqualTo(yaml);
    }

    @Test
    void givesTheConfigAsJsonToWhoAcceptsThat() throws IOException {
        JsonNode config = json(get("/api/v1/config", "Accept: application/json"));

        assertThat(config.get("version").asLong()).isEqualTo(1);
        assertThat(config.get("file").asText()).isEqualTo(file.toString());
        assertThat(config.get("text").asText()).isEqualTo(yaml);
        assertThat(config.get("lastReload").isNull()).isTrue();
    }

    @Test
    void answersThatTheConfigIsTheOneThatTheClientHas() throws IOException {
        String etag = get("/api/v1/config").value("etag");
        WireMessage response = get("/api/v1/config", "If-None-Match: " + etag);

        assertThat(response.status()).isEqualTo(304);
        assertThat(response.value("etag")).isEqualTo(etag);
    }

    @Test
    void hasAnotherEtagForAnotherConfig() throws Exception {
        String etag = get("/api/v1/config").value("etag");
        Files.writeString(file, yaml + "# a comment\n");
        Await.until("reload", () -> gateway.snapshot().version() == 2);

        assertThat(get("/api/v1/config").value("etag")).isNotEqualTo(etag).isNotEmpty();
    }

    @Test
    void checksAGoodConfig() throws IOException {
        JsonNode check = json(post("/api/v1/config/check", "application/yaml", yaml));

        assertThat(check.get("ok").asBoolean()).isTrue();
        assertThat(check.get("routes").asInt()).isEqualTo(4);
        assertThat(check.get("upstreams").asInt()).isEqualTo(1);
        assertThat(check.get("listeners").asInt()).isEqualTo(1);
    }

    @Test
    void takesABodyThatIsTooLargeForOneRead() throws Exception {
        String large = yaml + "# a comment that says nothing\n".repeat(100_000);
        AdminClient admin = AdminClient.of(gateway.adminAddress());
        String head = admin.request(
                "POST /api/v1/config/check HTTP/1.1",
                "Content-Type: application/yaml",
                "Content-Length: " + large.length());
        try (RawPeer client = admin.connect()) {
            for (int i = 0; i < 3; i++) {
                client.send(head).send(large);
                assertThat(json(client.response(200)).get("ok").asBoolean()).isTrue();
            }
        }
    }

    @Test
    void saysAllThatIsWrongWithABadConfig() throws IOException {
        WireMessage response =
                post("/api/v1/config/check", "application/yaml", yaml + "rooutes: []\ndrain: { timeout: soon }\n");
        JsonNode problems = json(response).get("problems");

        assertThat(response.status()).isEqualTo(200);
        assertThat(json(response).get("ok").asBoolean()).isFalse();
        assertThat(problems).hasSize(2);
        assertThat(problems.get(0).get("file").asText()).isEqualTo(file.toString());
        assertThat(problems.get(0).get("line").asInt()).isEqualTo(12);
        assertThat(problems.get(0).get("column").asInt()).isEqualTo(1);
        assertThat(problems.get(0).get("message").asText()).contains("rooutes");
        assertThat(problems.get(0).get("hint").asText()).contains("routes");
    }

    @Test
    void putsNothingInForceByAChecking() throws IOException {
        post("/api/v1/config/check", "application/yaml", yaml + "drain: { timeout: 1s }\n");

        assertThat(gateway.snapshot().version()).isEqualTo(1);
    }

    // ---- reload

    @Test
    void saysThatAReloadChangedNothing() throws IOException {
        WireMessage response = post("/api/v1/reload", "application/json", "");

        assertThat(response.status()).isEqualTo(200);
        assertThat(json(response).get("result").asText()).isEqualTo("unchanged");
    }

    @Test
    void reloadsOrFindsThatTheWatcherWasFaster() throws IOException {
        Files.writeString(file, yaml.replace("204", "205"));
        WireMessage response = post("/api/v1/reload", "application/json", "");

        assertThat(json(response).get("result").asText()).isIn("applied", "unchanged");
        assertThat(json(response).get("version").asInt()).isEqualTo(2);
    }

    @Test
    void saysWhyAReloadWasRefused() throws IOException {
        Files.writeString(file, yaml + "rooutes: []\n");
        WireMessage response = post("/api/v1/reload", "application/json", "");

        assertThat(response.status()).isEqualTo(422);
        assertThat(json(response).get("result").asText()).isEqualTo("rejected");
        assertThat(json(response).get("version").asInt()).isEqualTo(1);
        assertThat(json(response).get("problems").get(0).get("line").asInt()).isEqualTo(12);
    }

    @Test
    void showsARefusedReloadUntilAGoodOne() throws Exception {
        Files.writeString(file, yaml + "rooutes: []\n");
        Await.until("refusal", () -> lastReload().equals("rejected"));

        Files.writeString(file, yaml.replace("204", "205"));
        Await.until("recovery", () -> lastReload().equals("applied"));
    }

    private String lastReload() {
        try {
            return json(get("/api/v1/config", "Accept: application/json"))
                    .at("/lastReload/result")
                    .asText();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    // ---- explain

    @Test
    void explainsWhichRouteARequestTakes() throws IOException {
        JsonNode answer = explain("{\"method\": \"GET\", \"url\": \"http://api.example.com/a/../orders/7?x=1\"}");

        assertThat(answer.get("route").asText()).isEqualTo("api");
        assertThat(answer.at("/request/path").asText()).isEqualTo("/orders/7");
        assertThat(answer.at("/request/query").asText()).isEqualTo("x=1");
        assertThat(answer.at("/found/captures/id").asText()).isEqualTo("7");
        assertThat(answer.at("/found/outcome").asText()).contains("orders");
        assertThat(answer.get("text").asText()).startsWith("GET api.example.com/orders/7?x=1\n");
    }

    @Test
    void explainsWhyABetterPlacedRouteDoesNotMatch() throws IOException {
        JsonNode answer = explain("{\"url\": \"http://example.com/beta/1\", \"headers\": {\"X-Beta\": \"2\"}}");

        assertThat(answer.get("route").asText()).isEqualTo("all");
        assertThat(answer.get("missed")).anySatisfy(missed -> {
            assertThat(missed.get("route").asText()).isEqualTo("beta");
            assertThat(missed.get("subject").asText()).contains("x-beta");
            assertThat(missed.get("got").asText()).contains("2");
        });
    }

    @Test
    void takesTheHeadersOfTheRequestToExplain() throws IOException {
        JsonNode answer =
                explain("{\"url\": \"http://example.com/beta/1\", \"headers\": {\"X-Beta\": [\"0\", \"1\"]}}");

        assertThat(answer.get("route").asText()).isEqualTo("beta");
    }

    @Test
    void explainsThatARequestIsRefusedBeforeRouting() throws IOException {
        JsonNode answer = explain("{\"url\": \"http://example.com/../up\"}");

        assertThat(answer.get("route").isNull()).isTrue();
        assertThat(answer.at("/refused/cause").asText()).isEqualTo("request-path");
        assertThat(answer.at("/refused/status").asInt()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"method\": \"GET\"}",
                "{\"url\": 7}",
                "{\"url\": \"example.com\"}",
                "{\"url\": \"http://a/\", \"client\": \"somewhere\"}",
                "{\"url\": \"http://a/\", \"header\": {}}",
                "{\"url\": \"http://a/\", \"headers\": {\"a\": \"b\\r\\nc: d\"}}",
            })
    void saysWhatAQuestionShouldLookLike(String body) throws IOException {
        WireMessage response = post("/api/v1/explain", "application/json", body);

        assertThat(response.status()).isEqualTo(400);
        assertThat(json(response).get("error").asText()).isNotEmpty();
        assertThat(json(response).get("expected").asText()).isNotEmpty();
    }

    private JsonNode explain(String question) throws IOException {
        WireMessage response = post("/api/v1/explain", "application/json", question);
        assertThat(response.status()).isEqualTo(200);
        return json(response);
    }

    // ---- what runs

    @Test
    void listsTheRoutes() throws IOException {
        JsonNode routes = json(get("/api/v1/routes")).get("routes");

        assertThat(routes).hasSize(4);
        assertThat(routes.at("/1/name").asText()).isEqualTo("api");
        assertThat(routes.at("/1/match/hosts/0").asText()).isEqualTo("api.example.com");
        assertThat(routes.at("/1/match/path").asText()).isEqualTo("/orders/{id}");
        assertThat(routes.at("/1/action/upstream").asText()).isEqualTo("orders");
        assertThat(routes.at("/2/match/headers/x-beta").asText()).isEqualTo("equals 1");
        assertThat(routes.at("/3/action/location").asText()).isEqualTo("/new/{tail}");
    }

    @Test
    void listsTheUpstreamsWithTheirPools() throws Exception {
        try (RawPeer client = RawPeer.connect(gateway.address("web"))) {
            client.send(HttpText.get("/"));
            RawPeer server = backend.accept();
            server.request();
            JsonNode busy = json(get("/api/v1/upstreams")).get("upstreams").get(0);
            assertThat(busy.get("name").asText()).isEqualTo("orders");
            assertThat(busy.at("/endpoints/0/address").asText()).isEqualTo(backend.endpoint());
            assertThat(busy.at("/endpoints/0/pool/leased").asInt()).isEqualTo(1);

            server.send(HttpText.ok("done"));
            client.response(200);
            Await.until("connection idle", () -> pool("idle") == 1);
            assertThat(pool("leased")).isZero();
        }
    }

    private int pool(String figure) {
        try {
            return json(get("/api/v1/upstreams"))
                    .at("/upstreams/0/endpoints/0/pool/" + figure)
                    .asInt(-1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void listsTheListenersWithTheirConnections() throws Exception {
        try (RawPeer client = RawPeer.connect(gateway.address("web"))) {
            client.send(HttpText.get("/old/a")).response(301);
            JsonNode web = json(get("/api/v1/listeners")).get("listeners").get(0);

            assertThat(web.get("name").asText()).isEqualTo("web");
            assertThat(web.get("address").asText())
                    .isEqualTo("127.0.0.1:" + gateway.address("web").getPort());
            assertThat(web.get("connections").asInt()).isEqualTo(1);
        }
        Await.until("connection gone", () -> connections() == 0);
    }

    private int connections() {
        try {
            return json(get("/api/v1/listeners")).at("/listeners/0/connections").asInt(-1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void tellsWhatHoldingClientsCosts() throws Exception {
        JsonNode none = economics();
        assertThat(none.at("/clientConnections/total").asInt(-1)).isZero();
        assertThat(none.get("bytesPerParkedConnection").isNull()).isTrue();
        assertThat(none.at("/listeners/0/bytesPerParkedConnection").asInt()).isPositive();
        assertThat(none.get("multiplexRatio").isNull()).isTrue();
        assertThat(none.get("reuseRate").isNull()).isTrue();
        assertThat(none.get("servedWithoutOpening").isNull()).isTrue();
        try (RawPeer parked = RawPeer.connect(gateway.address("web"));
                RawPeer silent = RawPeer.connect(gateway.address("web"));
                RawPeer waiting = RawPeer.connect(gateway.address("web"))) {
            parked.send(HttpText.get("/first"));
            RawPeer server = backend.accept();
            server.request();
            server.send(HttpText.ok("done"));
            parked.response(200);
            parked.send(HttpText.get("/old/a")).response(301);
            Await.until("connection idle", () -> pool("idle") == 1);
            waiting.send(HttpText.get("/second"));
            server.request();
            Await.until("all are there", () -> economics("/clientConnections/total") == 3);

            JsonNode economics = economics();
            assertThat(economics.get("version").asInt()).isEqualTo(1);
            assertThat(economics.get("clientConnections"))
                    .isEqualTo(states("{'handshaking':1,'active':1,'tunnel':0,'parked':1,'draining':0,'total':3}"));
            int bytes = economics.at("/listeners/0/bytesPerParkedConnection").asInt();
            assertThat(economics.get("parkedBytes").asInt()).isEqualTo(bytes);
            assertThat(economics.get("bytesPerParkedConnection").asInt()).isEqualTo(bytes);
            assertThat(economics.get("upstreamConnections"))
                    .isEqualTo(states("{'open':1,'used':1,'idle':0,'opening':0,'streams':0,'max':64}"));
            assertThat(economics.get("waiting").asInt(-1)).isZero();
            assertThat(economics.get("multiplexRatio").asDouble()).isEqualTo(3);
            assertThat(economics.get("leases").asInt()).isEqualTo(2);
            assertThat(economics.get("reuseRate").asDouble()).isEqualTo(0.5);
            // the second exchange runs
            assertThat(economics.get("requests").asInt()).isEqualTo(2);
            assertThat(economics.get("servedWithoutOpening").asDouble()).isEqualTo(0.5);
            assertThat(economics.at("/listeners/0/name").asText()).isEqualTo("web");
            assertThat(economics.at("/listeners/0/clientConnections")).isEqualTo(economics.get("clientConnections"));
            assertThat(economics.at("/upstreams/0/name").asText()).isEqualTo("orders");
            assertThat(economics.at("/upstreams/0/upstreamConnections"))
                    .isEqualTo(economics.get("upstreamConnections"));
            assertThat(silent.local()).isNotNull();
            waiting.reset();
        }
        Await.until("all are gone", () -> economics("/descriptors/taken") == 0);
        assertThat(economics().at("/clientConnections/total").asInt(-1)).isZero();
    }

    @Test
    void dividesTheDescriptors() throws IOException {
        JsonNode descriptors = economics().get("descriptors");

        assertThat(descriptors.get("limit").asLong())
                .isEqualTo(descriptors.get("own").asLong()
                        + descriptors.get("upstreams").asLong()
                        + descriptors.get("clients").asLong());
        assertThat(descriptors.get("upstreams").asLong()).isEqualTo(64);
        assertThat(descriptors.get("free").asLong())
                .isEqualTo(descriptors.get("clients").asLong());
    }

    private JsonNode economics() throws IOException {
        return json(get("/api/v1/economics"));
    }

    private int economics(String figure) {
        try {
            return economics().at(figure).asInt(-1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode states(String json) throws IOException {
        return new ObjectMapper().readTree(json.replace('\'', '"'));
    }

    @Test
    void isReadyUntilItDrainsAndHealthyThroughout() throws Exception {
        assertThat(get("/readyz").status()).isEqualTo(200);
        assertThat(get("/healthz").status()).isEqualTo(200);
        try (RawPeer client = RawPeer.connect(gateway.address("web"))) {
            client.send(HttpText.get("/"));
            RawPeer server = backend.accept();
            server.request();
            CompletableFuture<Void> drain = Aside.start(() -> gateway.drain(Duration.ofSeconds(20)));
            Await.until("not ready", () -> gateway.notReady() != null);

            assertThat(get("/readyz").status()).isEqualTo(503);
            assertThat(get("/healthz").status()).isEqualTo(200);
            server.send(HttpText.ok("done"));
            client.response(200);
            drain.get();
        }
    }

    @Test
    void givesMetricsAsText() throws IOException {
        WireMessage response = get("/metrics");

        assertThat(response.value("content-type")).startsWith("text/plain; version=0.0.4");
        assertThat(response.body())
                .contains("# TYPE sluice_requests_total counter\n")
                .contains("sluice_config_version 1.0\n")
                .contains("sluice_pool_idle{upstream=\"orders\",endpoint=\"" + backend.endpoint() + "\",} 0.0\n")
                .contains("jvm_memory_bytes_used{");
    }

    @Test
    void givesMetricsAsOpenMetricsToWhoAcceptsThat() throws IOException {
        WireMessage response = get("/metrics", "Accept: application/openmetrics-text; version=1.0.0");

        assertThat(response.value("content-type")).startsWith("application/openmetrics-text");
        assertThat(response.body()).endsWith("# EOF\n");
    }

    // ---- HTTP

    @Test
    void answersHeadWithoutABody() throws IOException {
        try (RawPeer client = client()) {
            client.send(request("HEAD /healthz HTTP/1.1"));
            assertThat(client.head().status()).isEqualTo(200);
            client.send(request("GET /readyz HTTP/1.1"));

            assertThat(client.response(200).body()).contains("ready");
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException {
        try (RawPeer client = client()) {
            client.send(request("GET /metrics HTTP/1.1")
                    + request("GET /healthz HTTP/1.1")
                    + request("GET /nothing HTTP/1.1"));

            assertThat(client.response(200).body()).contains("sluice_");
            assertThat(client.response(200).body()).contains("ok");
            assertThat(client.response().status()).isEqualTo(404);
        }
    }

    @Test
    void closesAfterARequestThatAsksForIt() throws IOException {
        try (RawPeer client = client()) {
            client.send(request("GET /healthz HTTP/1.1", "Connection: close"));

            assertThat(client.response(200).value("connection")).isEqualTo("close");
            client.expectEnd();
        }
    }

    @Test
    void namesThePathsForAnUnknownOne() throws IOException {
        WireMessage response = get("/api/v1/route");

        assertThat(response.status()).isEqualTo(404);
        assertThat(json(response).get("error").asText()).contains("/api/v1/route");
        assertThat(json(response).get("expected").asText()).contains("/api/v1/routes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | /api/v1/reload | POST",
                "POST | /api/v1/routes | GET, HEAD",
                "DELETE | /api/v1/config | GET, HEAD, PUT",
            })
    void namesTheMethodsForAWrongOne(String method, String path, String allowed) throws IOException {
        WireMessage response = exchange(
                request(method + " " + path + " HTTP/1.1", "Content-Type: application/json", "Content-Length: 0"));

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.value("allow")).isEqualTo(allowed);
        assertThat(json(response).get("expected").asText()).isEqualTo(allowed);
    }

    @Test
    void refusesABodyThatIsTooLarge() throws IOException {
        try (RawPeer client = client()) {
            client.send(request(
                    "POST /api/v1/config/check HTTP/1.1",
                    "Content-Type: application/yaml",
                    "Content-Length: " + (WholeRequest.MAX_BODY + 1)));

            WireMessage response = client.response(413);
            assertThat(json(response).get("expected").asText()).contains("bytes");
        }
    }

    @Test
    void answersGarbageWith400() throws IOException {
        try (RawPeer client = client()) {
            client.send("GARBAGE\r\n\r\n");

            assertThat(client.response().status()).isEqualTo(400);
            client.expectGone();
        }
    }

    // ---- guard

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:1", "127.0.0.1:9", "127.8.9.10", "[::1]:9900", "LOCALHOST:80"})
    void answersUnderEveryNameOfThisMachine(String host) throws IOException {
        assertThat(exchange(HttpText.head("GET /healthz HTTP/1.1", "Host: " + host))
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example:9900", "192.0.2.1", ""})
    void refusesAHostThatMayBeAnyones(String host) throws IOException {
        WireMessage response = exchange(HttpText.head("GET /api/v1/config HTTP/1.1", "Host: " + host));

        assertThat(response.status()).isEqualTo(403);
        assertThat(json(response).get("expected").asText()).contains("loopback");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "x"})
    void refusesAChangeThatAWebPageCanSend(String type) throws IOException {
        WireMessage response = post("/api/v1/reload", type, "");

        assertThat(response.status()).isEqualTo(415);
        assertThat(gateway.lastReload()).isNull();
    }

    @Test
    void refusesAChangeWithoutAContentType() throws IOException {
        assertThat(exchange(request("POST /api/v1/reload HTTP/1.1", "Content-Length: 0"))
                        .status())
                .isEqualTo(415);
    }

    @Test
    void takesAChangeWithAHeaderOfItsOwn() throws IOException {
        assertThat(exchange(request("POST /api/v1/reload HTTP/1.1", "Content-Length: 0", "X-Requested-With: curl"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void refusesRequestsOfOtherSites() throws IOException {
        WireMessage response = exchange(request(
                "POST /api/v1/reload HTTP/1.1",
                "Content-Length: 0",
                "Content-Type: application/json",
                "Origin: http://evil.example"));

        assertThat(response.status()).isEqualTo(403);
    }

    @Test
    void takesRequestsOfItsOwnPages() throws IOException {
        WireMessage response = exchange(request(
                "POST /api/v1/reload HTTP/1.1",
                "Content-Length: 0",
                "Content-Type: application/json",
                "Origin: http://localhost"));

        assertThat(response.status()).isEqualTo(200);
    }

    // ---- tools

    private AdminClient admin() {
        return AdminClient.of(gateway.adminAddress());
    }

    private RawPeer client() throws IOException {
        return admin().connect();
    }

    private WireMessage exchange(String request) throws IOException {
        return admin().exchange(request);
    }

    private WireMessage get(String path, String... fields) throws IOException {
        return admin().get(path, fields);
    }

    private WireMessage post(String path, String type, String body) throws IOException {
        return admin().send("POST", path, body, "Content-Type: " + type);
    }

    private String request(String line, String... fields) {
        return admin().request(line, fields);
    }

    private static JsonNode json(WireMessage response) throws IOException {
        return AdminClient.json(response);
    }
}
