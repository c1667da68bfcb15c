package io.sluice.bench.program;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Times in microseconds, counted in steps of about 3 %: of fixed size however many there are, and those of several
 * processes can be put together. A figure is the upper end of its step, so that none is told too low.
 */
public final class Latencies {
    private static final int STEPS = 32;
    private static final int STEPS_BITS = 5;
    private static final long MOST = 1L << 40;
    private final long[] counts = new long[index(MOST) + 1];

    void record(long micros) {
        counts[index(Math.clamp(micros, 0, MOST))]++;
    }

    /** Adds all times of another one. */
    public void add(Latencies other) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }

    public long count() {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /** The time that this share (0 to 1) of all times doesn't exceed; 0 if there are none. */
    public long quantile(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * count()));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return upperEnd(i);
            }
        }
        return 0;
    }

    /** In the form that {@link #parse} reads: {@code step:count} for each step that has any; {@code none} for no times. */
    String text() {
        Map<Integer, Long> filled = new TreeMap<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                filled.put(i, counts[i]);
            }
        }
        return filled.isEmpty()
                ? "none"
                : filled.entrySet().stream()
                        .map(step -> step.getKey() + ":" + step.getValue())
                        .collect(Collectors.joining(","));
    }

    static Latencies parse(String text) {
        Latencies latencies = new Latencies();
        if (!text.equals("none")) {
            for (String step : text.split(",", -1)) {
                int colon = step.indexOf(':');
                latencies.counts[Integer.parseInt(step.substring(0, colon))] =
                        Long.parseLong(step.substring(colon + 1));
            }
        }
        return latencies;
    }

    /** Times below 64 have a step each; then each doubling is divided into 32 steps. */
    private static int index(long micros) {
        int shift = Math.max(0, Long.SIZE - 1 - STEPS_BITS - Long.numberOfLeadingZeros(micros));
        return shift * STEPS + (int) (micros >>> shift);
    }

    private static long upperEnd(int index) {
        int shift = Math.max(0, index / STEPS - 1);
        return ((index - (long) shift * STEPS + 1) << shift) - 1;
    }
}
