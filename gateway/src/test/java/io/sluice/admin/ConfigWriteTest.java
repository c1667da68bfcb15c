package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testing.AdminClient;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

final class ConfigWriteTest extends OnSetting {
    private WireMessage put(String yaml, String... fields) throws IOException {
        return setting.admin().send("PUT", "/api/v1/config", yaml, fields);
    }

    private String etag() throws IOException {
        return setting.admin().get("/api/v1/config").value("etag");
    }

    private void assertUntouched() throws IOException {
        assertThat(setting.gateway.snapshot().version()).isEqualTo(1);
        assertThat(setting.file).hasContent(setting.yaml);
        assertThat(answer()).isEqualTo(204);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(setting.file, folder.resolve(".sluice.yaml.history"));
        }
    }

    @Test
    void putsAConfigInForceAndIntoTheFile() throws IOException {
        WireMessage response = put(changed, "If-Match: " + etag());

        assertThat(response.status()).isEqualTo(200);
        assertThat(AdminClient.json(response).get("result").asText()).isEqualTo("applied");
        assertThat(AdminClient.json(response).get("version").asInt()).isEqualTo(2);
        assertThat(response.value("x-sluice-config-version")).isEqualTo("2");
        assertThat(response.value("etag")).isEqualTo(etag());
        assertThat(setting.file).hasContent(changed);
        assertThat(answer()).isEqualTo(410);
        assertThat(setting.admin().get("/api/v1/config").body()).isEqualTo(changed);
    }

    @Test
    void takesOneWriterAfterTheOther() throws IOException {
        String first = put(changed, "If-Match: " + etag()).value("etag");
        WireMessage second = put(setting.yaml.replace("204", "451"), "If-Match: " + first);

        assertThat(second.status()).isEqualTo(200);
        assertThat(answer()).isEqualTo(451);
    }

    @Test
    void wantsToKnowWhatTheWriterHasSeen() throws IOException {
        assertThat(put(changed).status()).isEqualTo(428);
        assertUntouched();
    }

    @Test
    void refusesAWriterWhoHasSeenAnother() throws IOException {
        WireMessage response = put(changed, "If-Match: \"0123456789abcdef\"");

        assertThat(response.status()).isEqualTo(412);
        assertThat(response.value("etag")).isEqualTo(etag());
        assertUntouched();
    }

    @Test
    void refusesTheSecondOfTwoWritersWhoHaveSeenTheSame() throws IOException {
        String seen = etag();

        assertThat(put(changed, "If-Match: " + seen).status()).isEqualTo(200);
        assertThat(put(setting.yaml.replace("204", "451"), "If-Match: " + seen).status())
                .isEqualTo(412);
        assertThat(answer()).isEqualTo(410);
    }

    @Test
    void takesAnyConditionOfAList() throws IOException {
        assertThat(put(changed, "If-Match: \"a\", " + etag()).status()).isEqualTo(200);
    }

    @Test
    void saysAllThatIsWrongWithABadConfigAndChangesNothing() throws IOException {
        WireMessage response = put(changed + "rooutes: []\ndrain: { timeout: soon }\n", "If-Match: " + etag());
        JsonNode problems = AdminClient.json(response).get("problems");

        assertThat(response.status()).isEqualTo(422);
        assertThat(problems).hasSize(2);
        assertThat(problems.get(0).get("line").asInt()).isEqualTo(13);
        assertThat(problems.get(0).get("column").asInt()).isEqualTo(1);
        assertThat(problems.get(1).get("message").asText()).contains("soon");
        assertThat(response.value("etag")).isEqualTo(etag());
        assertUntouched();
    }

    @Test
    void changesNothingForAConfigThatCantBeInForce() throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            String taken = changed.replace(
                    "side: { bind: '127.0.0.1:0' }", "side: { bind: '127.0.0.1:" + other.getLocalPort() + "' }");
            WireMessage response = put(taken, "If-Match: " + etag());

            assertThat(response.status()).isEqualTo(422);
            assertThat(AdminClient.json(response).at("/problems/0/message").asText())
                    .contains("address in use");
        }
        assertUntouched();
    }

    @Test
    void refusesBytesThatAreNoText() throws IOException {
        try (RawPeer client = setting.admin().connect()) {
            client.send(setting.admin()
                    .request(
                            "PUT /api/v1/config HTTP/1.1",
                            "If-Match: *",
                            "Content-Type: application/yaml",
                            "Content-Length: 3"));
            client.send(new byte[] {'a', (byte) 0xFF, '\n'});

            assertThat(client.response(422).body()).contains("UTF-8");
        }
        assertUntouched();
    }

    @Test
    void doesNotOverwriteAnEditThatIsNotInForceUnlessTold() throws Exception {
        String seen = etag();
        String edited = setting.yaml + "rooutes: []\n";
        Files.writeString(setting.file, edited);
        Await.until("refusal", () -> setting.gateway.lastReload() != null);

        WireMessage response = put(changed, "If-Match: " + seen);
        assertThat(response.status()).isEqualTo(412);
        assertThat(response.body()).contains("If-Match: *");
        assertThat(setting.file).hasContent(edited);

        assertThat(put(changed, "If-Match: *").status()).isEqualTo(200);
        assertThat(setting.file).hasContent(changed);
        assertThat(answer()).isEqualTo(410);
    }

    @Test
    void mendsAFileThatHoldsSomethingElseThanTheConfigInForce() throws Exception {
        Files.writeString(setting.file, setting.yaml + "rooutes: []\n");
        Await.until("refusal", () -> setting.gateway.lastReload() != null);

        WireMessage response = put(setting.yaml, "If-Match: *");
        assertThat(AdminClient.json(response).get("result").asText()).isEqualTo("unchanged");
        assertThat(setting.file).hasContent(setting.yaml);
    }

    @Test
    void keepsThePermissionsOfTheFile() throws IOException {
        Files.setPosixFilePermissions(setting.file, PosixFilePermissions.fromString("rw-r-----"));
        put(changed, "If-Match: " + etag());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(setting.file)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void replacesWhatALinkLeadsTo() throws IOException {
        Path real = Files.move(setting.file, folder.resolve("real.yaml"));
        Files.createSymbolicLink(setting.file, real.getFileName());
        assertThat(put(changed, "If-Match: " + etag()).status()).isEqualTo(200);

        assertThat(setting.file).isSymbolicLink();
        assertThat(real).hasContent(changed);
    }

    @Test
    void changesNothingIfTheFileCantBeWritten() throws IOException {
        String seen = etag();
        Files.delete(setting.file);
        WireMessage response = put(changed, "If-Match: *");

        assertThat(response.status()).isEqualTo(409);
        assertThat(AdminClient.json(response).get("error").asText()).contains("can't be written");
        assertThat(etag()).isEqualTo(seen);
        assertThat(answer()).isEqualTo(204);
    }

    @Test
    void writesDownWhatCameOfIt() throws IOException {
        put(changed, "If-Match: " + etag());
        put("nonsense", "If-Match: " + etag());
        JsonNode changes =
                AdminClient.json(setting.admin().get("/api/v1/audit")).get("changes");

        assertThat(changes.get(1).get("result").asText()).isEqualTo("version 2 in force");
        assertThat(changes.get(1).get("caller").asText()).isEqualTo("local");
        assertThat(changes.get(0).get("status").asInt()).isEqualTo(422);
        assertThat(changes.get(0).get("result").asText()).startsWith("version 2 stays, refused for ");
    }
}
