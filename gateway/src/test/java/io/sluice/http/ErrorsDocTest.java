package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/errors.md explains each cause once, as it is. */
final class ErrorsDocTest {
    private static final Path DOC = Path.of("..", "docs", "errors.md");
    private static final Pattern HEADING = Pattern.compile("^### `([a-z-]+)`$", Pattern.MULTILINE);
    private static final Pattern ROW = Pattern.compile("^\\| \\[`([a-z-]+)`]\\(#", Pattern.MULTILINE);

    private static final List<String> CAUSES =
            Arrays.stream(Failure.values()).map(Failure::cause).toList();

    @Test
    void hasASectionAndARowForEachCauseInTheirOrder() throws IOException {
        String text = Files.readString(DOC);

        assertThat(HEADING.matcher(text).results().map(match -> match.group(1))).containsExactlyElementsOf(CAUSES);
        assertThat(ROW.matcher(text).results().map(match -> match.group(1))).containsExactlyElementsOf(CAUSES);
    }

    @ParameterizedTest
    @EnumSource
    void saysOfACauseWhatIsTrue(Failure cause) throws IOException {
        String text = Files.readString(DOC);
        String side = cause.side().word();
        Matcher section = Pattern.compile(
                        "^### `" + cause.cause() + "`\n\n"
                                + "Side `(\\w+)`, status (\\d+), `([a-z_]+)`\\.\n\n"
                                + "- \\*\\*Means:\\*\\* .{10,}\n"
                                + "- \\*\\*Likely:\\*\\* .{10,}\n"
                                + "- \\*\\*Remedy:\\*\\* .{10,}\n",
                        Pattern.MULTILINE)
                .matcher(text);

        assertThat(section.find()).isTrue();
        assertThat(section.group(1)).isEqualTo(side);
        assertThat(section.group(2)).isEqualTo(Integer.toString(cause.status()));
        assertThat(section.group(3)).isEqualTo(cause.proxyStatus());
        assertThat(text)
                .contains("| [`" + cause.cause() + "`](#" + cause.cause() + ") | " + side + " | " + cause.status()
                        + " | " + cause.text() + " |\n");
    }
}
