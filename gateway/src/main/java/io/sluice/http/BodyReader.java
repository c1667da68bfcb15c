package io.sluice.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Finds the bytes of one body and its end in what arrives, by length, chunks or close. One a connection, reused. */
public final class BodyReader {
    /** Gets what a body is made of; called during {@link #read}. */
    public interface Sink {
        /** A piece of the body: [from, from+length) of {@code in}, valid only during the call. length > 0. */
        void bodyPiece(ByteBuf in, int from, int length);

        /** The end; trailers are valid during the call; null if there were none. Called at most once a body. */
        void bodyEnd(@Nullable Head trailers);
    }

    /** @param request refusals are the request's failures, else the response's */
    public BodyReader(boolean request) { throw new UnsupportedOperationException(); }

    /** Begins a body of {@link Head#body} kind. A body of length 0 ends at once: {@code done} is true and no call is made. */
    public void start(long body) { throw new UnsupportedOperationException(); }

    public boolean done() { throw new UnsupportedOperationException(); }

    /** Takes bytes up to the end of the body and no further; returns null, or why the body is refused. Stops early if the sink called {@link #stop}. */
    public @Nullable Failure read(ByteBuf in, Sink sink) { throw new UnsupportedOperationException(); }

    /** The peer closed: true if that is a proper end of this body (UNTIL_CLOSE). */
    public boolean closed() { throw new UnsupportedOperationException(); }
}
