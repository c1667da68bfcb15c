package io.sluice.bench.plot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void whatIsFarApartStays() {
        assertThat(Spread.apart(new double[] {90, 10, 50}, 17, 0, 100)).containsExactly(90, 10, 50);
    }

    @Test
    void whatIsTooCloseKeepsItsOrderAndTheGap() {
        assertThat(Spread.apart(new double[] {52, 50, 51}, 10, 0, 100)).containsExactly(70, 50, 60);
    }

    @Test
    void whatWouldLeaveTheEndMovesBack() {
        assertThat(Spread.apart(new double[] {99, 98, 20}, 10, 0, 100)).containsExactly(100, 90, 20);
    }

    @Test
    void moreThanThereIsRoomForGrowsBeyondTheEnd() {
        assertThat(Spread.apart(new double[] {5, 5, 5}, 10, 0, 10)).containsExactly(0, 10, 20);
    }
}
