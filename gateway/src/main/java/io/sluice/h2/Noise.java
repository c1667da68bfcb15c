package io.sluice.h2;

/**
 * What costs the one who gets it more than the one who sends it. Each connection has one score: each of these adds points to it, and time
 * takes them off again. Who has too many is told to calm down (ENHANCE_YOUR_CALM), and loses the connection.
 */
public enum Noise {
    /** Requests that their client resets before they are answered (CVE-2023-44487). */
    RESETS(10),
    /** Frames for which a stream must be reset from this side (CVE-2025-8671), */
    FAULTS(10),
    /** and streams beyond the number allowed. */
    EXCESS(10),
    SETTINGS(10),
    PINGS(5),
    /** DATA and CONTINUATION without content. */
    EMPTY(5),
    /** Field blocks that are cut into small pieces, or that are larger than a head may be. */
    BLOCKS(20),
    /** Windows that are opened by a few bytes. */
    WINDOWS(1),
    /** Frames that say nothing here: PRIORITY, and those of unknown types. */
    IGNORED(1);

    /** Points that a second takes off, */
    static final int CALM_A_SECOND = 200;
    /** and a stream that ends as it should. */
    static final int CALM_A_STREAM = 10;

    private final int points;

    Noise(int points) {
        this.points = points;
    }

    int points() {
        return points;
    }
}
