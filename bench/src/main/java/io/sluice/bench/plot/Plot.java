package io.sluice.bench.plot;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Panels under one another, as an SVG file that needs nothing else.
 *
 * <p>It brings its own background and follows the reader's choice of light or dark, also where a page shows it as an image.
 *
 * @param title for those who don't see it
 */
public record Plot(String title, List<Panel> panels) {
    private static final int WIDTH = 860;
    private static final String STYLE = """
            text { font: 13px system-ui, sans-serif; fill: #24292f }
            .page { fill: #ffffff }
            .title { font-size: 15px; font-weight: 600 }
            .tick { fill: #57606a }
            .grid { stroke: #d8dee4 }
            .line { fill: none; stroke-width: 2; stroke-linejoin: round }
            .lead { fill: none; stroke-width: 1; opacity: .5 }
            .green.line { stroke-width: 4 }
            .green.label { font-weight: 700 }
            """;
    private static final String STYLE_ON_DARK = """
            text { fill: #e6edf3 }
            .page { fill: #0d1117 }
            .tick { fill: #9198a1 }
            .grid { stroke: #30363d }
            """;

    public Plot {
        panels = List.copyOf(panels);
    }

    /** The text of the file. */
    public String svg() {
        int height = panels.size() * Panel.HEIGHT;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">%n",
                WIDTH,
                height,
                WIDTH,
                height));
        svg.append("<title>").append(escaped(title)).append("</title>\n<style>\n");
        svg.append(STYLE).append(colors(Color::onLight));
        svg.append("@media (prefers-color-scheme: dark) {\n");
        svg.append(STYLE_ON_DARK).append(colors(Color::onDark)).append("}\n</style>\n");
        svg.append("<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
        for (int i = 0; i < panels.size(); i++) {
            svg.append("<g transform=\"translate(0 ").append(i * Panel.HEIGHT).append(")\">\n");
            svg.append(panels.get(i).svg()).append("</g>\n");
        }
        return svg.append("</svg>\n").toString();
    }

    private static String colors(Function<Color, String> of) {
        return Arrays.stream(Color.values())
                .map(color -> ".line.NAME, .lead.NAME { stroke: VALUE } .dot.NAME, .label.NAME { fill: VALUE }\n"
                        .replace("NAME", color.css())
                        .replace("VALUE", of.apply(color)))
                .collect(Collectors.joining());
    }

    /** Text as XML holds it. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
