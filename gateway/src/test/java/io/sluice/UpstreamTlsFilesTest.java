package io.sluice;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.TestCertificate;
import io.sluice.upstream.Upstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of an upstream's TLS: read with the config, taken over when they change, and never half. */
final class UpstreamTlsFilesTest {
    private static final TestCertificate FIRST = TestCertificate.authority("First");
    private static final TestCertificate SECOND = TestCertificate.authority("Second");

    @TempDir
    private Path folder;

    /** Its certificate is from the first authority. */
    @AutoClose
    private final ScriptedBackend backend =
            ScriptedBackend.answeringOver(FIRST.issue("127.0.0.1").listen(), request -> ok("first"));

    private Path config;

    UpstreamTlsFilesTest() throws IOException {}

    @BeforeEach
    void write() throws IOException {
        config = folder.resolve("sluice.yaml");
        Files.writeString(config, """
                threads: 1
                admin: { bind: off }
                listeners: { web: { bind: '127.0.0.1:0' } }
                upstreams:
                  backend: { endpoints: [ '%s' ], connections: { maxRequests: 1 }, tls: { ca: ca.pem } }
                routes: [ { name: all, to: backend } ]
                """.formatted(backend.endpoint()));
    }

    private void authority(TestCertificate certificate) throws IOException {
        Path next = Files.writeString(folder.resolve("next.pem"), certificate.pem());
        Files.move(next, folder.resolve("ca.pem"), StandardCopyOption.ATOMIC_MOVE);
    }

    private Gateway start() throws StartException {
        return switch (ConfigReader.read(config, Map.of())) {
            case LoadResult.Loaded loaded -> Gateway.start(loaded, config);
            case LoadResult.Rejected rejected -> throw new AssertionError(rejected.problems());
        };
    }

    private static int status(Gateway gateway) {
        try (RawPeer client = RawPeer.connect(gateway.address("web"))) {
            return client.send(get("/")).response().status();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void areTakenOverForNewConnectionsWhenTheyChange() throws Exception {
        authority(SECOND);
        try (Gateway gateway = start()) {
            Upstream upstream = gateway.snapshot().upstreams().get("backend");
            assertThat(status(gateway)).isEqualTo(502);

            authority(FIRST);
            Await.until("the first authority is trusted", () -> status(gateway) == 200);
            authority(SECOND);
            // not by a session that was kept either
            Await.until("it is trusted no more", () -> status(gateway) == 502);

            assertThat(gateway.snapshot().version()).isEqualTo(1);
            assertThat(gateway.snapshot().upstreams().get("backend")).isSameAs(upstream);
        }
    }

    @Test
    void stayAsTheyWereReadIfTheyBecomeUnfit() throws Exception {
        authority(FIRST);
        try (Gateway gateway = start()) {
            Files.writeString(folder.resolve("ca.pem"), "no certificate");
            Await.until("the change is seen", () -> gateway.lastReload() != null);

            assertThat(gateway.lastReload().result().toString()).contains("it holds no certificate");
            assertThat(status(gateway)).isEqualTo(200);

            Files.delete(folder.resolve("ca.pem"));
            Await.until(
                    "that, too", () -> gateway.lastReload().result().toString().contains("there is no file"));
            assertThat(status(gateway)).isEqualTo(200);

            authority(SECOND);
            Await.until("it is mended", () -> status(gateway) == 502);
        }
    }

    @Test
    void mustBeFitWhenTheGatewayStarts() throws Exception {
        authority(FIRST);
        LoadResult.Loaded loaded = (LoadResult.Loaded) ConfigReader.read(config, Map.of());
        Files.delete(folder.resolve("ca.pem"));

        assertThatThrownBy(() -> Gateway.start(loaded, config))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("upstreams.backend.tls.ca: " + folder.resolve("ca.pem"))
                .hasMessageContaining("expected: a PEM file with certificates");
        assertThat(ConfigReader.read(config, Map.of())).isInstanceOf(LoadResult.Rejected.class);
        assertThat(Objects.requireNonNull(
                                loaded.config().upstreams().get("backend").tls())
                        .verify())
                .isTrue();
    }
}
