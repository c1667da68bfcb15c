package io.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a PromQL expression names: metrics, labels, and what labels are to say. Only names are taken out of it; whether it is an expression
 * at all is for promtool to say.
 */
final class Query {
    /** Those that Prometheus adds to whatever it scrapes, and its own metric. */
    private static final Set<String> ADDED = Set.of("job", "instance");

    private static final String UP = "up";

    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "bool", "offset", "group_left", "group_right");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on|ignoring)\\s*\\(([^)]*)\\)");
    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\b\\s*(\\{([^}]*)\\}|\\(|)");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");

    private final String text;
    /** Metric to label to the values that are asked for. */
    private final Map<String, Map<String, List<String>>> metrics = new LinkedHashMap<>();

    private final List<Set<String>> groupings = new ArrayList<>();

    Query(String text) {
        this.text = text;
        Matcher grouping = GROUPING.matcher(text);
        while (grouping.find()) {
            groupings.add(names(grouping.group(1)));
        }
        String rest = grouping.replaceAll(" ").replaceAll("\\[[^]]*]", " ");
        Matcher selector = SELECTOR.matcher(rest);
        while (selector.find()) {
            if (!selector.group(2).equals("(") && !WORDS.contains(selector.group(1))) {
                add(selector.group(1), selector.group(3) == null ? "" : selector.group(3));
            }
        }
    }

    private void add(String metric, String matchers) {
        Map<String, List<String>> labels = metrics.computeIfAbsent(metric, name -> new LinkedHashMap<>());
        MATCHER.matcher(matchers).results().forEach(matcher -> {
            List<String> values = labels.computeIfAbsent(matcher.group(1), name -> new ArrayList<>());
            if (!matcher.group(3).startsWith("$")) {
                values.addAll(List.of(matcher.group(3).split("\\|", -1)));
            }
        });
    }

    private static Set<String> names(String list) {
        Set<String> names = new TreeSet<>();
        for (String name : list.split(",", -1)) {
            names.add(name.strip());
        }
        return names;
    }

    Set<String> metrics() {
        return metrics.keySet();
    }

    /** Fails unless each metric and label is one of the page's, and each value of a label one that it tells of. */
    void check(MetricsPage page) {
        assertThat(metrics).as(text).isNotEmpty();
        metrics.forEach((name, labels) -> {
            assertThat(name.equals(UP) || page.metrics().containsKey(name))
                    .as("%s in %s", name, text)
                    .isTrue();
            labels.forEach((label, values) -> {
                assertThat(labels(name, page))
                        .as("labels of %s in %s", name, text)
                        .contains(label);
                if (!ADDED.contains(label)) {
                    assertThat(page.metrics().get(name).values())
                            .as("%s of %s in %s", label, name, text)
                            .containsAll(values);
                }
            });
        });
        Set<String> all = new TreeSet<>(ADDED);
        metrics.keySet().forEach(name -> all.addAll(labels(name, page)));
        groupings.forEach(grouping -> assertThat(all).as(text).containsAll(grouping));
    }

    /** The labels that its result has: of the outermost grouping, or all. */
    Set<String> resultLabels(MetricsPage page) {
        if (!groupings.isEmpty() && !text.matches("(?s).*\\bon\\s*\\(.*")) {
            return groupings.getFirst();
        }
        Set<String> all = new TreeSet<>(ADDED);
        metrics.keySet().forEach(name -> all.addAll(labels(name, page)));
        return all;
    }

    private static Set<String> labels(String metric, MetricsPage page) {
        Set<String> labels = new TreeSet<>(ADDED);
        if (!metric.equals(UP)) {
            labels.addAll(page.metrics().get(metric).labels());
        }
        return labels;
    }
}
