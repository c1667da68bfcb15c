package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.RouteConfig.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesTest {
    private static final Path DEFAULT = Path.of("sluice.yaml");
    private static final Path GOOD = Path.of("examples");
    private static final Path BAD = GOOD.resolve("bad");
    private static final Pattern EXPECTATION = Pattern.compile("# expect: (\\d+):(\\d+) (.+)");

    static List<Path> good() throws IOException {
        return Stream.concat(Stream.of(DEFAULT), yaml(GOOD).stream()).toList();
    }

    /** Files that examples include. */
    static List<Path> included() throws IOException {
        return yaml(GOOD.resolve("routes.d"));
    }

    static List<Path> bad() throws IOException {
        return yaml(BAD);
    }

    private static List<Path> yaml(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("good")
    void loads(Path file) {
        LoadResult result = ConfigReader.read(file, Map.of());

        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void hasTheProblemsThatItSays(Path file) throws IOException {
        List<Matcher> expected = Files.readAllLines(file).stream()
                .map(EXPECTATION::matcher)
                .filter(Matcher::matches)
                .toList();

        LoadResult result = ConfigReader.read(file, Map.of());

        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        List<Problem> problems = ((LoadResult.Rejected) result).problems();
        assertThat(problems)
                .extracting(Problem::line)
                .containsExactlyElementsOf(expected.stream()
                        .map(match -> Integer.valueOf(match.group(1)))
                        .toList());
        assertThat(problems)
                .extracting(Problem::column)
                .containsExactlyElementsOf(expected.stream()
                        .map(match -> Integer.valueOf(match.group(2)))
                        .toList());
        for (int i = 0; i < problems.size(); i++) {
            assertThat(problems.get(i).toString()).contains(expected.get(i).group(3));
        }
    }

    @Test
    void demonstratesWhatTheDemoBackendNeeds() {
        GatewayConfig config = ((LoadResult.Loaded) ConfigReader.read(DEFAULT, Map.of())).config();

        UpstreamConfig demo = config.upstreams().get("demo");
        assertThat(demo.endpoints()).containsExactly(new UpstreamConfig.Endpoint(new HostPort("127.0.0.1", 9000), 1));
        assertThat(demo.connections().max()).isEqualTo(5);
        assertThat(config.listeners().get("web").bind()).isEqualTo(new HostPort("0.0.0.0", 8080));
        assertThat(config.admin().bind()).isEqualTo(new HostPort("127.0.0.1", 9900));
        assertThat(config.routes())
                .extracting(RouteConfig::action)
                .hasAtLeastOneElementOfType(Action.Forward.class)
                .hasAtLeastOneElementOfType(Action.Redirect.class)
                .hasAtLeastOneElementOfType(Action.Respond.class);
    }

    @Test
    void writesTheDefaultsOutInTheDefaultConfig() {
        GatewayConfig config = ((LoadResult.Loaded) ConfigReader.read(DEFAULT, Map.of())).config();
        ListenerConfig plain = Configs.load("listeners: { web: { bind: 0.0.0.0:8080 } }")
                .listeners()
                .get("web");

        assertThat(config.listeners().get("web")).isEqualTo(plain);
    }

    @Test
    void loadsTheCanaryOfTheDefaultConfigOnceItIsUncommented() throws IOException {
        String text = Files.readString(DEFAULT);
        int canary = text.indexOf("  # - name: canary");
        String uncommented = text.substring(0, canary)
                + text.substring(canary)
                        .lines()
                        .map(line -> line.replaceFirst("# ", ""))
                        .reduce("", (a, b) -> a + b + "\n");
        String whole =
                uncommented.replace("upstreams:\n", "upstreams:\n  demo-next: { endpoints: [\"127.0.0.1:9001\"] }\n");

        assertThat(canary).isPositive();
        assertThat(Configs.load(whole).routes()).extracting(RouteConfig::name).contains("canary");
    }
}
