package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.config.IncludedFile;
import io.sluice.config.IncludedFile.State;
import io.sluice.config.RouteConfig;
import io.sluice.testing.AdminClient;
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

/** What becomes of included files when the file that includes them is written over the API. */
final class IncludedWriteTest {
    private static final String BAD = "rooutes: []\n";

    @TempDir
    private Path folder;

    private Path included;
    private Setting setting;
    private AdminClient admin;
    private String changed;

    @BeforeEach
    void start() throws Exception {
        included = Files.createDirectory(folder.resolve("routes.d")).resolve("team.yaml");
        Files.writeString(included, route(201));
        setting = Setting.in(folder, "include: routes.d\n" + Setting.CONFIG);
        admin = setting.admin();
        changed = setting.yaml.replace("204", "410");
    }

    @AfterEach
    void stop() throws IOException {
        setting.close();
    }

    private static String route(int status) {
        return "routes:\n  - { name: team, match: { path: /team }, respond: { status: " + status + " } }\n";
    }

    private WireMessage put(String yaml, String ifMatch) throws IOException {
        return admin.send("PUT", "/api/v1/config", yaml, "If-Match: " + ifMatch);
    }

    private String etag() throws IOException {
        return admin.get("/api/v1/config").value("etag");
    }

    private int answer(String path) throws IOException {
        try (RawPeer client = setting.client()) {
            return client.send(HttpText.get(path)).response().status();
        }
    }

    private JsonNode described() throws IOException {
        return AdminClient.json(admin.get("/api/v1/config", "Accept: application/json"))
                .get("included");
    }

    @Test
    void areReadWithTheNewTextAndNotWritten() throws IOException {
        WireMessage response = put(changed, etag());

        assertThat(response.status()).isEqualTo(200);
        assertThat(AdminClient.json(response).get("warnings")).isEmpty();
        assertThat(response.value("etag")).isEqualTo(etag());
        assertThat(answer("/fixed/")).isEqualTo(410);
        assertThat(answer("/team")).isEqualTo(201);
        assertThat(setting.file).hasContent(changed);
        assertThat(included).hasContent(route(201));
    }

    @Test
    void goWithTheTextThatIncludesThem() throws IOException {
        String alone = setting.yaml.replace("include: routes.d\n", "");
        assertThat(put(alone, etag()).status()).isEqualTo(200);
        assertThat(setting.gateway.snapshot().config().routes())
                .extracting(RouteConfig::name)
                .doesNotContain("team");
        assertThat(described()).isEmpty();

        assertThat(put(setting.yaml, etag()).status()).isEqualTo(200);
        assertThat(answer("/team")).isEqualTo(201);
        assertThat(described().findValuesAsText("state")).containsExactly("current");
        assertThat(included).hasContent(route(201));
    }

    @Test
    void keepTheirLastGoodVersionIfTheyAreBad() throws IOException {
        Files.writeString(included, BAD);
        setting.gateway.reload();
        String seen = etag();
        WireMessage response = put(changed, seen);

        assertThat(response.status()).isEqualTo(200);
        assertThat(AdminClient.json(response).get("warnings").toString()).contains("team.yaml", "stays in force");
        assertThat(answer("/fixed/")).isEqualTo(410);
        assertThat(answer("/team")).isEqualTo(201);
        assertThat(described().get(0).get("state").asText()).isEqualTo("kept");
        assertThat(included).hasContent(BAD);
    }

    @Test
    void areFoundAsTheyAreWhenTheTextIsWritten() throws IOException {
        Files.writeString(included, route(202));

        assertThat(put(changed, "*").status()).isEqualTo(200);
        assertThat(answer("/fixed/")).isEqualTo(410);
        assertThat(answer("/team")).isEqualTo(202);
        assertThat(setting.gateway.included()).extracting(IncludedFile::text).containsExactly(route(202));
    }

    @Test
    void belongToWhatTheWriterMustHaveSeen() throws IOException {
        String seen = etag();
        Files.writeString(included, route(202));
        setting.gateway.reload();

        WireMessage response = put(changed, seen);
        assertThat(response.status()).isEqualTo(412);
        assertThat(response.value("etag")).isEqualTo(etag()).isNotEqualTo(seen);
        assertThat(admin.get("/api/v1/config", "If-None-Match: " + seen).status())
                .isEqualTo(200);
        assertThat(setting.file).hasContent(setting.yaml);
    }

    @Test
    void stopATextThatTheyDoNotGoWith() throws IOException {
        Files.writeString(included, route(201) + "upstreams: { team: { endpoints: [ '127.0.0.1:1' ] } }\n");
        setting.gateway.reload();
        String before = etag();
        WireMessage response = put(setting.yaml.replace("name: fixed", "name: team"), before);

        assertThat(response.status()).isEqualTo(422);
        assertThat(response.body()).contains("team.yaml");
        assertThat(etag()).isEqualTo(before);
        assertThat(setting.file).hasContent(setting.yaml);
    }

    @Test
    void areWhatTheyWereIfTheFileCantBeReplaced() throws IOException {
        String seen = etag();
        Files.delete(setting.file);
        // found only when all else is done
        Files.createDirectories(setting.file.resolve("in-the-way"));
        Files.writeString(included, BAD);

        assertThat(put(changed, "*").status()).isEqualTo(409);
        assertThat(setting.gateway.included()).extracting(IncludedFile::state).containsExactly(State.CURRENT);
        assertThat(etag()).isEqualTo(seen);
        assertThat(answer("/fixed/")).isEqualTo(204);
        assertThat(answer("/team")).isEqualTo(201);
    }
}
