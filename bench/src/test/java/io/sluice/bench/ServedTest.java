package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ServedTest {
    private static final String PAGE = """
            Active connections: 65\s
            server accepts handled requests
             70 70 1000\s
            Reading: 0 Writing: 1 Waiting: 64\s
            """;

    @Test
    void leavesOutTheQuestionsThemselves() {
        assertThat(Served.parsePage(PAGE, 2)).isEqualTo(new Served(64, 64, 68, 998));
    }

    @Test
    void readsTheLineOfTheSlowServer() {
        assertThat(Served.parseLine("open=3 most=40 accepted=50 requests=6000")).isEqualTo(new Served(3, 40, 50, 6000));
    }

    @Test
    void countsConnectionsForEveryThousandRequests() {
        Served before = new Served(64, 64, 100, 1000);

        assertThat(new Served(64, 64, 150, 101_000).openedPerThousand(before)).isEqualTo(0.5);
    }

    @Test
    void refusesAPageWithoutFigures() {
        assertThatThrownBy(() -> Served.parsePage("404", 1)).hasMessageContaining("404");
    }
}
