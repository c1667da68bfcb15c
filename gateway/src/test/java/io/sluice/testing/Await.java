package io.sluice.testing;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for effects: the ten seconds are only there to fail. */
public final class Await {
    static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int PAUSE_MILLIS = 2;

    private Await() {}

    /** Returns once the condition holds. */
    public static void until(String what, BooleanSupplier condition) throws InterruptedException {
        until(() -> what, condition);
    }

    /** Returns once the condition holds; the text is made only to fail. */
    public static void until(Supplier<String> what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("did not happen in " + PATIENCE.toSeconds() + " s: " + what.get());
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
