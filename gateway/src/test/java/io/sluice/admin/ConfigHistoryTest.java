package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.Gateway;
import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import io.sluice.testing.AdminClient;
import io.sluice.testing.Await;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes that go back by themselves, and the versions that were in force. */
final class ConfigHistoryTest extends OnSetting {
    private static final String CONFIG = "/api/v1/config";

    private WireMessage send(String method, String path, String body) throws IOException {
        return setting.admin().send(method, path, body, "If-Match: " + etag());
    }

    private WireMessage put(String yaml, String query) throws IOException {
        return send("PUT", CONFIG + query, yaml);
    }

    private WireMessage rollback(long version) throws IOException {
        return send("POST", CONFIG + "/rollback", "{\"version\": " + version + "}");
    }

    private String etag() throws IOException {
        return setting.admin().get(CONFIG).value("etag");
    }

    private JsonNode get(String path) throws IOException {
        return AdminClient.json(setting.admin().get(path, "Accept: application/json"));
    }

    private JsonNode history() throws IOException {
        return get(CONFIG + "/history");
    }

    private boolean answers(int status) {
        try {
            return answer() == status;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    // ---- confirm

    @Test
    void isInForceButNotInTheFileUntilItIsConfirmed() throws IOException {
        WireMessage response = put(changed, "?confirm=60s");

        assertThat(response.status()).isEqualTo(200);
        assertThat(answer()).isEqualTo(410);
        assertThat(setting.file).hasContent(setting.yaml);
        JsonNode pending = get(CONFIG).get("pending");
        assertThat(pending.get("version").asInt()).isEqualTo(2);
        assertThat(pending.get("previous").asInt()).isEqualTo(1);
        assertThat(pending.get("caller").asText()).isEqualTo("local");
        assertThat(send("POST", CONFIG + "/confirm", "").status()).isEqualTo(200);
        assertThat(setting.file).hasContent(changed);
        assertThat(get(CONFIG).get("pending").isNull()).isTrue();
        assertThat(history().at("/versions/0/confirmed").asBoolean()).isTrue();
        assertThat(answer()).isEqualTo(410);
    }

    @Test
    void goesBackByItself() throws Exception {
        put(changed, "?confirm=5s");
        assertThat(answer()).isEqualTo(410);
        Await.until("it is as before", () -> setting.gateway.pending() == null);

        assertThat(answer()).isEqualTo(204);
        assertThat(setting.file).hasContent(setting.yaml);
        assertThat(get(CONFIG).get("pending").isNull()).isTrue();
        JsonNode versions = history().get("versions");
        assertThat(versions.findValuesAsText("kind")).containsExactly("returned", "api", "start");
        assertThat(versions.at("/1/confirmed").asBoolean(true)).isFalse();
        assertThat(send("POST", CONFIG + "/confirm", "").status()).isEqualTo(409);
    }

    @Test
    void letsNobodyElseChangeTheConfigMeanwhile() throws IOException {
        put(changed, "?confirm=60s");
        WireMessage second = put(setting.yaml.replace("204", "451"), "");

        assertThat(second.status()).isEqualTo(409);
        assertThat(second.body()).contains("version 2 waits to be confirmed until ");
        assertThat(rollback(2).status()).isEqualTo(409);
        assertThat(answer()).isEqualTo(410);
    }

    @Test
    void goesBackAtOnceWhenAskedTo() throws IOException {
        put(changed, "?confirm=60s");

        assertThat(rollback(1).status()).isEqualTo(200);
        assertThat(answer()).isEqualTo(204);
        assertThat(setting.file).hasContent(setting.yaml);
        assertThat(get(CONFIG).get("pending").isNull()).isTrue();
        assertThat(put(changed, "").status()).isEqualTo(200);
    }

    @Test
    void confirmsNoOtherVersionAndNoFileThatHasChanged() throws IOException {
        put(changed, "?confirm=60s");

        assertThat(setting.admin()
                        .send("POST", CONFIG + "/confirm", "", "If-Match: \"another\"")
                        .status())
                .isEqualTo(412);
        assertThat(setting.admin().send("POST", CONFIG + "/confirm", "").status())
                .isEqualTo(428);
        // refused by a reload, so that it does not take the place of what waits
        Files.writeString(setting.file, "nonsense: 1");
        assertThat(send("POST", CONFIG + "/confirm", "").status()).isEqualTo(412);
        assertThat(setting.file).hasContent("nonsense: 1");
    }

    @Test
    void isOverWhenTheFileIsReadAgain() throws Exception {
        put(changed, "?confirm=60s");
        Files.writeString(setting.file, setting.yaml.replace("204", "451"));
        Await.until("the file is in force", () -> answers(451));

        Await.until("nothing waits", () -> setting.gateway.pending() == null);
    }

    @Test
    void goesOnWaitingWhenTheFilesHoldWhatTheyHeld() throws Exception {
        put(changed, "?confirm=60s");
        assertThat(setting.gateway.reload()).isInstanceOf(ReloadResult.Unchanged.class);

        assertThat(setting.gateway.pending()).isNotNull();
        assertThat(answer()).isEqualTo(410);
        assertThat(send("POST", "/api/v1/reload", "").status()).isEqualTo(200);
        assertThat(setting.gateway.pending()).isNull();
        assertThat(answer()).isEqualTo(204);
    }

    @Test
    void endsAtTheOldConfigWhereTheProcessEnds() throws Exception {
        put(changed, "?confirm=60s");
        setting.gateway.close();

        LoadResult.Loaded loaded = (LoadResult.Loaded) ConfigReader.read(setting.file, Map.of());
        try (Gateway again = Gateway.start(loaded, setting.file)) {
            assertThat(again.snapshot().text()).isEqualTo(setting.yaml);
            assertThat(again.snapshot().version()).isEqualTo(3);
            assertThat(again.pending()).isNull();
        }
    }

    @Test
    void isToldToThoseWhoListen() throws IOException {
        try (AdminClient.Events events = setting.admin().events("/api/v1/events")) {
            assertThat(events.next("figures").get("pending").isNull()).isTrue();
            put(changed, "?confirm=60s");
            JsonNode pending = events.next("figures").get("pending");
            while (pending.isNull()) {
                pending = events.next("figures").get("pending");
            }
            assertThat(pending.get("version").asInt()).isEqualTo(2);
        }
    }

    @Test
    void wantsAReasonableTime() throws IOException {
        for (String time : List.of("4s", "61m", "soon", "60")) {
            WireMessage response = put(changed, "?confirm=" + time);
            assertThat(response.status()).as(time).isEqualTo(400);
            assertThat(response.body()).contains("5s..1h");
        }
        assertThat(answer()).isEqualTo(204);
    }

    // ---- history

    @Test
    void tellsWhoHasPutWhatInForce() throws Exception {
        put(changed, "");
        Files.writeString(setting.file, setting.yaml);
        Await.until("the file is in force", () -> setting.gateway.history().size() == 3);
        JsonNode history = history();

        assertThat(history.get("version").asInt()).isEqualTo(3);
        assertThat(history.get("versions").findValuesAsText("version")).containsExactly("3", "2", "1");
        assertThat(history.get("versions").findValuesAsText("kind")).containsExactly("file", "api", "start");
        assertThat(history.at("/versions/1/address").asText()).isEqualTo("127.0.0.1");
        assertThat(history.at("/versions/1/caller").asText()).isEqualTo("local");
        assertThat(history.at("/versions/1/summary").asText()).isEqualTo("1 route changed");
        JsonNode second = get(CONFIG + "/history/2");
        assertThat(second.get("text").asText()).isEqualTo(changed);
        assertThat(second.get("previous").asInt()).isEqualTo(1);
        assertThat(second.at("/changes/0/name").asText()).isEqualTo("fixed");
        assertThat(second.at("/changes/0/fields/0/key").asText()).isEqualTo("respond.status");
        assertThat(second.at("/changes/0/fields/0/before").asText()).isEqualTo("204");
        assertThat(second.at("/changes/0/fields/0/after").asText()).isEqualTo("410");
    }

    @Test
    void goesBackToAnEarlierVersion() throws IOException {
        put(changed, "");
        WireMessage response = rollback(1);

        assertThat(response.status()).isEqualTo(200);
        assertThat(AdminClient.json(response).get("version").asInt()).isEqualTo(3);
        assertThat(setting.file).hasContent(setting.yaml);
        assertThat(answer()).isEqualTo(204);
        assertThat(history().at("/versions/0/kind").asText()).isEqualTo("rollback");
        assertThat(setting.admin()
                        .send("POST", CONFIG + "/rollback", "{\"version\": 2}", "If-Match: \"another\"")
                        .status())
                .isEqualTo(412);
        assertThat(rollback(17).status()).isEqualTo(404);
    }

    @Test
    void countsOnWhereTheProcessBeforeHasEnded() throws Exception {
        put(changed, "");
        setting.gateway.close();

        LoadResult.Loaded loaded = (LoadResult.Loaded) ConfigReader.read(setting.file, Map.of());
        try (Gateway again = Gateway.start(loaded, setting.file)) {
            assertThat(again.snapshot().version()).isEqualTo(2);
            assertThat(again.history()).extracting(ConfigVersion::version).containsExactly(1L, 2L);
            assertThat(again.history().getFirst().text()).isEqualTo(setting.yaml);
        }
        Files.writeString(setting.file, setting.yaml.replace("204", "451"));
        loaded = (LoadResult.Loaded) ConfigReader.read(setting.file, Map.of());
        try (Gateway again = Gateway.start(loaded, setting.file)) {
            assertThat(again.snapshot().version()).isEqualTo(3);
            assertThat(again.history()).hasSize(3);
        }
    }

    @Test
    void liesBesideTheFileForItsOwnerAlone() throws IOException {
        put(changed, "");
        Path kept = folder.resolve(".sluice.yaml.history");

        assertThat(history().get("folder").asText()).isEqualTo(kept.toString());
        assertThat(kept.resolve("1.yaml")).hasContent(setting.yaml);
        assertThat(kept.resolve("2.yaml")).hasContent(changed);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rwx------");
        try (var files = Files.list(kept)) {
            assertThat(files)
                    .hasSize(4)
                    .allSatisfy(each -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void goesOnInMemoryWhereItCantBeWritten(@TempDir Path other) throws Exception {
        Files.writeString(other.resolve(".sluice.yaml.history"), "a file is in the way");
        try (Setting blocked = Setting.in(other)) {
            String etag = blocked.admin().get(CONFIG).value("etag");
            WireMessage response =
                    blocked.admin().send("PUT", CONFIG, blocked.yaml.replace("204", "410"), "If-Match: " + etag);
            JsonNode history = AdminClient.json(blocked.admin().get(CONFIG + "/history"));

            assertThat(response.status()).isEqualTo(200);
            assertThat(history.get("folder").isNull()).isTrue();
            assertThat(history.get("versions")).hasSize(2);
        }
    }

    @Test
    void passesOverWhatIsNotWhole() throws Exception {
        put(changed, "");
        setting.gateway.close();
        Path kept = folder.resolve(".sluice.yaml.history");
        Files.delete(kept.resolve("1.yaml"));
        Files.writeString(kept.resolve("7.json"), "{");
        Files.writeString(kept.resolve("notes"), "mine");

        LoadResult.Loaded loaded = (LoadResult.Loaded) ConfigReader.read(setting.file, Map.of());
        try (Gateway again = Gateway.start(loaded, setting.file)) {
            assertThat(again.history()).extracting(ConfigVersion::version).containsExactly(2L);
        }
        assertThat(kept.resolve("notes")).hasContent("mine");
    }

    @Test
    void keepsTheLastHundred() throws IOException {
        for (int i = 0; i < 105; i++) {
            put(setting.yaml + "# " + i + "\n", "");
        }
        JsonNode versions = history().get("versions");

        assertThat(versions).hasSize(100);
        assertThat(versions.at("/0/version").asInt()).isEqualTo(106);
        try (var files = Files.list(folder.resolve(".sluice.yaml.history"))) {
            assertThat(files).hasSize(200);
        }
    }
}
