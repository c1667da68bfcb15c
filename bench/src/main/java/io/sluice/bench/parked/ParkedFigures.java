package io.sluice.bench.parked;

import io.sluice.bench.program.Pairs;

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
        Pairs pairs = Pairs.parse(text);
        return new ParkedFigures(
                pairs.number("connections"),
                pairs.decimal("heapBytes"),
                pairs.decimal("bytesEach"),
                pairs.decimal("accountedEach"),
                pairs.decimal("fullCollectionMillis"),
                pairs.decimal("idleSweepNanos"),
                pairs.decimal("rearmMillis"),
                pairs.decimal("goOnMillis"),
                pairs.decimal("closeMillis"));
    }
}
