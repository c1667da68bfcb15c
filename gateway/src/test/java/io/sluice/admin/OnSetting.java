package io.sluice.admin;

import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests for each of which a {@link Setting} is started. */
abstract class OnSetting {
    @TempDir
    Path folder;

    Setting setting;
    /** Its config with another answer of the route {@code fixed}: 410 in place of 204. */
    String changed;

    @BeforeEach
    final void start() throws Exception {
        setting = Setting.in(folder);
        changed = setting.yaml.replace("204", "410");
    }

    @AfterEach
    final void stop() throws IOException {
        setting.close();
    }

    /** The status that the route {@code fixed} answers with. */
    final int answer() throws IOException {
        try (RawPeer client = setting.client()) {
            return client.send(HttpText.get("/fixed/")).response().status();
        }
    }
}
