package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawPeer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Browsers send a head, and a body of more than a packet after it. */
final class LateBodyTest {
    @TempDir
    private Path folder;

    private Setting setting;

    @BeforeEach
    void start() throws Exception {
        setting = Setting.in(folder);
    }

    @AfterEach
    void stop() throws IOException {
        setting.close();
    }

    private String head() {
        return setting.admin()
                .request(
                        "POST /api/v1/config/check HTTP/1.1",
                        "Content-Type: application/yaml",
                        "Expect: 100-continue",
                        "Content-Length: " + setting.yaml.length());
    }

    @Test
    void takesABodyThatComesAfterItsHead() throws IOException {
        try (RawPeer peer = setting.admin().connect()) {
            for (int i = 0; i < 3; i++) {
                // the head was read when this answer is here
                peer.send(head());
                assertThat(peer.head().status()).isEqualTo(100);
                peer.send(setting.yaml).response(200);
            }
        }
    }

    @Test
    void takesABodyInManyPieces() throws IOException {
        try (RawPeer peer = setting.admin().connect()) {
            peer.send(head());
            assertThat(peer.head().status()).isEqualTo(100);
            peer.sendByteByByte(setting.yaml).response(200);
        }
    }
}
