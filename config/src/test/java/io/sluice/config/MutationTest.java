package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Valid and invalid configs, changed at random: whatever comes out is read or told about, and nothing throws. */
class MutationTest {
    private static final int ROUNDS = 6000;

    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ": ",
            ",",
            "- ",
            "\n",
            "\n  ",
            "#",
            "&a ",
            "*a",
            "!!int ",
            "|\n",
            ">\n",
            "'",
            "\"",
            "\\",
            "${",
            "$${",
            "${A:",
            "${file:x}",
            "?",
            "<<: ",
            "---\n",
            "\t",
            "\r",
            "\u0085",
            "\uFEFF",
            "\u0000",
            "😀",
            "ä",
            "null",
            "~",
            "-1",
            "0",
            "99999999999999999999",
            "10s",
            "64KiB",
            "none",
            "/**",
            "{id}",
            "{tail}",
            "(",
            "*.",
            "[::]:80",
            "%",
            "%2e",
            "..",
            "\uD800");

    @Test
    void neverThrows() throws IOException {
        Random random = new Random(20240607);
        List<String> texts = new ArrayList<>();
        for (Path file : ExamplesTest.good()) {
            texts.add(Files.readString(file));
        }
        for (Path file : ExamplesTest.bad()) {
            texts.add(Files.readString(file));
        }
        int rejected = 0;
        for (int i = 0; i < ROUNDS; i++) {
            String text = texts.get(random.nextInt(texts.size()));
            for (int n = random.nextInt(4); n >= 0; n--) {
                text = mutated(text, random);
            }
            if (holds(text) instanceof LoadResult.Rejected) {
                rejected++;
            }
        }
        assertThat(rejected).isBetween(ROUNDS / 4, ROUNDS - 1);
    }

    private static String mutated(String text, Random random) {
        int at = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), at + random.nextInt(12));
        int other = random.nextInt(text.length() + 1);
        return switch (random.nextInt(6)) {
            case 0 -> text.substring(0, at) + text.substring(to);
            case 1 -> text.substring(0, at) + PIECES.get(random.nextInt(PIECES.size())) + text.substring(to);
            case 2 -> text.substring(0, at) + PIECES.get(random.nextInt(PIECES.size())) + text.substring(at);
            case 3 -> text.substring(0, other) + text.substring(at, to) + text.substring(other);
            case 4 -> text.substring(0, at);
            default -> text.substring(0, at) + (char) random.nextInt(0x250) + text.substring(at);
        };
    }

    /** Reads a text and checks what must be true of any result. */
    static LoadResult holds(String text) {
        LoadResult result = ConfigReader.read("test.yaml", text, null, Map.of());
        switch (result) {
            case LoadResult.Loaded loaded ->
                assertThat(ConfigReader.read("test.yaml", text, null, Map.of())).isEqualTo(loaded);
            case LoadResult.Rejected rejected -> {
                List<String> lines = Lines.of(text);
                assertThat(rejected.problems()).isNotEmpty().allSatisfy(problem -> {
                    assertThat(problem.line()).isBetween(0, lines.size());
                    String line = problem.line() == 0 ? "" : lines.get(problem.line() - 1);
                    int least = Math.min(1, problem.line());
                    assertThat(problem.column()).isBetween(least, line.codePointCount(0, line.length()) + least);
                    assertThat(problem.message()).doesNotContain("\n").hasSizeLessThan(1000);
                });
                assertThat(ProblemText.render(rejected))
                        .contains(rejected.problems().getFirst().message());
            }
        }
        return result;
    }
}
