package io.sluice.h2;

/**
 * What one end of a connection allows the other.
 *
 * @param streams of the other end at the same time
 * @param window bytes that may be under way on one stream; at least 65535
 * @param connectionWindow bytes that may be under way on all streams together; at least 65535
 * @param headBytes of all names and values of a head, with four for each field
 * @param headFields of a head
 * @param noise points that a connection may have ({@link Noise}); 0: any number
 */
public record H2Limits(int streams, int window, int connectionWindow, int headBytes, int headFields, int noise) {
    /** Windows that need not be announced (RFC 9113 section 6.9.2). */
    public static final int DEFAULT_WINDOW = 65535;
}
