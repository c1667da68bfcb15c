package io.sluice.telemetry;

import java.util.EnumMap;
import java.util.concurrent.atomic.LongAdder;

/** One counter for each constant of an enum. Counted and read by any thread. */
final class Counters<E extends Enum<E>> {
    /** Never changed after the constructor, so that any thread may read it. */
    private final EnumMap<E, LongAdder> counts;

    Counters(Class<E> causes) {
        counts = new EnumMap<>(causes);
        for (E cause : causes.getEnumConstants()) {
            counts.put(cause, new LongAdder());
        }
    }

    void add(E cause) {
        counter(cause).increment();
    }

    long sum(E cause) {
        return counter(cause).sum();
    }

    private LongAdder counter(E cause) {
        LongAdder counter = counts.get(cause);
        if (counter == null) {
            throw new IllegalStateException("no counter of " + cause);
        }
        return counter;
    }
}
