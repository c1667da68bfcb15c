package io.sluice.config;

import static io.sluice.config.Configs.LISTENER;
import static io.sluice.config.Configs.assertProblems;
import static io.sluice.config.Configs.load;
import static io.sluice.config.Configs.problems;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of YAML may be in a config. */
class YamlTest {
    private static final String EACH = "(expected: each value where it is used)";
    private static final String QUOTE = "(put it in quotes if this text is meant)";

    @Test
    void takesAByteOrderMarkAndOneDocumentWithMarkers() {
        assertThat(load("\uFEFF---\n" + LISTENER + "...\n")).isEqualTo(load(LISTENER));
    }

    @Test
    void takesNumbersInQuotes() {
        assertThat(load(LISTENER + "threads: \"3\"").threads()).isEqualTo(3);
    }

    @Test
    void refusesDuplicateKeys() {
        assertProblems(
                "threads: 1\n§threads: 2\n§\"threads\": 3\n" + LISTENER,
                "duplicate key \"threads\" (it is already on line 1)",
                "duplicate key \"threads\" (it is already on line 1)");
    }

    @Test
    void refusesAnchorsAndAliases() {
        assertProblems(
                "listeners:\n  a: §&x { bind: ':8080' }\n  b: §*x\n",
                "\"&x\": an anchor of YAML " + EACH + " " + QUOTE,
                "*x: an alias of YAML " + EACH + " " + QUOTE);
    }

    @Test
    void refusesAliasesOfNothing() {
        assertProblems(LISTENER + "threads: §*x", "*x: an alias of YAML " + EACH + " " + QUOTE);
    }

    @Test
    void refusesTags() {
        assertProblems(
                "listeners: §!!map { web: { bind: §!x ':8080' } }\n§!!str threads: §!!int 3",
                "\"!!map\": a tag of YAML (expected: a value without one)",
                "\"!x\": a tag of YAML (expected: a value without one)",
                "\"!!str\": a tag of YAML (expected: a value without one)",
                "\"!!int\": a tag of YAML (expected: a value without one)");
    }

    @Test
    void makesNoObjects() {
        String tag = "!!java.net.URL";
        assertProblems(
                LISTENER + "accessLog: §" + tag + " ./log",
                "\"" + tag + "\": a tag of YAML (expected: a value without one)");
    }

    @Test
    void refusesMergeKeys() {
        assertProblems(
                "listeners: { web: { bind: ':8080', §<<: { limits: {} } } }",
                "listeners.web: unknown key \"<<\" (the keys here are bind, tls, redirectToHttps, clientSubject, accept, timeouts, limits, http2, allow, deny, proxyProtocol)");
    }

    @Test
    void refusesKeysThatAreNoText() {
        assertProblems(
                LISTENER + "? §[a]\n: b\n? §{ c: d }\n: e",
                "a list (expected: a key)",
                "keys and values (expected: a key)");
    }

    @Test
    void refusesASecondDocument() {
        assertProblems(LISTENER + "§---\nthreads: 2", "a second YAML document (expected: one for the whole file)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a: §*.b               | a value that starts with a character of YAML's own needs quotes
            a: §@b                | a value that starts with a character of YAML's own needs quotes
            a: §%b                | a value that starts with a character of YAML's own needs quotes
            a: b§: c              | put a value that holds ": " in quotes, and indent all keys of one level alike
            a: { b: /c/§{d} }     | inside { } and [ ], a value that holds one of { } [ ] , needs quotes
            a: [§::1]             | a value that starts with a character of YAML's own needs quotes
            §\tb: c               | indent with spaces
            """)
    void tellsWhereYamlEndsAndWhatToDo(String line, String hint) {
        String marked = line.translateEscapes();
        int column = marked.indexOf('§') + 1;

        assertThat(problems("x:\n" + marked.replace("§", ""))).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(2);
            assertThat(problem.column()).isBetween(column, column + 1);
            assertThat(problem.message()).startsWith("not valid YAML");
            assertThat(problem.hint()).isEqualTo(hint);
        });
    }

    @Test
    void tellsWhatItFoundBeforeTheSyntaxError() {
        assertThat(problems("a: 1\na: 2\nb: ]\n")).extracting(Problem::line).containsExactly(2, 3);
    }

    @Test
    void tellsOfCharactersThatYamlHasNoRoomFor() {
        assertProblems("# ok\nthreads: 1§\u0001\n", "character U+0001 is not allowed in YAML");
        assertProblems("# 😀 §\uD800\n".replace("😀 ", ""), "character U+D800 is not allowed in YAML");
    }

    @Test
    void countsColumnsInCodePoints() {
        Problem problem =
                problems(LISTENER + "paths: { \"😀ä\": 1, dotSegment: 2 }").get(1);

        assertThat(problem.column()).isEqualTo(19);
    }

    @ParameterizedTest
    @CsvSource({"'\\n'", "'\\r\\n'", "'\\r'"})
    void countsLinesByTheirEnds(String end) {
        String text = "threads: 1\n\nfoo: 2\n".replace("\n", end.translateEscapes());

        assertThat(problems(text)).extracting(Problem::line).containsExactly(1, 3);
    }
}
