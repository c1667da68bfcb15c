package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThreadBudgetTest {
    @Test
    void countsTheTasksThatExistNotThoseThatRun() {
        assertThat(ThreadBudget.tasks("1.13 0.49 0.83 2/84 26597\n")).isEqualTo(84);
    }

    @Test
    void noMachineHasRoomForTwoBillionThreads() throws Exception {
        assertThat(ThreadBudget.shortage(Integer.MAX_VALUE)).get().asString().contains("leaves room for");
    }

    @Test
    void everyMachineHasRoomForNoneMore() throws Exception {
        assertThat(ThreadBudget.shortage(0)).isEmpty();
    }
}
