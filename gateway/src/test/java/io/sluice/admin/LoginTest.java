package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testing.AdminClient;
import io.sluice.testing.Await;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions of browsers. */
final class LoginTest {
    private static final String TOKEN = "the-token-0123456789";
    private static final String READ_TOKEN = "the-read-token-0123456789";
    private static final String LOGIN = "/api/v1/login";

    @TempDir
    private Path folder;

    private Setting setting;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("token"), TOKEN);
        Files.writeString(folder.resolve("read-token"), READ_TOKEN);
        setting = Setting.in(
                folder,
                Setting.CONFIG.replace(
                        "'127.0.0.1:0' }\nlisteners",
                        "'127.0.0.1:0', token: '${file:token}', readToken: '${file:read-token}' }\nlisteners"));
    }

    @AfterEach
    void stop() throws IOException {
        setting.close();
    }

    private WireMessage login(String token, String... fields) throws IOException {
        return setting.admin().send("POST", LOGIN, "{\"token\": \"" + token + "\"}", fields);
    }

    /** As a browser sends it back. */
    private String cookie(String token) throws IOException {
        WireMessage response = login(token);
        assertThat(response.status()).isEqualTo(200);
        return "Cookie: " + String.valueOf(response.value("set-cookie")).replaceFirst(";.*", "");
    }

    private int status(String method, String path, String... fields) throws IOException {
        return method.equals("GET")
                ? setting.admin().get(path, fields).status()
                : setting.admin().send(method, path, "", fields).status();
    }

    @Test
    void givesACookieThatNoScriptAndNoOtherSiteCanUse() throws IOException {
        String cookie = String.valueOf(login(TOKEN).value("set-cookie"));

        assertThat(cookie)
                .matches("sluice-session=[0-9a-f]{64}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict")
                .doesNotContain(TOKEN);
        assertThat(login(TOKEN, "Origin: https://localhost").value("set-cookie"))
                .endsWith("; Secure");
    }

    @Test
    void letsDoWithACookieWhatItsTokenLetsDo() throws IOException {
        String full = cookie(TOKEN);
        String read = cookie(READ_TOKEN);

        assertThat(status("GET", "/api/v1/config", full)).isEqualTo(200);
        assertThat(status("POST", "/api/v1/reload", full)).isEqualTo(200);
        assertThat(status("GET", "/api/v1/config", read)).isEqualTo(200);
        assertThat(status("POST", "/api/v1/reload", read)).isEqualTo(403);
        assertThat(status("GET", "/api/v1/config", "Cookie: sluice-session=" + "0".repeat(64)))
                .isEqualTo(401);
        assertThat(status("GET", "/api/v1/config", full.replace("=", "=x"))).isEqualTo(401);
    }

    @Test
    void saysWhoAsks() throws IOException {
        JsonNode reader = AdminClient.json(setting.admin().get("/api/v1/me", cookie(READ_TOKEN)));
        JsonNode full = AdminClient.json(setting.admin().with(TOKEN).get("/api/v1/me"));

        assertThat(reader.get("caller").asText()).isEqualTo("readToken");
        assertThat(reader.get("access").asText()).isEqualTo("read");
        assertThat(reader.get("tokenNeeded").asBoolean()).isTrue();
        assertThat(full.get("access").asText()).isEqualTo("full");
        assertThat(status("GET", "/api/v1/me")).isEqualTo(401);
    }

    /** A browser sends the cookie with what a page of the same site, on another port, makes it send. */
    @Test
    void changesNothingForAPageFromElsewhere() throws IOException {
        String cookie = cookie(TOKEN);

        assertThat(status("POST", "/api/v1/reload", cookie, "Origin: http://localhost:8080"))
                .isEqualTo(403);
        assertThat(status("GET", "/api/v1/config", cookie, "Origin: http://evil.example"))
                .isEqualTo(403);
        assertThat(status("POST", "/api/v1/reload", cookie, "Content-Type: text/plain"))
                .isEqualTo(415);
        assertThat(status("POST", "/api/v1/reload", cookie, "Origin: http://localhost"))
                .isEqualTo(200);
        assertThat(login(TOKEN, "Origin: http://evil.example").status()).isEqualTo(403);
        assertThat(login(TOKEN, "Content-Type: text/plain").status()).isEqualTo(415);
    }

    @Test
    void endsWithALogout() throws IOException {
        String cookie = cookie(TOKEN);
        WireMessage response = setting.admin().send("POST", "/api/v1/logout", "", cookie);

        assertThat(response.status()).isEqualTo(204);
        assertThat(response.value("set-cookie")).startsWith("sluice-session=; Path=/; Max-Age=0;");
        assertThat(status("GET", "/api/v1/config", cookie)).isEqualTo(401);
    }

    @Test
    void endsWithItsToken() throws Exception {
        String full = cookie(TOKEN);
        String read = cookie(READ_TOKEN);
        Files.writeString(folder.resolve("token"), "another-token-0123456789");
        Await.until("reload", () -> setting.gateway.snapshot().version() == 2);

        assertThat(status("GET", "/api/v1/config", full)).isEqualTo(401);
        assertThat(status("GET", "/api/v1/config", read)).isEqualTo(200);
    }

    @Test
    void letsWaitWhoGuesses() throws IOException {
        for (int i = 0; i <= Guesses.FREE; i++) {
            assertThat(login("guess" + i).status()).isEqualTo(401);
        }
        WireMessage early = login(TOKEN);

        assertThat(early.status()).isEqualTo(429);
        assertThat(early.value("set-cookie")).isNull();
        assertThat(early.value("retry-after")).isEqualTo("1");
    }

    @Test
    void writesDownWhoLogsInAndWhoGuessesButNoToken() throws IOException {
        String read = cookie(READ_TOKEN);
        for (int i = 0; i <= Guesses.FREE; i++) {
            assertThat(login("guess-" + i).status()).isEqualTo(401);
        }
        assertThat(login(TOKEN).status()).isEqualTo(429);
        assertThat(login(TOKEN).status()).isEqualTo(429);

        WireMessage answer = setting.admin().get("/api/v1/audit", read);
        JsonNode entries = AdminClient.json(answer).get("changes");
        // one of those that came too early stands for both
        assertThat(entries).hasSize(Guesses.FREE + 3);
        assertThat(entries.findValuesAsText("path")).containsOnly(LOGIN);
        assertThat(entries.findValuesAsText("method")).containsOnly("POST");
        assertThat(entries.findValuesAsText("client")).containsOnly("127.0.0.1");
        assertThat(entries.findValuesAsText("status"))
                .startsWith("429", "401")
                .containsOnlyOnce("429")
                .endsWith("401", "200");
        assertThat(entries.get(Guesses.FREE + 2).get("result").asText()).isEqualTo("session of readToken");
        assertThat(answer.body()).doesNotContain("guess-").doesNotContain(TOKEN).doesNotContain(READ_TOKEN);
    }

    @Test
    void wantsAToken() throws IOException {
        for (String body : new String[] {"", "{}", "[", "{\"token\": \"\"}"}) {
            assertThat(setting.admin().send("POST", LOGIN, body).status()).isEqualTo(400);
        }
    }

    @Test
    void needsNoCookieWhereNoTokenIsAskedFor(@TempDir Path other) throws Exception {
        try (Setting open = Setting.in(other)) {
            WireMessage response = open.admin().send("POST", LOGIN, "{\"token\": \"any\"}");
            JsonNode me = AdminClient.json(open.admin().get("/api/v1/me"));

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.value("set-cookie")).isNull();
            assertThat(me.get("caller").asText()).isEqualTo("local");
            assertThat(me.get("tokenNeeded").asBoolean()).isFalse();
        }
    }
}
