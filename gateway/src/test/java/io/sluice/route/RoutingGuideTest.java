package io.sluice.route;

import static io.sluice.config.GatewayConfig.PathPolicy.Choice.KEEP;
import static io.sluice.config.GatewayConfig.PathPolicy.Choice.NORMALIZE;
import static io.sluice.config.GatewayConfig.PathPolicy.Choice.REFUSE;
import static io.sluice.route.Rows.route;
import static io.sluice.route.Rows.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.ConfigReader;
import io.sluice.config.GatewayConfig;
import io.sluice.config.GatewayConfig.PathPolicy;
import io.sluice.config.LoadResult;
import io.sluice.http.Head;
import io.sluice.http.PathNormalizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/routing.md says is so. */
final class RoutingGuideTest {
    private static final Pattern BLOCK = Pattern.compile("(?s)```(\\w+)\n(.*?)```");
    private static final Pattern COMMAND = Pattern.compile(
            "\\$ ./sluice explain -c example.yaml (\\w+) '([^']+)'(?: -H '([^']+)')?\n(.*)", Pattern.DOTALL);

    private final String guide;

    RoutingGuideTest() throws IOException {
        guide = Files.readString(Path.of("../docs/routing.md"), StandardCharsets.UTF_8);
    }

    @Test
    void routesTheExampleAsItSays() {
        RouteTable table = example();
        List<List<String>> rows = rows("| request | route | why |");
        for (List<String> row : rows) {
            List<String> request = List.of(row.get(0).split(" ", -1));
            String url = request.get(1).equals("*") ? "*" : "http://" + request.get(1);
            assertThat(table.find(Requests.request(request.get(0), url), Requests.CLIENT))
                    .as(row.get(0))
                    .hasToString(row.get(1));
        }
        assertThat(rows).hasSize(11);
    }

    @Test
    void prefersRoutesAsItSays() {
        List<List<String>> rows = rows("| both match | request path | first | since |");
        for (List<String> row : rows) {
            List<String> patterns = List.of(row.get(0).split(" and "));
            Head head = Requests.get("http://h" + row.get(1));
            for (String pattern : patterns) {
                assertThat(table(matching(pattern)).find(head, Requests.CLIENT))
                        .as(pattern)
                        .isNotNull();
            }
            RouteTable inOrder = table(matching(patterns.get(0)), matching(patterns.get(1)));
            RouteTable reversed = table(matching(patterns.get(1)), matching(patterns.get(0)));
            assertThat(inOrder.find(head, Requests.CLIENT)).hasToString(row.get(2));
            assertThat(reversed.find(head, Requests.CLIENT)).hasToString(row.get(2));
        }
        assertThat(rows).hasSize(8);
    }

    @Test
    void normalisesPathsAsItSays() {
        PathPolicy keep = new PathPolicy(NORMALIZE, KEEP, KEEP, KEEP);
        PathPolicy refuse = new PathPolicy(REFUSE, REFUSE, REFUSE, REFUSE);
        List<List<String>> rows = rows("| path in the request | default | keep | refuse | |");
        for (List<String> row : rows) {
            for (String path : row.get(0).split(", ", -1)) {
                assertThat(normalised(path, PathPolicy.SAFE)).as(path).isEqualTo(row.get(1));
                assertThat(normalised(path, keep)).as(path).isEqualTo(row.get(2));
                assertThat(normalised(path, refuse)).as(path).isEqualTo(row.get(3));
            }
        }
        assertThat(rows).hasSize(22);
    }

    @Test
    void rewritesPathsAsItSays() {
        List<List<String>> rows = rows("| match | rewrite | request path | forwarded path |");
        for (List<String> row : rows) {
            String rewrite = row.get(1);
            Rows route = matching(row.get(0));
            if (rewrite.startsWith("path: ")) {
                route.template(rewrite.substring(6));
            } else {
                route.rewrite(setting(rewrite, "stripPrefix"), setting(rewrite, "addPrefix"));
            }
            Head head = Requests.get("http://h" + row.get(2));
            Route found = table(route).find(head, Requests.CLIENT);
            assertThat(found).as(row.get(2)).isNotNull();
            assertThat(found.rewrite(head)).isNull();
            assertThat(head.path()).isEqualTo(row.get(3));
        }
        assertThat(rows).hasSize(8);
    }

