package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.admin.ReloadResult;
import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running gateway whose routes are in several files that change. */
final class IncludeReloadTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MAIN = """
            threads: 1
            admin: { bind: "127.0.0.1:0" }
            listeners: { web: { bind: "127.0.0.1:0" } }
            include: routes.d/*.yaml
            routes: [ { name: rest, respond: { status: 200, body: rest } } ]
            """;

    @TempDir
    private Path folder;

    private Path main;
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectory(folder.resolve("routes.d"));
        main = Files.writeString(folder.resolve("sluice.yaml"), MAIN);
        route("a", "a1");
        route("b", "b1");
        gateway = Gateway.start((LoadResult.Loaded) ConfigReader.read(main, Map.of()), main);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private Path file(String name) {
        return folder.resolve("routes.d/" + name + ".yaml");
    }

    /** A file with one route of that name and below that path. */
    private void route(String name, String body) throws IOException {
        Files.writeString(file(name), """
                routes:
                  - name: %1$s
                    match: { path: /%1$s }
                    respond: { status: 200, body: %2$s }
                """.formatted(name, body));
    }

    private String answer(String path) throws IOException {
        return exchange(gateway.address("web"), HttpText.get(path)).body();
    }

    private static WireMessage exchange(InetSocketAddress address, String request) throws IOException {
        try (RawPeer client = RawPeer.connect(address)) {
            return client.send(request).response();
        }
    }

    private JsonNode config() throws IOException {
        String request = HttpText.head("GET /api/v1/config HTTP/1.1", "Host: localhost", "Accept: application/json");
        return JSON.readTree(exchange(gateway.adminAddress(), request).body());
    }

    private void awaitAnswer(String path, String body) throws InterruptedException {
        Await.until(path + ": " + body, () -> {
            try {
                return answer(path).equals(body);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private long files(String state) {
        Double count = gateway.telemetry()
                .registry()
                .getSampleValue("sluice_config_included_files", new String[] {"state"}, new String[] {state});
        return count == null ? -1 : count.longValue();
    }

    @Test
    void takesFilesThatChangeComeAndGo() throws Exception {
        assertThat(answer("/a")).isEqualTo("a1");
        assertThat(answer("/c")).isEqualTo("rest");

        route("a", "a2");
        awaitAnswer("/a", "a2");
        route("c", "c1");
        awaitAnswer("/c", "c1");
        Files.delete(file("b"));
        awaitAnswer("/b", "rest");

        assertThat(answer("/a")).isEqualTo("a2");
        Await.until("told", () -> files("current") == 2);
    }

    @Test
    void keepsOnlyTheLastGoodVersionOfABadFile() throws Exception {
        Files.writeString(file("a"), "routes:\n  - { name: a, match: { path: /a }, respnd: { status: 200 } }\n");
        Await.until("kept", () -> files("kept") == 1);
        assertThat(answer("/a")).isEqualTo("a1");

        route("b", "b2");
        awaitAnswer("/b", "b2");
        Files.writeString(main, MAIN.replace("body: rest", "body: other"));
        awaitAnswer("/", "other");
        assertThat(answer("/a")).isEqualTo("a1");

        route("a", "a2");
        awaitAnswer("/a", "a2");
        Await.until("told", () -> files("kept") == 0);
    }

    @Test
    void showsWhichVersionsAreInForceAndWhy() throws Exception {
        Files.writeString(file("a"), "routes: [ { name: a, to: nowhere } ]\n");
        Files.writeString(file("new"), "rotes: []\n");
        Await.until("both noticed", () -> files("kept") == 1 && files("left-out") == 1);

        JsonNode included = config().get("included");
        assertThat(included).hasSize(3);
        assertThat(included.get(0).get("file").asText()).isEqualTo(file("a").toString());
        assertThat(included.get(0).get("state").asText()).isEqualTo("kept");
        assertThat(included.get(0).get("text").asText()).contains("body: a1");
        assertThat(included.get(0).get("problems").get(0).get("file").asText())
                .isEqualTo(file("a").toString());
        assertThat(included.get(0).get("problems").get(0).get("message").asText())
                .isEqualTo("routes[0].to: nowhere (expected: the name of an upstream)");
        assertThat(included.get(1).get("state").asText()).isEqualTo("current");
        assertThat(included.get(1).get("problems")).isEmpty();
        assertThat(included.get(2).get("state").asText()).isEqualTo("left-out");
        assertThat(included.get(2).get("text").asText()).isEmpty();
        assertThat(files("current")).isEqualTo(1);
    }

    @Test
    void saysAtEachReloadWhatIsKept() throws Exception {
        Files.writeString(file("a"), "routes: [");
        ReloadResult result = gateway.reload();

        assertThat(result).isInstanceOf(ReloadResult.Unchanged.class);
        assertThat(((ReloadResult.Unchanged) result).warnings())
                .hasSize(2)
                .first()
                .isEqualTo(file("a") + ": what was last good of it stays in force: 1 problem");
        Files.writeString(main, MAIN + "drain: { timeout: 1s }\n");
        Await.until("reload", () -> gateway.snapshot().version() == 2);
        assertThat(config().get("lastReload").get("warnings")).hasSize(2);
    }

    @Test
    void hasAnotherEtagOnceAnIncludedFileChanges() throws Exception {
        String etag = etag();
        route("a", "a2");
        awaitAnswer("/a", "a2");

        Await.until("another etag", () -> !etag().equals(etag));
    }

    private String etag() {
        try {
            String request = HttpText.head("GET /api/v1/config HTTP/1.1", "Host: localhost");
            return exchange(gateway.adminAddress(), request).value("etag");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void checksAConfigWithTheFilesThatAreThere() throws Exception {
        Files.writeString(file("a"), "routes: [ { name: a, to: nowhere } ]\n");
        String body = MAIN.replace("rest", "b");
        String answer = exchange(
                        gateway.adminAddress(),
                        HttpText.head(
                                        "POST /api/v1/config/check HTTP/1.1",
                                        "Host: localhost",
                                        "Content-Type: application/yaml",
                                        "Content-Length: " + body.length())
                                + body)
                .body();
        JsonNode problems = JSON.readTree(answer).get("problems");

        assertThat(problems).hasSize(2);
        assertThat(problems.get(0).get("file").asText()).isEqualTo(file("a").toString());
        assertThat(problems.get(1).get("file").asText()).isEqualTo(file("b").toString());
        assertThat(problems.get(1).get("hint").asText()).isEqualTo("the route at " + main + ":5:19 has this name");
    }

    @Test
    void startsOnlyIfAllFilesAreGood() throws Exception {
        Files.writeString(file("a"), "routes: [ { name: a, to: nowhere } ]\n");

        assertThat(Main.commandLine().execute("check", main.toString())).isEqualTo(1);
        assertThat(Main.commandLine().execute("run", "-c", main.toString())).isEqualTo(1);
    }
}
