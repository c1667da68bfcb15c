package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class VersionTest {

    @Test
    void readsTheNumberThatTheBuildWrote() {
        assertThat(Version.read().number()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }

    @Test
    void readsTheCommitOrSaysThatItIsUnknown() {
        assertThat(Version.read().commit()).matches("[0-9a-f]{7,40}(-dirty)?|unknown");
    }
}
