package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.AdminClient;
import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use an admin listener that everybody reaches. */
final class TokenTest {
    private static final String TOKEN = "the-token-0123456789";
    private static final String READ_TOKEN = "the-read-token-0123456789";

    @TempDir
    private Path folder;

    private Setting setting;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("token"), TOKEN + "\n");
        Files.writeString(folder.resolve("read-token"), READ_TOKEN);
        setting = Setting.in(
                folder,
                Setting.CONFIG.replace(
                        "'127.0.0.1:0' }\nlisteners",
                        "'0.0.0.0:0', token: '${file:token}', readToken: '${file:read-token}' }\nlisteners"));
    }

    @AfterEach
    void stop() throws IOException {
        setting.close();
    }

    private AdminClient nobody() {
        return setting.admin();
    }

    private AdminClient full() {
        return nobody().with(TOKEN);
    }

    private AdminClient reader() {
        return nobody().with(READ_TOKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/config",
                "/api/v1/upstreams",
                "/api/v1/connections",
                "/api/v1/events",
                "/api/v1/tap",
                "/api/v1/audit",
                "/api/v1/openapi.json",
                "/metrics",
                "/nothing"
            })
    void asksForATokenAndTellsNothingWithoutOne(String path) throws IOException {
        WireMessage response = nobody().get(path);

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.value("www-authenticate")).isEqualTo("Bearer realm=\"sluice\"");
        assertThat(AdminClient.json(response).get("expected").asText()).startsWith("Authorization: Bearer");
    }

    @Test
    void answersProbesWithoutOneAndUnderAnyName() throws IOException {
        String probe = HttpText.head("GET /healthz HTTP/1.1", "Host: 10.1.2.3:9900");

        assertThat(nobody().exchange(probe).status()).isEqualTo(200);
        assertThat(nobody().get("/readyz").status()).isEqualTo(200);
    }

    @Test
    void takesTheTokenForEverything() throws IOException {
        assertThat(full().get("/api/v1/config").status()).isEqualTo(200);
        assertThat(full().send("POST", "/api/v1/reload", "").status()).isEqualTo(200);
    }

    @Test
    void takesTheSchemeInAnyCase() throws IOException {
        assertThat(nobody().get("/api/v1/routes", "Authorization: bEARER  " + TOKEN)
                        .status())
                .isEqualTo(200);
        assertThat(nobody().get("/api/v1/routes", "Authorization: Basic " + TOKEN)
                        .status())
                .isEqualTo(401);
    }

    @Test
    void takesTheReadTokenForReading() throws IOException {
        assertThat(reader().get("/api/v1/config").status()).isEqualTo(200);
        assertThat(reader().get("/metrics").status()).isEqualTo(200);
        assertThat(reader().send("POST", "/api/v1/explain", "{\"url\": \"http://a/\"}")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /api/v1/reload",
                "PUT /api/v1/config",
                "POST /api/v1/config/check",
                "POST /api/v1/drain",
                "POST /api/v1/shutdown",
                "DELETE /api/v1/connections/0-1-2"
            })
    void changesNothingForTheReadToken(String operation) throws IOException {
        String[] words = operation.split(" ", -1);
        WireMessage response = reader().send(words[0], words[1], "", "If-Match: *");

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.value("www-authenticate")).contains("insufficient_scope");
        assertThat(setting.gateway.isReady()).isTrue();
        assertThat(setting.gateway.lastReload()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wrong", TOKEN + "0", "the-token-012345678", "", "ä"})
    void refusesOtherTokens(String token) throws IOException {
        WireMessage response = nobody().with(token).get("/api/v1/config");

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.body()).doesNotContain("listeners");
    }

    @Test
    void letsWaitWhoGuessesAndNobodyElse() throws Exception {
        for (int i = 0; i <= Guesses.FREE; i++) {
            assertThat(nobody().with("guess" + i).get("/api/v1/config").status())
                    .isEqualTo(401);
        }
        WireMessage early = full().get("/api/v1/config");
        assertThat(early.status()).isEqualTo(429);
        assertThat(early.value("retry-after")).isEqualTo("1");
        assertThat(nobody().get("/healthz").status()).isEqualTo(200);
        try (RawPeer other = RawPeer.connectFrom("127.0.0.2", nobody().address())) {
            other.send(full().request("GET /api/v1/config HTTP/1.1")).response(200);
        }
        Await.until("the second is over", () -> status(full()) == 200);
    }

    private static int status(AdminClient client) {
        try {
            return client.get("/api/v1/config").status();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void takesAnotherTokenWithAReload() throws Exception {
        Files.writeString(folder.resolve("token"), "another-token-0123456789");
        Await.until("reload", () -> setting.gateway.snapshot().version() == 2);

        assertThat(status(full())).isEqualTo(401);
        assertThat(status(nobody().with("another-token-0123456789"))).isEqualTo(200);
        assertThat(status(reader())).isEqualTo(200);
    }

    @Test
    void staysClosedWhenAReloadTakesTheTokenAway() throws Exception {
        Files.writeString(setting.file, setting.yaml.replaceFirst("admin: .*\n", "admin: { bind: '127.0.0.1:0' }\n"));
        Await.until("reload", () -> setting.gateway.snapshot().version() == 2);

        assertThat(status(nobody())).isEqualTo(401);
        assertThat(status(full())).isEqualTo(200);
    }

    @Test
    void neverTellsTheTokens() throws IOException {
        full().send("POST", "/api/v1/reload", "");
        for (String path : new String[] {"config", "audit", "connections", "economics", "listeners"}) {
            assertThat(full().get("/api/v1/" + path, "Accept: application/json").body())
                    .doesNotContain(TOKEN)
                    .doesNotContain(READ_TOKEN);
        }
        assertThat(full().get("/metrics").body()).doesNotContain(TOKEN).doesNotContain(READ_TOKEN);
        assertThat(setting.gateway.snapshot().config().toString())
                .doesNotContain(TOKEN)
                .doesNotContain(READ_TOKEN);
    }

    @Test
    void writesDownWithWhichTokenWhatWasChanged() throws IOException {
        full().send("POST", "/api/v1/reload", "");
        reader().send("POST", "/api/v1/drain", "");
        nobody().send("POST", "/api/v1/shutdown", "");
        full().get("/api/v1/routes");

        var changes = AdminClient.json(reader().get("/api/v1/audit")).get("changes");
        assertThat(changes).hasSize(3);
        assertThat(changes.findValuesAsText("caller")).containsExactly("nobody", "readToken", "token");
        assertThat(changes.findValuesAsText("path"))
                .containsExactly("/api/v1/shutdown", "/api/v1/drain", "/api/v1/reload");
        assertThat(changes.findValuesAsText("status")).containsExactly("401", "403", "200");
        assertThat(changes.get(2).get("result").asText()).isEqualTo("version 1 stays, nothing has changed");
        assertThat(changes.get(2).get("client").asText()).isEqualTo("127.0.0.1");
        assertThat(AdminClient.json(reader().get("/api/v1/audit?limit=1")).get("changes"))
                .hasSize(1);
    }
}
