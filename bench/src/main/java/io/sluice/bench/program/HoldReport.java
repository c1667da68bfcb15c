package io.sluice.bench.program;

/**
 * What the clients of one or more processes saw since the last report.
 *
 * @param open connections that are open now
 * @param answered requests that were answered with status 200 and a whole body
 * @param waiting requests that are sent or due now and not answered yet
 * @param wrong answers of another status or form, or bytes that nobody asked for
 * @param refused connections that could not be opened, or were closed before their first answer
 * @param lost connections that the other side closed while they were held
 * @param gapMicros longest time in which no connection of a process had an answer; the largest of several processes
 * @param latencies of the answered requests, each from the time when it was due to the last byte of its answer
 */
public record HoldReport(
        int open,
        long answered,
        long waiting,
        long wrong,
        long refused,
        long lost,
        long gapMicros,
        Latencies latencies) {

    /** Reads what {@link #text} wrote. */
    public static HoldReport parse(String text) {
        Pairs pairs = Pairs.parse(text);
        return new HoldReport(
                pairs.count("open"),
                pairs.number("answered"),
                pairs.number("waiting"),
                pairs.number("wrong"),
                pairs.number("refused"),
                pairs.number("lost"),
                pairs.number("gap"),
                Latencies.parse(pairs.text("latencies")));
    }

    /** One line of key=value pairs. */
    String text() {
        return "open=" + open + " answered=" + answered + " waiting=" + waiting + " wrong=" + wrong + " refused="
                + refused + " lost=" + lost + " gap=" + gapMicros + " latencies=" + latencies.text();
    }

    /** This and that of another process. */
    public HoldReport plus(HoldReport other) {
        Latencies both = new Latencies();
        both.add(latencies);
        both.add(other.latencies);
        return new HoldReport(
                open + other.open,
                answered + other.answered,
                waiting + other.waiting,
                wrong + other.wrong,
                refused + other.refused,
                lost + other.lost,
                Math.max(gapMicros, other.gapMicros),
                both);
    }
}
