package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
    private static final TextTable TABLE =
            new TextTable(List.of("proxy", "req/s"), List.of(List.of("nginx", "100000"), List.of("a long name", "9")));

    @Test
    void alignsTextLeftAndFiguresRight() {
        assertThat(TABLE.plain()).isEqualTo("""
                        proxy         req/s
                        nginx        100000
                        a long name       9""");
    }

    @Test
    void writesMarkdownWithARuleUnderTheHead() {
        assertThat(TABLE.markdown()).isEqualTo("""
                        | proxy       |  req/s |
                        | ----------- | -----: |
                        | nginx       | 100000 |
                        | a long name |      9 |""");
    }

    @Test
    void refusesARowOfAnotherLength() {
        assertThatThrownBy(() -> new TextTable(List.of("a", "b"), List.of(List.of("1"))))
                .hasMessage("[1] (expected: 2 cells)");
    }
}
