package io.sluice.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A question about a proxy with many idle connections, asked of each proxy in a process of its own. */
interface Part {
    /** In words, for the head of its table. */
    String title();

    List<Column> columns();

    /** Puts the proxy to the test and gives a figure for each column. */
    List<Double> measure(Trial trial) throws IOException, InterruptedException;

    /** What the proxy must have room for. */
    default Room room() {
        return Trial.ROOM;
    }

    /** How long the backend takes for an answer. */
    default Duration delay() {
        return Duration.ZERO;
    }
}
