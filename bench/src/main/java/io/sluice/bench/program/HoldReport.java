package io.sluice.bench.program;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

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
        Map<String, String> values = Arrays.stream(text.split(" ", -1))
                .map(pair -> pair.split("=", 2))
                .filter(pair -> pair.length == 2)
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new HoldReport(
                (int) number(values, "open"),
                number(values, "answered"),
                number(values, "waiting"),
                number(values, "wrong"),
                number(values, "refused"),
                number(values, "lost"),
                number(values, "gap"),
                Latencies.parse(value(values, "latencies")));
    }

    private static long number(Map<String, String> values, String key) {
        return Long.parseLong(value(values, key));
    }

    private static String value(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("report without " + key + ": " + values);
        }
        return value;
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
