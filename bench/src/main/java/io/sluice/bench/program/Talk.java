package io.sluice.bench.program;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What is said on one connection: one request after the other, each when the one before is answered. */
sealed interface Talk permits H1Talk, H2Talk {
    /** The bytes of the next request. */
    ByteBuffer ask();

    /** Takes bytes of its answer; true when that has come to its end. What it leaves there nobody asked for. */
    boolean read(ByteBuffer in) throws IOException;

    /** Takes what comes while nothing is asked; false if that can't be meant. */
    boolean allows(ByteBuffer in) throws IOException;

    /** What is to be sent for what came, besides requests: often nothing. */
    ByteBuffer reply();

    /** Whether the last answer has status 200. */
    boolean isGood();

    /** The beginning of the last answer, in words. */
    String startLine();
}