    @Test
    void redirectsAsItSays() {
        List<List<String>> rows = rows("| match | location | request | answered |");
        for (List<String> row : rows) {
            Rows route = row.get(0).equals("any") ? route("any") : matching(row.get(0));
            Head head = Requests.raw("GET", row.get(2));
            Route found = table(route.redirect(row.get(1))).find(head, Requests.CLIENT);
            assertThat(found).as(row.get(2)).isNotNull();
            String location = ((Action.Redirect) found.action()).location(head);
            assertThat(location == null ? "400" : location).isEqualTo(row.get(3));
        }
        assertThat(rows).hasSize(6);
    }

    @Test
    void explainsAsItShows() {
        RouteTable table = example();
        int shown = 0;
        for (String block : blocks("console")) {
            Matcher command = COMMAND.matcher(block);
            assertThat(command.matches()).as(block).isTrue();
            String[] fields = command.group(3) == null ? new String[0] : new String[] {command.group(3)};
            Head head = Requests.request(command.group(1), command.group(2), fields);
            assertThat(command.group(4))
                    .isEqualTo(
                            table.explain(head, Requests.address("127.0.0.1")).text());
            shown++;
        }
        assertThat(shown).isEqualTo(2);
    }

    @Test
    void showsRoutesThatLoad() {
        String around = blocks("yaml").getFirst();
        String start = around.substring(0, around.indexOf("routes:"));
        List<String> parts = blocks("yaml").stream().skip(1).toList();
        for (String part : parts) {
            assertThat(loaded(start + "routes:\n" + part.indent(2)).routes()).hasSize(1);
        }
        assertThat(parts).hasSize(2);
    }

    private RouteTable example() {
        return table(loaded(blocks("yaml").getFirst()).routes());
    }

    private static GatewayConfig loaded(String text) {
        LoadResult result = ConfigReader.read("routing.md", text, null, Map.of());
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        return ((LoadResult.Loaded) result).config();
    }

    /** A route that is called like its pattern. */
    private static Rows matching(String pattern) {
        return pattern.startsWith("regex ")
                ? route(pattern).pathRegex(pattern.substring(6))
                : route(pattern).path(pattern);
    }

    private static String setting(String settings, String name) {
        Matcher matcher = Pattern.compile(name + ": ([^,]+)").matcher(settings);
        return matcher.find() ? matcher.group(1) : null;
    }

    /** Also of paths that the parser would refuse. */
    private static String normalised(String path, PathPolicy policy) {
        Head head = Requests.get("/");
        byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
        head.path(bytes, 0, bytes.length);
        return new PathNormalizer(policy).apply(head) == null ? head.path() : "400";
    }

    private List<String> blocks(String language) {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(guide);
        while (matcher.find()) {
            if (matcher.group(1).equals(language)) {
                blocks.add(matcher.group(2));
            }
        }
        return blocks;
    }

    /** The cells of the table with that header, without backquotes. */
    private List<List<String>> rows(String header) {
        List<List<String>> rows = new ArrayList<>();
        List<String> lines = guide.lines().toList();
        int at = lines.indexOf(header);
        assertThat(at).as(header).isNotNegative();
        for (int i = at + 2; i < lines.size() && lines.get(i).startsWith("|"); i++) {
            rows.add(Pattern.compile("(?<!\\\\)\\|")
                    .splitAsStream(lines.get(i).substring(1))
                    .map(cell -> cell.replace("`", "").replace("\\|", "|").strip())
                    .toList());
        }
        return rows;
    }
}
