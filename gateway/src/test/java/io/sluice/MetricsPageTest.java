package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.client.Collector;
import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/metrics.md and what the gateway counts say the same. */
final class MetricsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "metrics.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_]+)` \\| ([a-z]+) \\| ([a-z_`, ]*)\\| .+ \\|$");
    private static final Set<String> ADDED_BY_THE_FORMAT = Set.of("le");

    @Test
    void namesEveryMetricWithItsTypeAndNoOther() throws Exception {
        Map<String, String> page = new TreeMap<>();
        rows(row -> page.put(row.group(1), row.group(2)));
        Map<String, String> counted = new TreeMap<>();
        collect(family -> counted.put(name(family), type(family)));

        assertThat(page).isEqualTo(counted);
    }

    @Test
    void namesTheLabelsOfEachMetric() throws Exception {
        Map<String, Set<String>> page = new TreeMap<>();
        rows(row -> page.put(row.group(1), labels(row.group(3))));

        collect(family -> family.samples.stream()
                .filter(sample -> family.type != Collector.Type.SUMMARY)
                .forEach(sample -> {
                    Set<String> labels = new TreeSet<>(sample.labelNames);
                    labels.removeAll(ADDED_BY_THE_FORMAT);
                    assertThat(page.get(name(family))).as(family.name).isEqualTo(labels);
                }));
    }

    @Test
    void givesEachMetricAHelpText() throws Exception {
        collect(family -> assertThat(family.help).as(family.name).isNotBlank());
    }

    /** As it stands in the text format. */
    private static String name(Collector.MetricFamilySamples family) {
        return switch (family.type) {
            case COUNTER -> family.name + "_total";
            case INFO -> family.name + "_info";
            default -> family.name;
        };
    }

    private static String type(Collector.MetricFamilySamples family) {
        return family.type == Collector.Type.INFO ? "gauge" : family.type.name().toLowerCase(Locale.ROOT);
    }

    private static Set<String> labels(String cell) {
        return Pattern.compile("`([a-z_]+)`")
                .matcher(cell)
                .results()
                .map(label -> label.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void rows(Consumer<MatchResult> row) throws IOException {
        ROW.matcher(Files.readString(PAGE)).results().forEach(row);
    }

    /** Of a gateway that has counted something of each kind. */
    private static void collect(Consumer<Collector.MetricFamilySamples> family) throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                Gateway gateway = start(backend);
                RawPeer client = RawPeer.connect(gateway.address("web"))) {
            client.send(HttpText.get("/"));
            try (RawPeer server = backend.accept()) {
                server.request();
            }
            client.response(502);
            Collections.list(gateway.telemetry().registry().metricFamilySamples())
                    .forEach(family);
        }
    }

    private static Gateway start(ScriptedBackend backend) throws StartException {
        String yaml = """
                threads: 1
                admin: { bind: off }
                listeners: { web: { bind: '127.0.0.1:0' } }
                upstreams: { orders: { endpoints: [ '%s' ] } }
                routes: [ { name: all, to: orders } ]
                """.formatted(backend.endpoint());
        LoadResult.Loaded loaded = (LoadResult.Loaded) ConfigReader.read("test.yaml", yaml, null, Map.of());
        return Gateway.start(loaded.config(), yaml, null);
    }
}
