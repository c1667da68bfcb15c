package io.sluice.bench.parked;

import java.util.Map;
import java.util.TreeMap;

/**
 * What so many parked connections cost.
 *
 * @param connections that were parked when it was measured
 * @param heapBytes alive with all of them
 * @param bytesEach growth of that for each connection
 * @param accountedEach what the gateway says
 * @param fullCollectionMillis one full collection of the heap
 * @param idleSweepNanos a look at the timeouts when none is due
 * @param rearmMillis the timeout of each is armed anew, as a request does it
 * @param goOnMillis all time out at once, and each is armed anew
 * @param closeMillis all time out at once, and each is about to be closed
 */
public record ParkedFigures(
        long connections,
        double heapBytes,
        double bytesEach,
        double accountedEach,
        double fullCollectionMillis,
        double idleSweepNanos,
        double rearmMillis,
        double goOnMillis,
        double closeMillis) {

    /** On one line. */
    public String text() {
        return "connections=" + connections + " heapBytes=" + heapBytes + " bytesEach=" + bytesEach + " accountedEach="
                + accountedEach + " fullCollectionMillis=" + fullCollectionMillis + " idleSweepNanos=" + idleSweepNanos
                + " rearmMillis=" + rearmMillis + " goOnMillis=" + goOnMillis + " closeMillis=" + closeMillis;
    }

    /** Reads what {@link #text} wrote. */
    public static ParkedFigures parse(String text) {
        Map<String, Double> values = new TreeMap<>();
        for (String pair : text.split(" ", -1)) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2) {
                values.put(parts[0], Double.valueOf(parts[1]));
            }
        }
        return new ParkedFigures(
                (long) value(values, "connections"),
                value(values, "heapBytes"),
                value(values, "bytesEach"),
                value(values, "accountedEach"),
                value(values, "fullCollectionMillis"),
                value(values, "idleSweepNanos"),
                value(values, "rearmMillis"),
                value(values, "goOnMillis"),
                value(values, "closeMillis"));
    }

    private static double value(Map<String, Double> values, String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + ": missing in " + values);
        }
        return value;
    }
}
