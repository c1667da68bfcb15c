package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateTest {
    @Test
    void leavesVariablesWithoutBracesAlone() {
        assertThat(new Template("listen ${port}; $http_host").fill(Map.of("port", 8080)))
                .isEqualTo("listen 8080; $http_host");
    }

    @Test
    void refusesAPlaceWithoutAValue() {
        assertThatThrownBy(() -> new Template("listen ${port};").fill(Map.of("dir", "x")))
                .hasMessage("${port} (expected: one of [dir])");
    }
}
