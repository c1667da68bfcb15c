package io.sluice.config;

import static io.sluice.config.Configs.LISTENER;
import static io.sluice.config.Configs.problems;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts made to cost time or memory. */
class HostileTextTest {
    @Test
    void doesNotMultiplyAliases() {
        StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            text.append("a%d: &a%d [%s]\n"
                    .formatted(i, i, String.join(", ", List.of("*a" + (i - 1)).toArray(String[]::new))));
            text.append("b%d: [%s]\n".formatted(i, ("*a" + (i - 1) + ", ").repeat(9)));
        }

        assertThat(problems(text.toString()))
                .filteredOn(problem -> problem.message().contains("an alias of YAML"))
                .hasSize(29 * 10);
    }

    @Test
    void doesNotFollowAnAliasOfItself() {
        assertThat(problems("a: &a [*a]\n" + LISTENER))
                .extracting(Problem::message)
                .anyMatch(message -> message.startsWith("*a: an alias of YAML"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{", "{a: ", "[{a: ", "- ", "? ", "[[],"})
    void stopsAtDeepNesting(String opening) {
        List<Problem> problems = problems("x:\n " + opening.repeat(40_000));

        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst().message()).startsWith("not valid YAML");
    }

    @Test
    void stopsAtManyValues() {
        assertThat(problems("x:\n" + "- a\n".repeat(TreeBuilder.MOST_NODES)))
                .extracting(Problem::message)
                .containsExactly("not valid YAML: more than 1000000 keys and values");
    }

    @Test
    void tellsOfDeepNesting() {
        String open = "[".repeat(TreeBuilder.DEEPEST);
        String close = "]".repeat(TreeBuilder.DEEPEST);

        assertThat(problems("[" + open + close + "]"))
                .extracting(Problem::toString)
                .containsExactly("test.yaml:1:33: not valid YAML: nested more than 32 levels deep");
        assertThat(problems(open + close))
                .extracting(Problem::message)
                .noneMatch(message -> message.contains("nested"));
    }

    @Test
    void readsHugeScalarsAndShowsTheirBeginning() {
        String huge = ("x".repeat(99) + "\n  ").repeat(98_000);

        assertThat(problems(LISTENER + "threads: " + huge))
                .extracting(Problem::message)
                .containsExactly("threads: \"" + "x".repeat(60) + "...\" (expected: a whole number, 1..1024, or auto)");
    }

    @Test
    void refusesLinesOnWhichTheParserWouldBeSlow() {
        String longest = "# " + "x".repeat(SourceReader.LONGEST_LINE - 2);

        assertThat(Configs.load(LISTENER + longest + "\n")).isEqualTo(Configs.load(LISTENER));
        assertThat(problems(LISTENER + longest + "x\n"))
                .extracting(Problem::toString)
                .containsExactly("test.yaml:2:1: a line that is too long (expected: at most 262144 characters)"
                        + " (a long text can be taken from a file: ${file:path})");
    }

    @Test
    void readsHugeKeysAndShowsTheirBeginning() {
        assertThat(problems(LISTENER + "? " + "k".repeat(200_000) + "\n: 1"))
                .extracting(Problem::message)
                .containsExactly("unknown key \"" + "k".repeat(60) + "...\"");
    }

    @Test
    void limitsTheSizeOfATextAndOfABody() {
        String tooLarge = " ".repeat(ConfigReader.MAX_SIZE + 1);
        assertThat(problems(tooLarge))
                .extracting(Problem::toString)
                .containsExactly("test.yaml: too large (expected: at most 16MiB)");

        String body = ("x".repeat(99) + "\n      ").repeat(10_600);
        assertThat(problems(LISTENER + "routes:\n- name: a\n  respond:\n    status: 200\n    body: >\n      " + body))
                .extracting(Problem::message)
                .containsExactly("routes[0].respond.body: \"" + "x".repeat(60) + "...\" (expected: at most 1 MiB)");
    }

    @Test
    void comparesManyNamesWithManyNames() {
        StringBuilder text = new StringBuilder(LISTENER).append("upstreams:\n");
        for (int i = 0; i < 5000; i++) {
            text.append("  upstream-number-").append(i).append(": { endpoints: ['a:1'] }\n");
        }
        text.append("routes:\n");
        for (int i = 0; i < 5000; i++) {
            text.append("  - { name: r")
                    .append(i)
                    .append(", to: upstraem-number-")
                    .append(i)
                    .append(" }\n");
        }

        assertThat(problems(text.toString())).hasSize(5000).allMatch(problem -> problem.hint() != null);
    }

    @Test
    void readsTenThousandRoutes() {
        StringBuilder text =
                new StringBuilder(LISTENER).append(Configs.UPSTREAMS).append("routes:\n");
        for (int i = 0; i < 10_000; i++) {
            text.append("  - { name: r%d, match: { host: h%d.example.com, path: '/p%d/{id}/**' }, to: app }\n"
                    .formatted(i, i, i));
        }

        assertThat(Configs.load(text.toString()).routes()).hasSize(10_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{100}){100}){100}",
                "(((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9})",
                "(a{1,1000}){1,1000}",
                "(\\Q)\\Ea{1000}){1000}",
                "([)]a{1000}){1000}",
                "([]a)]a{1000}){1000}",
                "(\\)a{1000}){1000}",
                "(?:(?i)(?P<x>a{1000})){1000}",
                "a{1000}{1000}",
                "(\\pL{1000}){1000}",
                "([[:alpha:]]{1000}){1000}"
            })
    void refusesExpressionsThatGrow(String regex) {
        assertThat(Regexes.REGEX.read(regex)).isInstanceOf(Parsed.Bad.class);
    }

    @Test
    void refusesExpressionsThatAreNestedDeeply() {
        assertThat(Regexes.REGEX.read("(".repeat(101) + "a" + ")".repeat(101))).isInstanceOf(Parsed.Bad.class);
        assertThat(Regexes.REGEX.read("(".repeat(100) + "a" + ")".repeat(100))).isInstanceOf(Parsed.Good.class);
    }
}
