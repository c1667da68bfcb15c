package io.sluice.http;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Finds the bytes of one body and its end in what arrives, by length, chunks or close (RFC 9112 sections 6 and 7). One
 * a connection, reused; used by the thread of that connection.
 *
 * <p>{@link #start} begins a body, {@link #read} takes bytes until {@link #done}, and takes none of what stands behind
 * the end. Chunks are strict: see {@link ChunkLine}; CR LF behind each, and trailers as {@link Trailers} allows them.
 */
public final class BodyReader {
    /** Gets what a body is made of; called during {@link #read}. */
    public interface Sink {
        /** A piece of the body: [from, from+length) of {@code in}, valid only during the call. length > 0. */
        void bodyPiece(ByteBuf in, int from, int length);

        /** The end; trailers are valid during the call; null if there were none. Called at most once a body. */
        void bodyEnd(@Nullable Head trailers);
    }

    private enum State {
        LENGTH,
        UNTIL_CLOSE,
        CHUNK_LINE,
        CHUNK,
        CHUNK_CR,
        CHUNK_LF,
        TRAILERS,
        DONE,
        REFUSED
    }

    private final boolean request;
    private final ChunkLine line = new ChunkLine();
    private State state = State.DONE;
    /** Of the body, or of the chunk. */
    private long remaining;

    private boolean stopped;
    private @Nullable Trailers trailers;
    private @Nullable Failure refusal;

    /** @param request refusals are the request's failures, else the response's */
    public BodyReader(boolean request) {
        this.request = request;
    }

    /** Begins a body of {@link Head#body} kind. A body of length 0 ends at once: {@code done} is true and no call is made. */
    public void start(long body) {
        remaining = body;
        refusal = null;
        if (body == Head.CHUNKED) {
            line.clear();
            state = State.CHUNK_LINE;
        } else if (body == Head.UNTIL_CLOSE) {
            state = State.UNTIL_CLOSE;
        } else {
            state = body == 0 ? State.DONE : State.LENGTH;
        }
    }

    /** The body has ended properly, or none has begun. */
    public boolean done() {
        return state == State.DONE;
    }

    /** Called by the sink: {@link #read} returns behind the piece that it gets now; the next read goes on from there. */
    public void stop() {
        stopped = true;
    }

    /** Takes bytes up to the end of the body and no further; returns null, or why the body is refused. Stops early if the sink called {@link #stop}. */
    public @Nullable Failure read(ByteBuf in, Sink sink) {
        stopped = false;
        while (in.isReadable() && !stopped) {
            switch (state) {
                case LENGTH -> {
                    if (piece(in, sink)) {
                        return end(sink, null);
                    }
                }
                case UNTIL_CLOSE -> {
                    remaining = Long.MAX_VALUE;
                    piece(in, sink);
                }
                case CHUNK_LINE -> chunkLine(in);
                case CHUNK -> {
                    if (piece(in, sink)) {
                        state = State.CHUNK_CR;
                    }
                }
                case CHUNK_CR -> expect(in, '\r', State.CHUNK_LF);
                case CHUNK_LF -> expect(in, '\n', State.CHUNK_LINE);
                case TRAILERS -> {
                    if (trailers(in, sink)) {
                        return null;
                    }
                }
                case DONE, REFUSED -> {
                    return refusal;
                }
            }
        }
        return refusal;
    }

    /** Bytes that are still to come of a body of known length; 0 if nobody knows. */
    public long rest() {
        return state == State.LENGTH ? remaining : 0;
    }

    /** So many bytes of the {@link #rest} went another way. True if the body has ended with them; the sink is not called. */
    public boolean passed(int count) {
        remaining -= count;
        if (remaining == 0) {
            state = State.DONE;
        }
        return remaining == 0;
    }

    /** The peer closed: true if that is a proper end of this body (UNTIL_CLOSE). The sink is not called. */
    public boolean closed() {
        if (state != State.UNTIL_CLOSE) {
            return false;
        }
        state = State.DONE;
        return true;
    }

    /** Hands on what there is of the body or chunk; whether that was the last of it. */
    private boolean piece(ByteBuf in, Sink sink) {
        int from = in.readerIndex();
        int length = (int) Math.min(in.readableBytes(), remaining);
        in.readerIndex(from + length);
        remaining -= length;
        sink.bodyPiece(in, from, length);
        return remaining == 0;
    }

    /** The sink may start the next body, so nothing is touched behind the call. */
    private @Nullable Failure end(Sink sink, @Nullable Head fields) {
        state = State.DONE;
        sink.bodyEnd(fields);
        return null;
    }

    private void chunkLine(ByteBuf in) {
        line.read(in);
        if (line.refused()) {
            refuse(request ? Failure.REQUEST_CHUNK : Failure.RESPONSE_CHUNK);
        } else if (line.complete()) {
            remaining = line.size();
            line.clear();
            state = remaining == 0 ? State.TRAILERS : State.CHUNK;
        }
    }

    private void expect(ByteBuf in, char wanted, State next) {
        if (in.readByte() == wanted) {
            state = next;
        } else {
            refuse(request ? Failure.REQUEST_CHUNK : Failure.RESPONSE_CHUNK);
        }
    }

    /** Whether the body has ended and the sink knows. */
    private boolean trailers(ByteBuf in, Sink sink) {
        Trailers reader = trailers;
        if (reader == null || !reader.begun()) {
            int at = in.readerIndex();
            if (in.readableBytes() >= 2 && in.getByte(at) == '\r' && in.getByte(at + 1) == '\n') {
                in.skipBytes(2);
                end(sink, null);
                return true;
            }
        }
        if (reader == null) {
            reader = new Trailers(request);
            trailers = reader;
        }
        HeadParser.Progress progress = reader.read(in);
        return switch (progress) {
            case MORE -> false;
            case REFUSED -> {
                reader.clear();
                refuse(request ? Failure.REQUEST_TRAILERS : Failure.RESPONSE_TRAILERS);
                yield false;
            }
            case COMPLETE -> {
                trailers = null;
                end(sink, reader.fields());
                reader.clear();
                if (trailers == null) {
                    trailers = reader;
                }
                yield true;
            }
        };
    }

    private void refuse(Failure why) {
        state = State.REFUSED;
        refusal = why;
    }
}
