package io.sluice.config;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Coverage-guided: JAZZER_FUZZ=1 mvn -o test -pl config -Dtest='ConfigFuzzTest#neverThrows'. */
class ConfigFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void neverThrows(byte[] input) {
        MutationTest.holds(new String(input, StandardCharsets.UTF_8));
    }
}
