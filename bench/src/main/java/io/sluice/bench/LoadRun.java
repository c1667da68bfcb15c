package io.sluice.bench;

import java.util.function.Supplier;

/**
 * A load generator at work.
 *
 * @param result what it has counted, once it has ended; an answer without figures is refused with what it says instead
 */
record LoadRun(Program program, Supplier<Figures> result) {
    Figures figures() {
        return result.get();
    }
}
