package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.RouteConfig.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubstitutionTest {
    private static final Map<String, String> ENV =
            Map.of("NAME", "value", "EMPTY", "", "PORT", "8080", "QUOTE", "a: [b, \"c\"] # {d}", "DEEP", "${NAME}");

    @TempDir
    Path folder;

    private LoadResult read(String body, @Nullable Path base) {
        String text = Configs.LISTENER + "routes:\n  - name: a\n    respond: { status: 200, body: " + body + " }";
        return ConfigReader.read("test.yaml", text, base, ENV);
    }

    /** What a body written so becomes. */
    private String body(String body) {
        LoadResult result = read(body, folder);
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        return ((Action.Respond) ((LoadResult.Loaded) result)
                        .config()
                        .routes()
                        .getFirst()
                        .action())
                .body();
    }

    private void assertProblem(String body, String message) {
        LoadResult result = read(body, folder);
        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        assertThat(((LoadResult.Rejected) result).problems())
                .extracting(Problem::toString)
                .containsExactly("test.yaml:4:35: " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "${NAME}"                   | value
            "a ${NAME} b ${NAME}"       | a value b value
            "${EMPTY}x"                 | x
            "${NAME:default}"           | value
            "${NONE:default}"           | default
            "${NONE:a:b c}"             | a:b c
            "${EMPTY:default}x"         | x
            "${NONE:}x"                 | x
            "$${NAME}"                  | ${NAME}
            "$$${NAME}"                 | $${NAME}
            "$NAME {NAME} $ $$"         | $NAME {NAME} $ $$
            '${NAME}'                   | value
            "${DEEP}"                   | ${NAME}
            "${QUOTE}"                  | a: [b, "c"] # {d}
            """)
    void replacesWhatIsNamed(String written, String expected) {
        assertThat(body(written)).isEqualTo(expected);
    }

    @Test
    void replacesInPlainAndBlockScalars() {
        String text = """
                listeners:
                  web:
                    bind: :${PORT}
                routes:
                  - name: a
                    respond:
                      status: 200
                      body: |
                        ${NAME}
                        $${NAME}
                """;
        GatewayConfig config = ((LoadResult.Loaded) ConfigReader.read("test.yaml", text, null, ENV)).config();

        assertThat(config.listeners().get("web").bind()).hasToString(":8080");
        assertThat(((Action.Respond) config.routes().getFirst().action()).body())
                .isEqualTo("value\n${NAME}\n");
    }

    @Test
    void leavesKeysAlone() {
        String text = "listeners: { \"${NAME}\": { bind: ':8080' } }";

        assertThat(((LoadResult.Rejected) ConfigReader.read("test.yaml", text, null, ENV)).problems())
                .extracting(Problem::message)
                .containsExactly("listeners: \"${NAME}\" (expected: a name: letters, digits, - . and _, at most 64)");
    }

    @Test
    void keepsTheTextAsItWasWritten() {
        LoadResult.Loaded loaded = (LoadResult.Loaded) read("\"${NAME}\"", null);

        assertThat(loaded.text()).contains("${NAME}").doesNotContain("value");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "${NONE}"         | "${NONE}": no such environment variable (set it, or give a default: ${NONE:default})
            "a ${NONE} b"     | "${NONE}": no such environment variable (set it, or give a default: ${NONE:default})
            "${NAME"          | "${NAME": ${ without } (expected: ${NAME}, ${NAME:default} or ${file:path}) (write $${ for a plain ${)
            "${}"             | "${}" (expected: ${NAME}, ${NAME:default} or ${file:path}) (write $${ for a plain ${)
            "${a-b}"          | "${a-b}" (expected: ${NAME}, ${NAME:default} or ${file:path}) (write $${ for a plain ${)
            "${1}"            | "${1}" (expected: ${NAME}, ${NAME:default} or ${file:path}) (write $${ for a plain ${)
            """)
    void tellsWhatIsNotThere(String written, String message) {
        assertProblem(written, message);
    }

    @Test
    void tellsOfEachMissingVariable() {
        assertThat(((LoadResult.Rejected) read("\"${ONE} ${TWO}\"", null)).problems())
                .extracting(Problem::message)
                .containsExactly(
                        "\"${ONE}\": no such environment variable", "\"${TWO}\": no such environment variable");
    }

    @Test
    void neverShowsWhatStoodInForAReference() {
        String text = "threads: ${SECRET}\n" + Configs.LISTENER;
        List<Problem> problems = ((LoadResult.Rejected)
                        ConfigReader.read("test.yaml", text, null, Map.of("SECRET", "hunter2")))
                .problems();

        assertThat(problems)
                .extracting(Problem::toString)
                .containsExactly("test.yaml:1:10: threads: \"${SECRET}\" (expected: a whole number, 1..1024, or auto)"
                        + " (this is before substitution, what it stands for is not shown)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"text|text", "text\\n|text", "text\\r\\n|text", "text\\n\\n|text\\n", "\\n|''", "ä\\nb|ä\\nb"})
    void readsFilesWithoutTheirLastLineBreak(String content, String expected) throws IOException {
        Files.writeString(folder.resolve("a.txt"), content.translateEscapes());

        assertThat(body("\"${file:a.txt}\"")).isEqualTo(expected.translateEscapes());
    }

    @Test
    void readsFilesByAbsolutePathAndThroughLinks() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "content");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);

        assertThat(body("\"${file:" + link + "}\"")).isEqualTo("content");
    }

    @Test
    void doesNotReplaceInWhatAFileHolds() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "${NAME}");

        assertThat(body("\"${file:a.txt}\"")).isEqualTo("${NAME}");
    }

    @Test
    void tellsOfFilesThatCannotBeRead() throws IOException {
        Files.createDirectory(folder.resolve("folder"));
        Files.write(folder.resolve("latin1"), new byte[] {'a', (byte) 0xE4});
        Files.write(folder.resolve("large"), new byte[Substitution.MAX_FILE + 1]);

        assertProblem("\"${file:none}\"", "\"${file:none}\": no such file: " + folder.resolve("none"));
        assertProblem("\"${file:folder}\"", "\"${file:folder}\": not a regular file: " + folder.resolve("folder"));
        assertProblem("\"${file:latin1}\"", "\"${file:latin1}\": the file is not UTF-8");
        assertProblem("\"${file:large}\"", "\"${file:large}\": the file is too large (expected: at most 1MiB)");
        assertProblem("\"${file:a\\0b}\"", "\"${file:a\\u0000b}\": not a path");
    }

    @Test
    void readsNoFilesWithoutAFolder() {
        assertThat(((LoadResult.Rejected) read("\"${file:/etc/hostname}\"", null)).problems())
                .extracting(Problem::message)
                .containsExactly("\"${file:/etc/hostname}\": there is no folder to read files from");
    }

    @Test
    void limitsWhatSubstitutionsAddUpTo() {
        Map<String, String> env = new HashMap<>();
        env.put("BIG", "x".repeat(1 << 20));
        String text = "a: \"" + "${BIG}".repeat(30_000) + "\"\n" + Configs.LISTENER;

        assertThat(((LoadResult.Rejected) ConfigReader.read("test.yaml", text, null, env)).problems())
                .extracting(Problem::message)
                .containsExactly("unknown key \"a\"", "\"${BIG}\": all substitutions together exceed 16 MiB");
    }
}
