package io.sluice.bench.plot;

import java.util.List;

/**
 * A line with its label.
 *
 * @param color which of the plot's colours; the same in all panels
 * @param points from left to right; may be empty, and then nothing is drawn
 */
public record Series(String label, Color color, List<Point> points) {
    public Series {
        points = List.copyOf(points);
    }

    /**
     * One measured value; both are positive.
     *
     * @param y infinite for what is beyond every scale, such as the latency of an answer that never came
     */
    public record Point(double x, double y) {
        boolean isFinite() {
            return Double.isFinite(y);
        }
    }
}
