package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageTest {
    private static final Launch SLEEP = new Launch(List.of("sleep", "600"));

    @Test
    void closingEndsWhatWasStartedAndRemovesTheDirectory() throws Exception {
        Stage stage = Stage.open();
        Path directory = stage.directory("peer");
        Program program = stage.start("sleep", SLEEP);

        stage.close();

        assertThat(program.isAlive()).isFalse();
        assertThat(directory.getParent()).doesNotExist();
    }

    @Test
    void closingEndsTheChildrenOfAProgramThatLeavesThemBehind() throws Exception {
        Stage stage = Stage.open();
        Program program = stage.start("shell", new Launch(List.of("sh", "-c", "sleep 600 & echo started; wait")));
        while (!program.output().contains("started")) {
            assertThat(program.awaitEnd(Duration.ofMillis(10))).isFalse();
        }
        List<ProcessHandle> children = program.handle().descendants().toList();

        stage.close();

        // A child whose parent is gone may stay as a zombie that nobody waits for: it runs no command any more.
        assertThat(children)
                .isNotEmpty()
                .allSatisfy(child -> assertThat(child.info().command()).isEmpty());
    }

    @Test
    void startsNothingAfterItsEnd() throws Exception {
        Stage stage = Stage.open();
        stage.close();

        assertThatThrownBy(() -> stage.start("sleep", SLEEP)).hasMessageContaining("the run has ended");
    }
}
