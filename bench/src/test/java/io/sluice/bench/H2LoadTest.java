package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class H2LoadTest {
    private static final String OUTPUT = """
            Warm-up phase is over for thread #1Application protocol: .%s
            Main benchmark duration is over for thread #0. Stopping all clients.

            finished in 2.00s, 131251.00 req/s, 10.51MB/s
            requests: 1000 total, 1024 started, 1000 done, 990 succeeded, %d failed, 3 errored, 2 timeout
            status codes: 990 2xx, 0 3xx, 4 4xx, 6 5xx
            traffic: 10.51MB (11025484) total, 6.26MB (6562550) headers (space savings 49.49%%), 2.00MB (2100024) data
                                 min         max         mean         sd        +/- sd
            time for request:       10us     17.72ms       154us       400us    96.19%%
            """;

    @Test
    void readsWhatItPrintsAndLogs() {
        Stream<String> log = IntStream.rangeClosed(1, 100).mapToObj(each -> "1795462760022218\t200\t" + each);

        assertThat(H2Load.figures(OUTPUT.formatted("h2c", 5), log))
                .isEqualTo(new Figures(990, 2_000_000, 11_025_484, 5, 2, 10, 51, 100));
    }

    @Test
    void passesOverWhatWasNotAnswered() {
        Stream<String> log = Stream.of("1795462760022218\t200\t7", "1795462760022219\t-1\t9000", "17954");

        Figures figures = H2Load.figures(OUTPUT.formatted("h2", 0), log);

        assertThat(figures.p50()).isEqualTo(7);
        assertThat(figures.p99()).isEqualTo(7);
    }

    @Test
    void refusesAnotherProtocol() {
        assertThatThrownBy(() -> H2Load.figures(OUTPUT.formatted("http/1.1", 0), Stream.empty()))
                .hasMessageContaining("http/1.1");
    }

    @Test
    void refusesOutputWithoutFigures() {
        assertThatThrownBy(() -> H2Load.figures("Application protocol: h2c\nunable to connect", Stream.empty()))
                .hasMessageContaining("unable to connect");
    }
}
