package io.sluice.bench.plot;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Places labels near where they belong without letting them overlap. */
final class Spread {
    private Spread() {}

    /**
     * Moves positions apart, as little as needed from the first on, keeping their order.
     *
     * @param wanted positions in any order
     * @param gap least distance between two
     * @param min lowest position allowed
     * @param max highest allowed, if there is room for all
     */
    static double[] apart(double[] wanted, double gap, double min, double max) {
        Integer[] order = IntStream.range(0, wanted.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(index -> wanted[index]));
        double[] placed = new double[wanted.length];
        double free = min;
        for (int index : order) {
            placed[index] = Math.max(wanted[index], free);
            free = placed[index] + gap;
        }
        double limit = Math.max(max, min + gap * (wanted.length - 1));
        for (int i = order.length - 1; i >= 0; i--) {
            placed[order[i]] = Math.min(placed[order[i]], limit);
            limit = placed[order[i]] - gap;
        }
        return placed;
    }
}
