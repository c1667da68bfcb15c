package io.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard for Grafana shows what there is. */
final class DashboardTest {
    private static final Pattern LEGEND = Pattern.compile("\\{\\{([a-z_]+)}}");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([a-z]\\w*)");
    private static final int COLUMNS = 24;

    @TempDir
    private Path folder;

    private JsonNode dashboard;

    @BeforeEach
    void read() throws IOException {
        dashboard = new JsonMapper().readTree(Tree.text(Tree.DEPLOY.resolve("grafana/sluice.json")));
    }

    private List<JsonNode> targets() {
        List<JsonNode> targets = new ArrayList<>();
        dashboard.path("panels").forEach(panel -> panel.path("targets").forEach(targets::add));
        assertThat(targets).isNotEmpty();
        return targets;
    }

    @Test
    void asksForMetricsAndLabelsThatThereAre() {
        MetricsPage page = MetricsPage.read();

        assertThat(targets()).allSatisfy(target -> new Query(expression(target)).check(page));
        assertThat(dashboard.at("/templating/list")).isNotEmpty().allSatisfy(variable -> {
            String definition = variable.path("definition").asText();
            if (!definition.isEmpty()) {
                new Query(definition.replaceFirst("label_values\\((.*), (.*)\\)", "sum by ($2) ($1)")).check(page);
            }
        });
    }

    @Test
    void namesLinesByLabelsThatTheyHave() {
        MetricsPage page = MetricsPage.read();

        assertThat(targets()).allSatisfy(target -> {
            List<String> legend = LEGEND.matcher(target.path("legendFormat").asText())
                    .results()
                    .map(label -> label.group(1))
                    .toList();
            assertThat(new Query(expression(target)).resultLabels(page))
                    .as(expression(target))
                    .containsAll(legend);
        });
    }

    @Test
    void usesOnlyVariablesThatItHas() {
        Set<String> variables = new TreeSet<>();
        dashboard
                .at("/templating/list")
                .forEach(variable -> variables.add(variable.path("name").asText()));

        assertThat(VARIABLE.matcher(dashboard.path("panels").toString()).results())
                .isNotEmpty()
                .allSatisfy(use -> assertThat(variables).contains(use.group(1)));
    }

    /** promtool knows no dashboards: it is given their expressions as rules. */
    @Test
    void asksInExpressionsThatPrometheusUnderstands() throws Exception {
        Tool.require("promtool");
        StringBuilder rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
        int number = 0;
        for (JsonNode target : targets()) {
            String expression =
                    expression(target).replace("$__rate_interval", "5m").replace("'", "''");
            rules.append("      - { record: 'panel:expression:")
                    .append(number++)
                    .append("', expr: '");
            rules.append(expression).append("' }\n");
        }
        Path file = Files.writeString(folder.resolve("rules.yaml"), rules);

        assertThat(Tool.run("promtool", "check", "rules", file.toString()).good())
                .contains(number + " rules found");
    }

    @Test
    void saysWhatEachPanelIsAndPutsNoneOnAnother() {
        Set<Integer> numbers = new TreeSet<>();
        Set<List<Integer>> places = new HashSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(numbers.add(panel.path("id").asInt()))
                    .as(panel.toString())
                    .isTrue();
            if (!panel.path("type").asText().equals("row")) {
                assertThat(panel.path("description").asText())
                        .as(panel.path("title").asText())
                        .isNotBlank();
            }
            JsonNode place = panel.path("gridPos");
            for (int x = place.path("x").asInt();
                    x < place.path("x").asInt() + place.path("w").asInt();
                    x++) {
                assertThat(x).isLessThan(COLUMNS);
                for (int y = place.path("y").asInt();
                        y < place.path("y").asInt() + place.path("h").asInt();
                        y++) {
                    assertThat(places.add(List.of(x, y)))
                            .as(panel.path("title").asText())
                            .isTrue();
                }
            }
        }
    }

    private static String expression(JsonNode target) {
        return target.path("expr").asText();
    }
}
