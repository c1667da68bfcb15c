package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.GatewayConfig.Transport;
import io.sluice.config.ProcessLimits;
import io.sluice.config.RouteConfig.Importance;
import io.sluice.http.Failure;
import io.sluice.testing.Await;
import io.sluice.wire.Loop;
import io.sluice.wire.Loops;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** On real loops that have too much to do. */
final class OverloadTest {
    private static final ProcessLimits LAG =
            new ProcessLimits(0, 0, null, new ProcessLimits.Lag(Duration.ofMillis(200), Duration.ofMillis(400)));

    @AutoClose
    private final Loops loops = new Loops(Transport.NIO, 2);

    private final Overload overload = new Overload(loops, new Places(-1));
    private final Loop loop = loops.all().getFirst();

    @AfterEach
    void close() {
        overload.close();
    }

    private static List<@Nullable Failure> refused(Pressure pressure) {
        List<@Nullable Failure> refused = new ArrayList<>();
        for (Importance importance : Importance.values()) {
            refused.add(pressure.refuses(importance));
        }
        return refused;
    }

    @Test
    void refusesTheLeastImportantFirst() {
        Pressure pressure = new Pressure();
        assertThat(refused(pressure)).containsExactly(null, null, null);

        pressure.lag = Pressure.LOW;
        assertThat(refused(pressure)).containsExactly(Failure.SHED_LAG, null, null);
        pressure.lag = Pressure.NORMAL;
        assertThat(refused(pressure)).containsExactly(Failure.SHED_LAG, Failure.SHED_LAG, null);
        pressure.memory = Pressure.LOW;
        assertThat(refused(pressure)).containsExactly(Failure.SHED_MEMORY, Failure.SHED_LAG, null);
        pressure.memory = Pressure.ALL;
        assertThat(refused(pressure)).containsExactly(Failure.SHED_MEMORY, Failure.SHED_MEMORY, Failure.SHED_MEMORY);
    }

    @Test
    void seesThatALoopIsLateAndThatItIsNoMore() throws Exception {
        overload.limits(LAG);
        Pressure pressure = overload.on(loop);
        CountDownLatch end = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        try {
            Await.until("late", () -> pressure.lag == Pressure.NORMAL);
            assertThat(overload.level()).isEqualTo(Pressure.NORMAL);
            // noted after all loops were looked at
            long late = Duration.ofMillis(400).toNanos();
            Await.until("how late", () -> overload.longestLag() >= late);
        } finally {
            end.countDown();
        }

        Await.until("in time", () -> pressure.lag == Pressure.NONE);
    }

    @Test
    void forgetsWhatItSawWhenNobodyIsToLookAnyMore() throws Exception {
        overload.limits(new ProcessLimits(0, 0, new ProcessLimits.Memory(1, 1, 1), null));
        byte[] inUse = new byte[(int) (Runtime.getRuntime().maxMemory() / 50)];
        try {
            Await.until("short of memory", () -> overload.level() == Pressure.ALL);
            assertThat(overload.memoryPercent()).isPositive();
        } finally {
            Reference.reachabilityFence(inUse);
        }

        overload.limits(ProcessLimits.NONE);

        Await.until("nobody looks", () -> overload.level() == Pressure.NONE && overload.memoryPercent() == 0);
    }
}
