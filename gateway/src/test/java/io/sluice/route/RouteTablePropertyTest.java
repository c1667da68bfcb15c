package io.sluice.route;

import static io.sluice.route.Rows.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.RouteConfig;
import io.sluice.config.RouteConfig.ValuePattern;
import io.sluice.http.Head;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compiled table finds what {@link PlainTable}, a scan written straight from the rule, finds. */
final class RouteTablePropertyTest {
    private static final int TABLES = 120;
    private static final int REQUESTS = 60;
    private static final List<String> HOSTS =
            List.of("a.test", "b.test", "x.a.test", "y.x.a.test", "test", "*.test", "*.a.test", "*.x.a.test");
    private static final List<String> SEGMENTS = List.of("a", "b", "c", "{p}", "{q}", "a", "b");
    private static final List<String> EXPRESSIONS =
            List.of("/a/.*", "/a/b/[ab]+", "/[ab]/c", ".*c", "/a|/b", "/a/b/?", "^/b/.*$", "/a/(b|c)/.+", "/.*");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void findsWhatAScanInOrderOfPrecedenceFinds(long seed) {
        Random random = new Random(seed);
        int matched = 0;
        for (int t = 0; t < TABLES; t++) {
            List<RouteConfig> rows = rows(random, 1 + random.nextInt(40));
            RouteTable table = Rows.table(rows);
            PlainTable plain = new PlainTable(rows);
            for (int r = 0; r < REQUESTS; r++) {
                Head head = request(random);
                InetAddress client = Requests.address("10.0.0." + random.nextInt(4));
                Route route = table.find(head, client);
                String expected = plain.find(head, client);
                String asked = head.method() + " " + head.authority() + head.path();
                assertThat(route == null ? null : route.name())
                        .as(() -> asked + " in " + rows)
                        .isEqualTo(expected);
                assertExplained(table.explain(head, client), expected);
                matched += expected == null ? 0 : 1;
            }
        }
        assertThat(matched).as("requests that match").isBetween(TABLES * REQUESTS / 3, TABLES * REQUESTS - 100);
    }

    private static void assertExplained(Explanation explanation, String expected) {
        Explanation.Found found = explanation.found();
        assertThat(found == null ? null : found.route().name()).isEqualTo(expected);
        assertThat(explanation.missed().stream().map(Explanation.Missed::route))
                .doesNotContain(expected)
                .doesNotHaveDuplicates();
    }

    private static List<RouteConfig> rows(Random random, int count) {
        List<RouteConfig> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(row(random, "r" + i).config());
        }
        return rows;
    }

    private static Rows row(Random random, String name) {
        Rows row = route(name).priority(random.nextInt(3) - 1);
        for (int hosts = random.nextInt(3); hosts > 0; hosts--) {
            row.host(any(random, HOSTS));
        }
        switch (random.nextInt(8)) {
            case 0 -> {}
            case 1, 2 -> row.pathRegex(any(random, EXPRESSIONS));
            default -> row.path(pattern(random));
        }
        if (random.nextInt(4) == 0) {
            row.method(random.nextBoolean() ? new String[] {"GET"} : new String[] {"POST", "PUT"});
        }
        if (random.nextInt(4) == 0) {
            row.header("x-a", value(random));
        }
        if (random.nextInt(6) == 0) {
            row.header("x-b", value(random));
        }
        if (random.nextInt(6) == 0) {
            row.query("q", value(random));
        }
        if (random.nextInt(6) == 0) {
            row.client("10.0.0.0", random.nextBoolean() ? 31 : 30);
        }
        return row;
    }

    private static String pattern(Random random) {
        StringBuilder pattern = new StringBuilder();
        int depth = random.nextInt(4);
        for (int i = 0; i < depth; i++) {
            String segment = any(random, SEGMENTS);
            pattern.append('/').append(segment.replace("}", i + "}"));
        }
        return switch (random.nextInt(4)) {
            case 0, 1 -> pattern.append("/**").toString();
            case 2 ->
                pattern.append(pattern.isEmpty() || random.nextInt(3) == 0 ? "/" : "")
                        .toString();
            default -> pattern.isEmpty() ? "/" : pattern.toString();
        };
    }

    private static ValuePattern value(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> new ValuePattern.Present();
            case 1 -> new ValuePattern.Absent();
            case 2 -> new ValuePattern.Prefix("1");
            case 3 -> new ValuePattern.Regex("[12]");
            default -> new ValuePattern.Equal("1");
        };
    }

    private static Head request(Random random) {
        StringBuilder url = new StringBuilder("http://")
                .append(any(
                        random,
                        List.of("a.test", "A.test", "b.test", "x.a.test", "y.x.a.test", "z.test", "test", "q")));
        int depth = random.nextInt(5);
        for (int i = 0; i < depth; i++) {
            url.append('/').append(any(random, List.of("a", "b", "c", "d")));
        }
        url.append(depth == 0 || random.nextInt(5) == 0 ? "/" : "");
        url.append(any(random, List.of("", "", "?q=1", "?q=3&q=2", "?p=1")));
        List<String> fields = new ArrayList<>();
        for (String name : List.of("X-A", "x-b", "X-A")) {
            if (random.nextInt(3) == 0) {
                fields.add(name + ": " + any(random, List.of("1", "2", "12", "3")));
            }
        }
        String method = any(random, List.of("GET", "GET", "POST", "DELETE"));
        return Requests.request(method, url.toString(), fields.toArray(String[]::new));
    }

    private static String any(Random random, List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
