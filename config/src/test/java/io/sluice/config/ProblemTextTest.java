package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemTextTest {
    private static String render(String text, int line, int column, @Nullable String hint) {
        Problem problem = new Problem("a.yaml", line, column, "message", hint);
        return ProblemText.render(new LoadResult.Rejected(List.of(problem), text, Map.of()));
    }

    /** The two lines that show the source and the caret, without their margin. */
    private static List<String> excerpt(String text, int column) {
        List<String> lines = render(text, 1, column, null).lines().toList();
        return List.of(lines.get(1).substring(7), lines.get(2).substring(7));
    }

    @Test
    void showsEachProblemWithItsLineAndTheirCount() {
        LoadResult.Rejected rejected =
                (LoadResult.Rejected) Configs.read("listeners:\n  web:\n    bnd: \":8080\"\nthreads: 0\n");

        assertThat(ProblemText.render(rejected)).isEqualTo("""
                        test.yaml:2:3: listeners.web.bind: missing (expected: host:port, or :port for all addresses)
                           2 |   web:
                             |   ^

                        test.yaml:3:5: listeners.web: unknown key "bnd"
                           3 |     bnd: ":8080"
                             |     ^
                             = did you mean "bind"?

                        test.yaml:4:10: threads: 0 (expected: 1..1024, or auto)
                           4 | threads: 0
                             |          ^

                        3 problems in test.yaml
                        """);
    }

    @Test
    void showsAProblemWithoutAPlace() {
        assertThat(render("", 0, 0, "a hint")).isEqualTo("a.yaml: message\n     = a hint\n\n1 problem in a.yaml\n");
    }

    @Test
    void showsNoLineWhereThereIsNothingToSee() {
        assertThat(render("a\n  \n", 2, 1, null)).isEqualTo("a.yaml:2:1: message\n\n1 problem in a.yaml\n");
        assertThat(render("a", 7, 1, null)).isEqualTo("a.yaml:7:1: message\n\n1 problem in a.yaml\n");
    }

    @Test
    void alignsLargeLineNumbers() {
        assertThat(render("\n".repeat(12344) + "abc", 12345, 2, null))
                .isEqualTo("a.yaml:12345:2: message\n12345 | abc\n      |  ^\n\n1 problem in a.yaml\n");
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 4", "3, 5", "4, 8"})
    void putsTheCaretBehindTabs(int column, int spaces) {
        assertThat(excerpt("\ta\tb", column)).containsExactly("    a   b", " ".repeat(spaces) + "^");
    }

    @Test
    void putsTheCaretBehindWideAndCombiningCharacters() {
        assertThat(excerpt("日本: x", 5)).containsExactly("日本: x", "      ^");
        assertThat(excerpt("😀: x", 4)).containsExactly("😀: x", "    ^");
        assertThat(excerpt("a\u0301: x", 5)).containsExactly("a\u0301: x", "   ^");
    }

    @Test
    void putsTheCaretBehindTheLastCharacter() {
        assertThat(excerpt("abc", 4)).containsExactly("abc", "   ^");
        assertThat(excerpt("abc", 99)).containsExactly("abc", "   ^");
    }

    @Test
    void showsThePartOfALongLineThatMatters() {
        String line = "a".repeat(500) + "X" + "b".repeat(500);

        List<String> excerpt = excerpt(line, 501);

        assertThat(excerpt.getFirst()).startsWith("... aaa").endsWith("bbb ...").hasSizeLessThanOrEqualTo(110);
        assertThat(excerpt.getFirst().charAt(excerpt.getLast().length() - 1)).isEqualTo('X');
    }

    @Test
    void showsBothEndsOfALongLine() {
        String line = "X" + "a".repeat(500) + "Y";

        assertThat(excerpt(line, 1).getFirst()).startsWith("Xaaa").endsWith("aaa ...");
        assertThat(excerpt(line, 502).getFirst()).startsWith("... aaa").endsWith("aaaY");
    }

    @Test
    void showsControlCharactersAsSomethingHarmless() {
        assertThat(excerpt("a\u001B[31m\u202Eb", 3)).containsExactly("a?[31m?b", "  ^");
    }

    @Test
    void showsControlCharactersInMessagesAsSomethingHarmless() {
        List<Problem> problems = Configs.problems(Configs.LISTENER + "\"a\\e[31m\\n\\u202E\": 1");

        assertThat(problems.getFirst().message()).isEqualTo("unknown key \"a\\u001B[31m\\n\\u202E\"");
    }
}
