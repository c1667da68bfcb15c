package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Texts of configs, read and judged. */
final class Configs {
    /** The least that a config needs, on one line. */
    static final String LISTENER = "listeners: { web: { bind: \":8080\" } }\n";

    /** Two upstreams that routes may name, on one line. */
    static final String UPSTREAMS = "upstreams: { app: { endpoints: [\"127.0.0.1:3000\"] },"
            + " other: { endpoints: [\"127.0.0.1:3001\"] } }\n";

    private static final String MARK = "§";

    private Configs() {}

    static LoadResult read(String text) {
        return ConfigReader.read("test.yaml", text, null, Map.of());
    }

    static GatewayConfig load(String text) {
        LoadResult result = read(text);
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        return ((LoadResult.Loaded) result).config();
    }

    static List<Problem> problems(String text) {
        LoadResult result = read(text);
        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        return ((LoadResult.Rejected) result).problems();
    }

    /** One route, given from its second line on without indentation. */
    static RouteConfig route(String lines) {
        return load(LISTENER + UPSTREAMS + routeText(lines)).routes().getFirst();
    }

    static void assertRouteProblems(String lines, String... messages) {
        assertProblems(LISTENER + UPSTREAMS + routeText(lines), messages);
    }

    private static String routeText(String lines) {
        return "routes:\n  - name: r\n" + lines.indent(4);
    }

    /**
     * Asserts that a text has these problems and no others.
     *
     * @param marked the text, with a mark before each place where a problem belongs
     * @param messages message and hint of each, in order
     */
    static void assertProblems(String marked, String... messages) {
        List<String> expected = new ArrayList<>();
        String text = marked;
        for (String message : messages) {
            int at = text.indexOf(MARK);
            assertThat(at).as("a mark for each message").isNotNegative();
            String before = text.substring(0, at);
            int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
            int column = at - before.lastIndexOf('\n');
            expected.add("test.yaml:" + line + ":" + column + ": " + message);
            text = before + text.substring(at + 1);
        }
        assertThat(text).as("a message for each mark").doesNotContain(MARK);
        assertThat(problems(text)).extracting(Problem::toString).containsExactlyElementsOf(expected);
    }
}
