package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Iterator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MemoryPartTest {
    private static final long MIB = 1024 * 1024;

    @Test
    void countsOnlyWhatFurtherConnectionsCost() {
        assertThat(MemoryPart.slope(2000, 90_400_000, 18_000, 93_600_000)).isEqualTo(200);
    }

    @Test
    void looksAtTheMemoryUntilItStandsStill() throws Exception {
        Iterator<Long> looks = LongStream.concat(
                        LongStream.of(80 * MIB, 90 * MIB, 91 * MIB, 91 * MIB), LongStream.generate(() -> 92 * MIB))
                .iterator();

        assertThat(new Footprint(looks::next, Duration.ZERO).settled()).isEqualTo(92 * MIB);
    }

    @Test
    void takesTheMedianOfAMemoryThatNeverStandsStill() throws Exception {
        Iterator<Long> looks = LongStream.iterate(0, last -> last + 1)
                .map(look -> (look % 12 < 4 ? 93 : 92) * MIB + look)
                .iterator();

        assertThat(new Footprint(looks::next, Duration.ZERO).settled()).isBetween(92.0 * MIB, 92.0 * MIB + 80);
    }

    @Test
    void readsWhatIsAliveFromTheLastLineOfAHistogram() {
        String histogram = """
                 num     #instances         #bytes  class name (module)
                   1:         28160        2262704  [B (java.base@25)
                Total        214151       11223344
                """;

        assertThat(LiveHeap.parse(histogram)).isEqualTo(11_223_344);
        assertThatThrownBy(() -> LiveHeap.parse("1: No such process")).hasMessageContaining("No such process");
    }
}
