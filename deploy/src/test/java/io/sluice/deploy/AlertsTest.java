package io.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The alerts for Prometheus: they ask for what there is, fire when they should, and say what to do. */
final class AlertsTest {
    private static final Path FOLDER = Tree.DEPLOY.resolve("prometheus");
    private static final Pattern LABEL = Pattern.compile("\\$labels\\.([a-z_]+)");
    private static final Pattern PAGE = Pattern.compile("docs/([a-z-]+\\.md)(#[a-z0-9_-]+)?");

    /** One alert. */
    private record Alert(String name, String expression, String severity, String summary, String runbook) {
        Query query() {
            return new Query(expression);
        }
    }

    @Test
    void askForMetricsAndLabelsThatThereAre() {
        MetricsPage page = MetricsPage.read();

        assertThat(alerts()).isNotEmpty().allSatisfy(alert -> alert.query().check(page));
    }

    @Test
    void nameOnlyLabelsThatTheirResultHas() {
        MetricsPage page = MetricsPage.read();

        assertThat(alerts()).allSatisfy(alert -> {
            List<String> named = LABEL.matcher(alert.summary() + alert.runbook())
                    .results()
                    .map(label -> label.group(1))
                    .toList();
            assertThat(alert.query().resultLabels(page)).as(alert.name()).containsAll(named);
        });
    }

    @Test
    void sayWhatToDoAndWhereThatIsWritten() {
        assertThat(alerts()).allSatisfy(alert -> {
            assertThat(alert.severity()).isIn("critical", "warning");
            assertThat(alert.summary()).isNotBlank();
            List<MatchResult> links = PAGE.matcher(alert.runbook()).results().toList();
            assertThat(links).as(alert.runbook()).isNotEmpty();
            links.forEach(AlertsTest::follow);
        });
    }

    private static void follow(MatchResult link) {
        Path page = Tree.ROOT.resolve("docs").resolve(link.group(1));
        assertThat(page).exists();
        if (link.group(2) != null) {
            assertThat(Tree.anchors(page)).contains(link.group(2).substring(1));
        }
    }

    @Test
    void fireWhenAllGoesWrongAndNotWhenAllIsWell() throws Exception {
        Tool.require("promtool");
        Tool.run("promtool", "check", "rules", FOLDER.resolve("alerts.yaml").toString())
                .good();
        Tool.run("promtool", "test", "rules", FOLDER.resolve("alerts-test.yaml").toString())
                .good();
    }

    /** So that the test above speaks of all. */
    @Test
    void areAllTried() {
        String expected = Files.exists(FOLDER) ? Tree.text(FOLDER.resolve("alerts-test.yaml")) : "";

        assertThat(alerts()).allSatisfy(alert -> assertThat(expected).contains("alertname=\"" + alert.name() + "\""));
    }

    @Test
    void theScrapeConfigIsOne() throws Exception {
        Tool.require("promtool");
        Tool.run(
                        "promtool",
                        "check",
                        "config",
                        "--syntax-only",
                        FOLDER.resolve("prometheus.yaml").toString())
                .good();
    }

    @SuppressWarnings("unchecked")
    private static List<Alert> alerts() {
        Map<String, Object> file =
                new Yaml(new SafeConstructor(new LoaderOptions())).load(Tree.text(FOLDER.resolve("alerts.yaml")));
        List<Alert> alerts = new ArrayList<>();
        for (Map<String, Object> group : (List<Map<String, Object>>) file.get("groups")) {
            for (Map<String, Object> rule : (List<Map<String, Object>>) group.get("rules")) {
                Map<String, String> labels = (Map<String, String>) rule.get("labels");
                Map<String, String> annotations = (Map<String, String>) rule.get("annotations");
                alerts.add(new Alert(
                        (String) rule.get("alert"),
                        (String) rule.get("expr"),
                        labels.get("severity"),
                        annotations.get("summary"),
                        annotations.get("runbook")));
            }
        }
        return alerts;
    }
}
