package io.sluice.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** When a name is asked for again. */
final class WatchedTest {
    private static final int DRAWS = 1000;

    private static List<Long> draw(LongSupplier from) {
        return LongStream.generate(from).limit(DRAWS).boxed().toList();
    }

    @Test
    void asksUpToATenthAfterTheTtlAndNeverBefore() {
        long ttl = TimeUnit.SECONDS.toNanos(30);
        List<Long> drawn = draw(() -> Watched.afterTtl(ttl));
        assertThat(drawn).allMatch(nanos -> nanos >= ttl && nanos <= ttl + ttl / 10);
        assertThat(new HashSet<>(drawn)).hasSizeGreaterThan(DRAWS / 2);
    }

    @Test
    void waitsLongerAfterEachFailureAndAtMostHalfAMinute() {
        for (int failures = 1; failures < 100; failures++) {
            long pause = Math.min(30_000_000_000L, 500_000_000L << Math.min(failures - 1, 10));
            int present = failures;
            List<Long> drawn = draw(() -> Watched.afterFailures(present));
            assertThat(drawn).allMatch(nanos -> nanos >= pause * 4 / 5 && nanos <= pause * 6 / 5);
            assertThat(new HashSet<>(drawn)).hasSizeGreaterThan(DRAWS / 2);
        }
    }
}
