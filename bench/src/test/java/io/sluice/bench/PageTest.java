package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PageTest {
    private static final String PAGE = """
            before
            <!-- measured: written by bench/run -->
            old
            <!-- measured: end -->
            after
            """;

    @Test
    void replacesWhatTheLastRunWroteAndNothingElse() throws Exception {
        String once = Page.replaced(PAGE, "new");

        assertThat(once).isEqualTo("""
                        before
                        <!-- measured: written by bench/run -->

                        new

                        <!-- measured: end -->
                        after
                        """);
        assertThat(Page.replaced(once, "new")).isEqualTo(once);
    }

    @Test
    void refusesAPageWithoutAPlace() {
        assertThatThrownBy(() -> Page.replaced("text", "new")).hasMessageContaining("measured: end");
    }
}
