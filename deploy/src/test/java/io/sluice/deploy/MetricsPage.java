package io.sluice.deploy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** docs/metrics.md: the metrics that there are. A test of gateway holds the page against what is counted. */
final class MetricsPage {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([a-z_]+)` \\| ([a-z]+) \\| ([a-z_`, ]*)\\| (.+) \\|$");
    private static final Pattern CAUSE = Pattern.compile("(?m)^\\| `([a-z_]+_total)` \\| `([a-z-]+)` \\|");
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

    private final Map<String, Metric> metrics = new TreeMap<>();

    /**
     * A row.
     *
     * @param values what labels may say, as far as the page tells
     */
    record Metric(String type, Set<String> labels, Set<String> values) {}

    private MetricsPage() {}

    static MetricsPage read() {
        MetricsPage page = new MetricsPage();
        String text = Tree.text(Tree.ROOT.resolve(Path.of("docs", "metrics.md")));
        ROW.matcher(text).results().forEach(row -> page.add(row));
        CAUSE.matcher(text)
                .results()
                .forEach(row -> page.metrics.get(row.group(1)).values().add(row.group(2)));
        page.metrics
                .get("sluice_failures_total")
                .values()
                .addAll(Tree.anchors(Tree.ROOT.resolve(Path.of("docs", "errors.md"))));
        page.metrics.get("jvm_memory_bytes_used").values().add("heap");
        page.metrics.get("jvm_memory_bytes_max").values().add("heap");
        return page;
    }

    private void add(MatchResult row) {
        String name = row.group(1);
        Set<String> labels = quoted(row.group(3));
        Set<String> values = quoted(row.group(4));
        switch (row.group(2)) {
            case "histogram" -> {
                Set<String> bucket = new TreeSet<>(labels);
                bucket.add("le");
                metrics.put(name + "_bucket", new Metric("histogram", bucket, values));
                addSumAndCount(name, labels, values);
            }
            case "summary" -> addSumAndCount(name, labels, values);
            default -> metrics.put(name, new Metric(row.group(2), labels, values));
        }
    }

    private void addSumAndCount(String name, Set<String> labels, Set<String> values) {
        metrics.put(name + "_sum", new Metric("counter", labels, values));
        metrics.put(name + "_count", new Metric("counter", labels, values));
    }

    private static Set<String> quoted(String cell) {
        Set<String> names = new TreeSet<>();
        QUOTED.matcher(cell).results().forEach(name -> names.add(name.group(1)));
        return names;
    }

    /** By name, as a query has it. */
    Map<String, Metric> metrics() {
        return metrics;
    }
}
