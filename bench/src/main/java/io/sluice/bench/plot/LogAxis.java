package io.sluice.bench.plot;

import java.util.ArrayList;
import java.util.List;

/**
 * Values at equal distances for equal ratios.
 *
 * @param min lowest value, positive, at the position {@code from}
 * @param max highest value, above min, at the position {@code to}
 */
record LogAxis(double min, double max, double from, double to) {
    private static final int[] STEPS = {1, 2, 5};
    private static final int MANY = 6;

    LogAxis {
        if (!(min > 0 && max > min)) {
            throw new IllegalArgumentException("axis: " + min + " to " + max + " (expected: 0 < min < max)");
        }
    }

    /** An axis whose ends are round numbers (1, 2 or 5 times a power of ten) around all the values. */
    static LogAxis around(double[] values, double from, double to) {
        double min = Double.MAX_VALUE;
        double max = 0;
        for (double value : values) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        return max > 0 ? new LogAxis(below(min), above(max), from, to) : new LogAxis(1, 10, from, to);
    }

    double position(double value) {
        return from + (to - from) * Math.log(value / min) / Math.log(max / min);
    }

    /** Round values from end to end: powers of ten, and between them if there are few. */
    List<Double> ticks() {
        List<Double> all = new ArrayList<>();
        List<Double> powers = new ArrayList<>();
        for (int power = exponent(min); power <= exponent(max); power++) {
            for (int step : STEPS) {
                double tick = step * Math.pow(10, power);
                if (tick > min * 0.999 && tick < max * 1.001) {
                    all.add(tick);
                    if (step == 1) {
                        powers.add(tick);
                    }
                }
            }
        }
        return all.size() <= MANY || powers.size() < 2 ? all : powers;
    }

    private static double below(double value) {
        double power = Math.pow(10, exponent(value));
        double round = power;
        for (int step : STEPS) {
            if (step * power < value) {
                round = step * power;
            }
        }
        return round;
    }

    private static double above(double value) {
        double power = Math.pow(10, exponent(value));
        for (int step : STEPS) {
            if (step * power > value) {
                return step * power;
            }
        }
        return 10 * power;
    }

    private static int exponent(double value) {
        return (int) Math.floor(Math.log10(value) + 1e-9);
    }
}
