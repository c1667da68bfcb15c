package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.bench.parked.ParkedConnections;
import io.sluice.bench.parked.ParkedFigures;
import java.time.Duration;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class ParkedConnectionsTest {
    @Test
    void weighWhatTheGatewaySaysThatTheyDo() throws Exception {
        try (Stage stage = Stage.open()) {
            Program program = stage.start(
                    "parked", Launch.likeSluice(List.of("-Xmn8m"), ParkedConnections.class, List.of("20000")));
            ParkedFigures figures = ParkedFigures.parse(new Conversation(program).await(Duration.ofMinutes(1)));

            assertThat(figures.connections()).isEqualTo(20_000);
            assertThat(figures.bytesEach()).isCloseTo(figures.accountedEach(), Percentage.withPercentage(20));
            assertThat(figures.heapBytes()).isGreaterThan(20_000 * figures.bytesEach());
            assertThat(figures.fullCollectionMillis()).isPositive();
            assertThat(figures.rearmMillis()).isPositive();
            assertThat(figures.goOnMillis()).isPositive();
            assertThat(figures.closeMillis()).isPositive();
        }
    }

    @Test
    void readsTheFiguresThatItWrote() {
        ParkedFigures figures = new ParkedFigures(1000, 5e6, 159.25, 160, 7.5, 12.875, 0.125, 0.5, 1.5);

        assertThat(ParkedFigures.parse(figures.text())).isEqualTo(figures);
        assertThatThrownBy(() -> ParkedFigures.parse("connections=1000")).hasMessageContaining("heapBytes");
    }
}
