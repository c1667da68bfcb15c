package io.sluice.admin;

import java.util.concurrent.TimeUnit;

/** Durations as JSON has them: milliseconds with three digits behind the point. */
final class Millis {
    private static final double MICROS = 1000;

    private Millis() {}

    static double of(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos) / MICROS;
    }
}
