package io.sluice.bench.plot;

import io.sluice.bench.plot.Series.Point;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Some lines over the same two axes.
 *
 * @param title what the values are, with their unit
 * @param beyond what an infinite value means, written at the upper edge if there is one
 * @param across what the axis below counts
 */
public record Panel(String title, String beyond, String across, List<Series> series) {
    static final int HEIGHT = 330;
    private static final int TOP = 62;
    private static final int BOTTOM = 270;
    private static final int BEYOND = 44;
    private static final int LEFT = 64;
    private static final int RIGHT = 630;
    private static final int LABELS = 664;
    private static final int LABEL_GAP = 17;

    public Panel {
        series = List.copyOf(series);
    }

    /** Its drawing, with the origin in its upper left corner. */
    String svg() {
        double[] xs = all().mapToDouble(Point::x).distinct().sorted().toArray();
        LogAxis x =
                xs.length < 2 ? LogAxis.around(xs, LEFT, RIGHT) : new LogAxis(xs[0], xs[xs.length - 1], LEFT, RIGHT);
        LogAxis y = LogAxis.around(
                all().filter(Point::isFinite).mapToDouble(Point::y).toArray(), BOTTOM, TOP);
        StringBuilder svg = new StringBuilder();
        svg.append(text("title", 8, 22, title));
        y.ticks().forEach(tick -> grid(svg, y.position(tick), number(tick)));
        if (all().anyMatch(point -> !point.isFinite())) {
            grid(svg, BEYOND, beyond);
        }
        for (double each : xs) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                    x.position(each),
                    BOTTOM + 20,
                    number(each)));
        }
        svg.append(text("tick", LEFT, BOTTOM + 40, across));
        series.forEach(each -> line(svg, each, x, y));
        labels(svg, x, y);
        return svg.toString();
    }

    private Stream<Point> all() {
        return series.stream().flatMap(each -> each.points().stream());
    }

    private static double height(Point point, LogAxis y) {
        return point.isFinite() ? y.position(point.y()) : BEYOND;
    }

    private static void grid(StringBuilder svg, double height, String label) {
        svg.append(String.format(Locale.ROOT, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>%n", LEFT, height, RIGHT));
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
                LEFT - 8,
                height + 4,
                Plot.escaped(label)));
    }

    private static void line(StringBuilder svg, Series series, LogAxis x, LogAxis y) {
        StringBuilder path = new StringBuilder();
        for (Point point : series.points()) {
            path.append(String.format(
                    Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x.position(point.x()), height(point, y)));
        }
        if (!path.isEmpty()) {
            svg.append("<path class=\"line " + series.color().css() + "\" d=\"" + path + "\"/>\n");
        }
        for (Point point : series.points()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle class=\"dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>%n",
                    series.color().css(),
                    x.position(point.x()),
                    height(point, y)));
        }
    }

    private void labels(StringBuilder svg, LogAxis x, LogAxis y) {
        List<Series> drawn =
                series.stream().filter(each -> !each.points().isEmpty()).toList();
        double[] wanted = drawn.stream()
                .mapToDouble(each -> height(each.points().getLast(), y))
                .toArray();
        double[] placed = Spread.apart(wanted, LABEL_GAP, BEYOND, BOTTOM);
        for (int i = 0; i < placed.length; i++) {
            Series each = drawn.get(i);
            String color = each.color().css();
            svg.append(String.format(
                    Locale.ROOT,
                    "<path class=\"lead %s\" d=\"M%.1f %.1fL%d %.1f\"/>%n",
                    color,
                    x.position(each.points().getLast().x()) + 6,
                    wanted[i],
                    LABELS - 5,
                    placed[i]));
            svg.append(String.format(
                    Locale.ROOT,
                    "<text class=\"label %s\" x=\"%d\" y=\"%.1f\">%s</text>%n",
                    color,
                    LABELS,
                    placed[i] + 4,
                    Plot.escaped(each.label())));
        }
    }

    private static String text(String kind, int x, int y, String text) {
        return "<text class=\"" + kind + "\" x=\"" + x + "\" y=\"" + y + "\">" + Plot.escaped(text) + "</text>\n";
    }

    /** In full, with a comma between thousands. */
    static String number(double value) {
        return value < 1
                ? Double.toString(Math.round(value * 1e6) / 1e6)
                : String.format(Locale.ROOT, "%,d", Math.round(value));
    }
}
