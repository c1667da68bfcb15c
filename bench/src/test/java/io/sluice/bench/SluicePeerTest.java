package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SluicePeerTest {
    @Test
    void putsTheHitRouteIntoTheMiddleOfTheTable() {
        SluicePeer peer = peer(10_000);

        assertThat(peer.routeTable().lines()).hasSize(10_000);
        assertThat(peer.routeTable().lines().filter(line -> line.contains("/bench/**")))
                .containsExactly(
                        "  - { name: route-5000, match: { host: " + peer.host() + ", path: /bench/** }, to: backend }");
    }

    @Test
    void hitsTheOnlyRouteOfATableOfOne() {
        assertThat(peer(1).routeTable()).contains("host-0.bench.test").contains("/bench/**");
    }

    @Test
    void fillsEveryPlaceOfItsConfig(@TempDir Path directory) throws Exception {
        Launch launch = peer(2).prepare(new Seat(directory, 1001, 1002, 1003));

        assertThat(launch.command()).startsWith("/opt/sluice", "run", "-c");
        assertThat(launch.environment()).containsEntry("SLUICE_JAVA_OPTS", "-Xmx1g");
        assertThat(Files.readString(directory.resolve("sluice.yaml")))
                .contains("127.0.0.1:1001", "127.0.0.1:1002", "127.0.0.1:1003", "transport: epoll", "max: 64")
                .doesNotContain("${");
    }

    @Test
    void writesAConfigThatSluiceAccepts(@TempDir Path directory) throws Exception {
        peer(20).prepare(new Seat(directory, 1001, 1002, 1003));

        LoadResult result = ConfigReader.read(directory.resolve("sluice.yaml"), Map.of());

        assertThat(result)
                .isInstanceOfSatisfying(
                        LoadResult.Loaded.class,
                        loaded -> assertThat(loaded.config().routes()).hasSize(20));
    }

    @Test
    void speaksWithTheBackendAsItIsTold(@TempDir Path directory) throws Exception {
        Path plain = Files.createDirectory(directory.resolve("plain"));
        Path http2 = Files.createDirectory(directory.resolve("http2"));
        peer(1).prepare(new Seat(plain, 1001, 1002, 1003));
        peer(1, new Speech(false, true)).prepare(new Seat(http2, 1001, 1002, 1003));

        assertThat(Files.readString(plain.resolve("sluice.yaml"))).contains("protocol: http1");
        assertThat(Files.readString(http2.resolve("sluice.yaml"))).contains("protocol: h2");
        assertThat(ConfigReader.read(http2.resolve("sluice.yaml"), Map.of())).isInstanceOf(LoadResult.Loaded.class);
    }

    private static SluicePeer peer(int routes) {
        return peer(routes, Speech.PLAIN);
    }

    private static SluicePeer peer(int routes, Speech upstream) {
        return new SluicePeer(
                "sluice", Path.of("/opt/sluice"), "-Xmx1g", "epoll", routes, 64, 0, Speech.PLAIN, upstream);
    }
}
