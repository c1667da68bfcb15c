package io.sluice.bench;

import java.util.stream.DoubleStream;

/** The value that half of the others don't exceed. */
final class Median {
    private Median() {}

    /** Of at least one value. */
    static double of(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
