package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import io.sluice.testing.AdminClient;
import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description of the API, held against what the server does. */
final class OpenApiTest {
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");
    private static final String ROUTES = """
              - { name: moved, match: { path: '/old/**' }, redirect: { location: 'http://a.example/', status: 301 } }
              - { name: both, match: { host: b.example, methods: [GET], headers: { x: '1' } }, split: { orders: 1, gone: 2 } }
              - name: edited
                match: { path: '/users/{id}' }
                to: orders
                requestHeaders: { set: { x-a: b }, remove: [x-c] }
            """;

    @TempDir
    private Path folder;

    private Path included;
    private Setting setting;
    private AdminClient admin;
    private Described described;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("token"), "the-token-0123456789");
        Files.writeString(folder.resolve("read-token"), "the-read-token-0123456789");
        included = Files.createDirectory(folder.resolve("routes.d")).resolve("more.yaml");
        Files.writeString(included, "routes: [{ name: more, match: { path: /more }, respond: { status: 204 } }]");
        setting = Setting.in(
                folder,
                Setting.CONFIG.replace(
                                "'127.0.0.1:0' }\nlisteners",
                                "'127.0.0.1:0', token: '${file:token}', readToken: '${file:read-token}' }\ninclude: routes.d\nlisteners")
                        + ROUTES);
        admin = setting.admin().with("the-token-0123456789");
        described = new Described(AdminClient.json(admin.get("/api/v1/openapi.json")));
    }

    @AfterEach
    void stop() throws IOException {
        setting.close();
    }

    private List<Operation> operations() {
        return new Api(setting.gateway, true).operations().all();
    }

    // ---- the document itself

    @Test
    void namesEveryOperationAndNoOther() {
        Set<String> there = new TreeSet<>();
        operations().forEach(operation -> there.add(operation.method() + " " + operation.path()));

        assertThat(described.operations()).isEqualTo(there);
    }

    @Test
    void refersToNothingThatIsNotThere() {
        for (String reference : described.document().findValuesAsText("$ref")) {
            assertThat(described.document().at(reference.substring(1)).isObject())
                    .as(reference)
                    .isTrue();
        }
    }

    @Test
    void hasSchemasThatAreRightAndLeaveNothingOpen() {
        JsonNode schemas = described.document().at("/components/schemas");
        var meta = Described.SCHEMAS.getSchema(SchemaLocation.of(SchemaId.V202012));
        for (var schema : schemas.properties()) {
            assertThat(meta.validate(schema.getValue())).as(schema.getKey()).isEmpty();
        }
        for (JsonNode object : schemas.findParents("properties")) {
            assertThat(object.has("additionalProperties")).as(object.toString()).isTrue();
        }
        ObjectNode error = JsonNodeFactory.instance.objectNode().put("error", "x");
        assertThat(described.problems("Error", error)).hasSize(1);
        assertThat(described.problems("Error", error.put("expected", "y"))).isEmpty();
        assertThat(described.problems("Error", error.put("other", "z"))).hasSize(1);
    }

    @Test
    void namesTheVariablesOfPaths() {
        for (Operation operation : operations()) {
            List<String> names = new ArrayList<>();
            Matcher variable = VARIABLE.matcher(operation.path());
            while (variable.find()) {
                names.add(variable.group(1));
            }
            assertThat(described.parameters(operation, "path"))
                    .as(operation.path())
                    .isEqualTo(names);
        }
    }

    // ---- against the server

    private AdminClient.Events stream(String path) throws IOException {
        AdminClient.Events events = admin.events(path);
        assertThat(events.head().status()).isEqualTo(200);
        return events;
    }

    private static int status(AdminClient client, Operation operation) throws IOException {
        try (RawPeer peer = client.connect()) {
            String line = operation.method() + " "
                    + VARIABLE.matcher(operation.path()).replaceAll("1") + " HTTP/1.1";
            return peer.send(client.request(line, "Content-Length: 0")).head().status();
        }
    }

    @Test
    void tellsWhichTokenEachOperationTakes() throws IOException {
        AdminClient reader = setting.admin().with("the-read-token-0123456789");
        for (Operation operation : operations()) {
            Set<String> tokens = described.tokens(operation);
            String name = operation.method() + " " + operation.path();
            assertThat(status(setting.admin(), operation) == 401).as(name).isEqualTo(!tokens.isEmpty());
            assertThat(status(reader, operation) == 403)
                    .as(name)
                    .isEqualTo(!tokens.isEmpty() && !tokens.contains("readToken"));
        }
        assertThat(setting.gateway.isReady()).isTrue();
    }

    @Test
    void namesTheParametersThatAreRead() throws IOException {
        int read = 0;
        for (Operation operation : operations()) {
            List<String> names = described.parameters(operation, "query");
            if (!names.isEmpty()) {
                String path = operation.path() + "?nonsense=1";
                boolean reads = operation.method().name().equals("GET");
                WireMessage response = reads
                        ? admin.get(path)
                        : admin.send(operation.method().name(), path, "{\"version\": 1}", "If-Match: *");
                assertThat(response.status()).as(operation.path()).isEqualTo(400);
                assertThat(AdminClient.json(response).get("expected").asText()).isEqualTo(String.join(", ", names));
                read++;
            }
        }
        assertThat(read).isGreaterThanOrEqualTo(3);
    }

    @Test
    void answersEachOperationAsItSays() throws Exception {
        Set<String> tried = new TreeSet<>();
        tryConfig(tried);
        tryChanges(tried);
        tryLogin(tried);
        tryRouting(tried);
        tryConnections(tried);
        tryLive(tried);
        tryWhatRuns(tried);
        tryEndpoints(tried);
        tryRefusals();
        tryEnd(tried);

        assertThat(tried).isEqualTo(described.operations());
    }

    private WireMessage call(Set<String> tried, String operation, String path, String body, String... fields)
            throws IOException {
        String method = operation.substring(0, operation.indexOf(' '));
        WireMessage response = method.equals("GET") ? admin.get(path, fields) : admin.send(method, path, body, fields);
        described.check(operation, response);
        tried.add(operation);
        return response;
    }

    private WireMessage get(Set<String> tried, String path, String... fields) throws IOException {
        return call(tried, "GET " + path, path, "", fields);
    }

    private WireMessage change(Set<String> tried, String operation, String body, String... fields) throws IOException {
        return call(tried, operation, operation.substring(operation.indexOf(' ') + 1), body, fields);
    }

    private void tryConfig(Set<String> tried) throws IOException {
        String etag = get(tried, "/api/v1/config").value("etag");
        assertThat(get(tried, "/api/v1/config", "If-None-Match: " + etag).status())
                .isEqualTo(304);
        get(tried, "/api/v1/config", "Accept: application/json");
        change(tried, "POST /api/v1/config/check", setting.yaml);
        change(tried, "POST /api/v1/config/check", "nonsense: 1");
        change(tried, "POST /api/v1/reload", "");
        change(tried, "PUT /api/v1/config", "nonsense: 1", "If-Match: *");
        get(tried, "/api/v1/config", "Accept: application/json");
        change(tried, "PUT /api/v1/config", setting.yaml);
        change(tried, "PUT /api/v1/config", setting.yaml, "If-Match: \"another\"");
        change(tried, "PUT /api/v1/config", setting.yaml + "# the same\n", "If-Match: " + etag);
        get(tried, "/api/v1/config", "Accept: application/json");
        Files.writeString(included, "nonsense: 1");
        change(tried, "POST /api/v1/reload", "");
        assertThat(get(tried, "/api/v1/config", "Accept: application/json").body())
                .contains("kept");
    }

    private void tryChanges(Set<String> tried) throws IOException {
        Files.writeString(included, "routes: []");
        change(tried, "POST /api/v1/reload", "");
        String plan = "POST /api/v1/config/plan";
        String other = setting.yaml.replace("threads: 2", "threads: 3").replace("side:", "aside:");
        change(tried, plan, other.replace("/fixed/**", "/firm/**").replace("orders: {", "orders: { balance: random,"));
        change(tried, plan, "nonsense: 1");
        String put = "PUT /api/v1/config";
        String path = "/api/v1/config?confirm=1h";
        assertThat(call(tried, put, path, setting.yaml + "# one\n", "If-Match: *")
                        .status())
                .isEqualTo(200);
        assertThat(get(tried, "/api/v1/config", "Accept: application/json").body())
                .contains("until");
        assertThat(call(tried, put, path, setting.yaml, "If-Match: *").status()).isEqualTo(409);
        call(tried, put, "/api/v1/config?confirm=1ms", setting.yaml, "If-Match: *");
        String confirm = "POST /api/v1/config/confirm";
        change(tried, confirm, "");
        change(tried, confirm, "", "If-Match: \"another\"");
        assertThat(change(tried, confirm, "", "If-Match: *").status()).isEqualTo(200);
        change(tried, confirm, "", "If-Match: *");
        JsonNode history = AdminClient.json(get(tried, "/api/v1/config/history"));
        String rollback = "POST /api/v1/config/rollback";
        String first = history.at("/versions")
                .get(history.get("versions").size() - 1)
                .get("version")
                .asText();
        change(tried, rollback, "{}", "If-Match: *");
        change(tried, rollback, "{\"version\": 1000}", "If-Match: *");
        change(tried, rollback, "{\"version\": " + first + "}");
        change(tried, rollback, "{\"version\": " + first + "}", "If-Match: \"another\"");
        assertThat(change(tried, rollback, "{\"version\": " + first + "}", "If-Match: *")
                        .status())
                .isEqualTo(200);
        String version = "GET /api/v1/config/history/{version}";
        call(tried, version, "/api/v1/config/history/" + history.get("version").asText(), "");
        call(tried, version, "/api/v1/config/history/" + first, "");
        call(tried, version, "/api/v1/config/history/1000", "");
    }

    private void tryLogin(Set<String> tried) throws IOException {
        change(tried, "POST /api/v1/login", "{\"token\": \"the-token-0123456789\"}");
        change(tried, "POST /api/v1/login", "{\"token\": \"another\"}");
        change(tried, "POST /api/v1/login", "");
        change(tried, "POST /api/v1/logout", "");
        get(tried, "/api/v1/me");
    }

    private void tryRouting(Set<String> tried) throws IOException {
        get(tried, "/api/v1/routes");
        get(tried, "/api/v1/routes/figures");
        change(
                tried,
                "POST /api/v1/explain",
                "{\"url\": \"http://b.example/users/7?a=b\", \"headers\": {\"x\": \"2\"}}");
        change(tried, "POST /api/v1/explain", "{\"url\": \"http://b.example/%00\"}");
        change(tried, "POST /api/v1/explain", "{\"url\": \"http://a/\"}");
        change(tried, "POST /api/v1/explain", "{\"url\": \"http://a/\", \"config\": \"nonsense: 1\"}");
        change(tried, "POST /api/v1/explain", "{}");
    }

    private void tryConnections(Set<String> tried) throws Exception {
        try (RawPeer parked = setting.client();
                RawPeer active = setting.client()) {
            parked.send(HttpText.get("/fixed/")).response(204);
            active.send(HttpText.get("/"));
            setting.backend.accept().request();
            String list = "GET /api/v1/connections";
            JsonNode found = AdminClient.json(call(tried, list, "/api/v1/connections?top=2", ""));
            assertThat(found.get("connections").findValuesAsText("state")).contains("parked", "active");
            assertThat(found.get("addresses")).isNotEmpty();
            call(tried, list, "/api/v1/connections?limit=x", "");
            String close = "DELETE /api/v1/connections/{id}";
            String id = found.at("/connections/0/id").asText();
            assertThat(call(tried, close, "/api/v1/connections/" + id, "").status())
                    .isEqualTo(204);
            assertThat(call(tried, close, "/api/v1/connections/" + id, "").status())
                    .isEqualTo(404);
        }
    }

    private void tryLive(Set<String> tried) throws IOException {
        try (AdminClient.Events events = stream("/api/v1/events");
                AdminClient.Events tap = stream("/api/v1/tap?limit=2");
                RawPeer client = setting.client()) {
            described.checkEvent("GET /api/v1/events", "figures", events.next("figures"));
            assertThat(tap.block()).startsWith(":");
            client.send(HttpText.get("/fixed/a")).response(204);
            client.send(HttpText.get("/nowhere/a")).response(502);
            JsonNode figures = events.next("figures");
            while (figures.at("/requests/requestsPerSecond").asDouble() == 0) {
                figures = events.next("figures");
            }
            described.checkEvent("GET /api/v1/events", "figures", figures);
            described.checkEvent("GET /api/v1/tap", "exchange", tap.next("exchange"));
            described.checkEvent("GET /api/v1/tap", "exchange", tap.next("exchange"));
        }
        described.checkEvent(
                "GET /api/v1/tap",
                "dropped",
                JsonNodeFactory.instance.objectNode().put("dropped", 1));
        call(tried, "GET /api/v1/tap", "/api/v1/tap?limit=x", "");
        // of the request that reached nobody
        assertThat(get(tried, "/api/v1/failures").body()).contains("/nowhere/a");
        call(tried, "GET /api/v1/failures", "/api/v1/failures?limit=x", "");
        tried.add("GET /api/v1/events");
    }

    private void tryWhatRuns(Set<String> tried) throws IOException {
        for (String name : List.of("listeners", "economics", "audit", "openapi.json")) {
            get(tried, "/api/v1/" + name);
        }
        // one of its endpoints was found to be gone
        assertThat(get(tried, "/api/v1/upstreams").body()).contains("leftOutBecause");
        get(tried, "/metrics");
        get(tried, "/metrics", "Accept: application/openmetrics-text");
        get(tried, "/healthz");
        get(tried, "/readyz");
    }

    private void tryEndpoints(Set<String> tried) throws IOException {
        String pattern = "/api/v1/upstreams/{upstream}/endpoints/{address}";
        String path = "/api/v1/upstreams/orders/endpoints/" + setting.backend.endpoint();
        call(tried, "GET " + pattern, path, "");
        call(tried, "GET " + pattern, path + "0", "");
        call(tried, "PATCH " + pattern, path, "{\"state\": \"drain\", \"weight\": 3}");
        call(tried, "PATCH " + pattern, path, "{}");
        call(tried, "PATCH " + pattern, path + "0", "{}");
        assertThat(call(tried, "GET " + pattern, path, "").body()).contains("drained");
        call(tried, "DELETE " + pattern, path, "");
        call(tried, "DELETE " + pattern, path + "0", "");
    }

    private void tryRefusals() throws IOException {
        described.check("GET /api/v1/routes", setting.admin().get("/api/v1/routes"));
        AdminClient reader = setting.admin().with("the-read-token-0123456789");
        described.check("POST /api/v1/reload", reader.send("POST", "/api/v1/reload", ""));
    }

    private void tryEnd(Set<String> tried) throws Exception {
        change(tried, "POST /api/v1/shutdown", "");
        change(tried, "POST /api/v1/drain", "");
        Await.until("it drains", () -> !setting.gateway.isReady());
        assertThat(get(tried, "/readyz").status()).isEqualTo(503);
        assertThat(get(tried, "/api/v1/drain").body()).doesNotContain("none");
    }

    /** Too many listeners are refused as it says; no stream is left open by it. */
    @Test
    void refusesListenersAsItSays() throws Exception {
        List<AdminClient.Events> all = new ArrayList<>();
        try {
            for (int i = 0; i < TapCalls.MOST; i++) {
                all.add(stream("/api/v1/tap"));
            }
            WireMessage refused = admin.get("/api/v1/tap");
            assertThat(refused.status()).isEqualTo(503);
            described.check("GET /api/v1/tap", refused);
        } finally {
            for (AdminClient.Events each : all) {
                each.close();
            }
        }
    }

    @Test
    void slowsGuessesAsItSays() throws IOException {
        WireMessage last = null;
        for (int i = 0; i <= Guesses.FREE + 1; i++) {
            last = setting.admin().with("guess" + i).get("/api/v1/routes");
            described.check("GET /api/v1/routes", last);
        }
        assertThat(last).isNotNull();
        assertThat(last.status()).isEqualTo(429);
        assertThat(last.head().toLowerCase(Locale.ROOT)).contains("retry-after: 1");
    }
}
