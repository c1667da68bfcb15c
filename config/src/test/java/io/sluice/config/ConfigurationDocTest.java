package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/configuration.md says what the reader does. */
class ConfigurationDocTest {
    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\|.*");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");

    /** The keys of the table under a heading. */
    private static List<String> documented(String heading) throws IOException {
        List<String> keys = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(KeyTables.PAGE)) {
            if (line.startsWith("#")) {
                inside = line.replaceFirst("#+ ", "").equals(heading);
            }
            Matcher row = ROW.matcher(line);
            if (inside && row.matches()) {
                keys.add(row.group(1));
            }
        }
        return keys;
    }

    @ParameterizedTest
    @EnumSource(Part.class)
    void hasEachKeyThatTheReaderTakesAndNoOther(Part part) throws IOException {
        assertThat(documented(KeyTables.heading(part))).containsExactlyInAnyOrderElementsOf(part.keys());
    }

    @Test
    void hasExamplesThatLoad() throws IOException {
        assertThat(KeyTables.configs())
                .isNotEmpty()
                .allSatisfy(text -> assertThat(ConfigReader.read("doc", text, null, Map.of()))
                        .isInstanceOf(LoadResult.Loaded.class));
    }

    @Test
    void hasLinksThatLeadSomewhere() throws IOException {
        String text = Files.readString(KeyTables.PAGE);
        List<String> anchors = text.lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> "#"
                        + line.replaceFirst("#+ ", "")
                                .toLowerCase(Locale.ROOT)
                                .replaceAll("[^a-z0-9 -]", "")
                                .replace(' ', '-'))
                .toList();
        List<String> links =
                LINK.matcher(text).results().map(match -> match.group(1)).toList();

        assertThat(links).isNotEmpty().allSatisfy(link -> {
            if (link.startsWith("#")) {
                assertThat(anchors).contains(link);
            } else if (!link.startsWith("https://")) {
                assertThat(KeyTables.PAGE.resolveSibling(link.replaceFirst("#.*", "")))
                        .exists();
            }
        });
    }
}
