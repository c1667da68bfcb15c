package io.sluice.upstream;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for an effect that nothing tells about. */
final class Await {
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private Await() {}

    static void until(BooleanSupplier effect, Supplier<String> otherwise) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!effect.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + LONGEST + ": " + otherwise.get());
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(200_000);
        }
    }

    static void until(BooleanSupplier effect) {
        until(effect, () -> "the awaited effect");
    }
}
