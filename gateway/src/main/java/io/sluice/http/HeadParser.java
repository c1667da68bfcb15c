package io.sluice.http;

import io.netty.buffer.ByteBuf;

/**
 * Reads heads by the strict grammar of RFC 9112, in linear time however the bytes are cut. Stateless between calls but
 * for what it keeps in the {@link Head}: one parser serves all connections with the same limits.
 */
public final class HeadParser {
    /** Where a head stands. */
    public enum Progress {
        /** All bytes were taken; more are needed. */
        MORE,
        /** The head is complete; the buffer's reader index stands behind it. */
        COMPLETE,
        /** See {@link #refusal}. */
        REFUSED
    }

    /** @param maxBytes of the whole head; @param maxFields number of header fields */
    public static HeadParser requests(int maxBytes, int maxFields) { throw new UnsupportedOperationException(); }

    public static HeadParser responses(int maxBytes, int maxFields) { throw new UnsupportedOperationException(); }

    /** Takes bytes from {@code in} into {@code head}, which was cleared before the first byte. A leading empty line before a request is skipped (RFC 9112 section 2.2). */
    public Progress parse(ByteBuf in, Head head) { throw new UnsupportedOperationException(); }

    /** Why the last parse of this head was refused. */
    public Failure refusal(Head head) { throw new UnsupportedOperationException(); }
}
