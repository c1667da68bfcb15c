package io.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonLineTest {
    private final JsonLine line = new JsonLine();

    @Test
    void writesTextNumbersTruthAndNothing() {
        line.begin().field("text", "a");
        line.field("number", -12L);
        line.field("truth", true);
        line.field("nothing", null);

        assertThat(end()).isEqualTo("{\"text\":\"a\",\"number\":-12,\"truth\":true,\"nothing\":null}\n");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, 1_234_567_890, -1, -10, Long.MAX_VALUE, Long.MIN_VALUE})
    void writesNumbersOfAnyLength(long number) {
        line.begin().field("a", number);

        assertThat(end()).isEqualTo("{\"a\":" + number + "}\n");
    }

    @Test
    void writesTimesInUtcToTheMillisecond() {
        line.begin().time("a", 1_769_860_800_007L).time("b", 1_769_860_800_123L).time("c", -1L);

        assertThat(end())
                .isEqualTo("{\"a\":\"2026-01-31T12:00:00.007Z\",\"b\":\"2026-01-31T12:00:00.123Z\","
                        + "\"c\":\"1969-12-31T23:59:59.999Z\"}\n");
    }

    @Test
    void writesMillisecondsToTheMicrosecond() {
        line.begin().millis("a", 1_002_003_999L);
        line.millis("b", 0);
        line.millis("c", -5);

        assertThat(end()).isEqualTo("{\"a\":1002.003,\"b\":0.000,\"c\":0.000}\n");
    }

    @Test
    void escapesWhateverIsNotPlainAscii() {
        line.begin().field("a", "\"\\\n\u001b\u007f\u00e9");

        assertThat(end()).isEqualTo("{\"a\":\"\\\"\\\\\\u000a\\u001b\\u007f\\u00e9\"}\n");
    }

    @Test
    void growsForALongTextAndStartsAnewAfterIt() {
        line.begin().field("a", "\n".repeat(20_000));
        assertThat(end()).hasSize("{'a':''}\n".length() + 6 * 20_000);

        line.begin().field("a", "b");
        assertThat(end()).isEqualTo("{\"a\":\"b\"}\n");
    }

    private String end() {
        return new String(line.end(), StandardCharsets.US_ASCII);
    }
}
