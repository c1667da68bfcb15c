package io.sluice.bench.plot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.bench.plot.Series.Point;
import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PlotTest {
    private static final Series LOW =
            new Series("low & slow", Color.BLUE, List.of(new Point(10, 1), new Point(1000, 2)));
    private static final Series HIGH =
            new Series("never", Color.RED, List.of(new Point(10, 5), new Point(1000, Double.POSITIVE_INFINITY)));

    @Test
    void isWellFormedWhateverTheLabelsSay() throws Exception {
        assertThat(texts(plot(LOW))).contains("low & slow", "a < b", "10", "1,000");
    }

    @Test
    void needsNothingFromElsewhere() {
        String svg = plot(LOW, HIGH).svg().replace("http://www.w3.org/2000/svg", "");

        assertThat(svg).doesNotContain("http", "url(", "@import", "href", "<script");
    }

    @Test
    void labelsEachLineOnceAtItsEnd() throws Exception {
        assertThat(texts(plot(LOW, HIGH))).containsOnlyOnce("low & slow", "never");
    }

    @Test
    void whatIsBeyondEveryScaleLiesOnALineOfItsOwnAtTheTop() throws Exception {
        Document svg = parse(plot(LOW, HIGH));

        List<Double> heights = elements(svg, "circle").stream()
                .map(dot -> Double.parseDouble(dot.getAttribute("cy")))
                .toList();

        assertThat(texts(plot(LOW, HIGH))).contains("starved");
        assertThat(heights.getLast()).isLessThan(heights.get(0)).isLessThan(heights.get(2));
        assertThat(texts(plot(LOW))).doesNotContain("starved");
    }

    @Test
    void aLineWithoutPointsIsNotDrawnAndNotLabelled() throws Exception {
        assertThat(texts(plot(LOW, new Series("absent", Color.RED, List.of())))).doesNotContain("absent");
    }

    @Test
    void drawsNothingButAxesWithoutAnyPoint() throws Exception {
        assertThat(elements(parse(plot(new Series("absent", Color.RED, List.of()))), "circle"))
                .isEmpty();
    }

    @Test
    void hasColoursForLightAndForDark() {
        assertThat(plot(LOW).svg()).contains("prefers-color-scheme: dark", Color.BLUE.onLight(), Color.BLUE.onDark());
    }

    private static Plot plot(Series... series) {
        return new Plot("title", List.of(new Panel("a < b", "starved", "across", List.of(series))));
    }

    private static List<String> texts(Plot plot) throws Exception {
        return elements(parse(plot), "text").stream()
                .map(Element::getTextContent)
                .toList();
    }

    private static List<Element> elements(Document svg, String name) {
        NodeList found = svg.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(index -> (Element) found.item(index))
                .toList();
    }

    private static Document parse(Plot plot) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(plot.svg())));
    }
}
