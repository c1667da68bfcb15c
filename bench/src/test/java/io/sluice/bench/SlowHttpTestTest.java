package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SlowHttpTestTest {
    private static final String COLOURED = """
            slow HTTP test status on \033[0;32m5\033[1;32mth second:

            \033[1;32minitializing:\033[1;32m        0
            \033[1;32mpending:     \033[1;32m        1
            \033[1;32mconnected:   \033[1;32m        %d
            \033[1;32merror:       \033[1;32m        0
            \033[1;32mclosed:      \033[1;32m        %d
            \033[1;32mservice available:\033[1;32m   \033[1;32mYES\033[0m
            """;

    @Test
    void readsTheLastStatus() {
        String output = COLOURED.formatted(200, 0) + COLOURED.formatted(50, 150);

        assertThat(SlowHttpTest.read(output, 200)).isEqualTo(new Attack.Toll(200, 150));
    }

    @Test
    void countsAllAsClosedWhereNoneIsLeft() {
        String output = COLOURED.formatted(0, 0) + "Exit status:\033[1;36m No open connections left";

        assertThat(SlowHttpTest.read(output, 300)).isEqualTo(new Attack.Toll(300, 300));
    }

    @Test
    void refusesAnOutputWithoutStatus() {
        assertThatThrownBy(() -> SlowHttpTest.read("slowhttptest: error", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("did not tell of connected");
    }
}
