package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.http.BodyReader;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.upstream.UpstreamConnection;
import org.jspecify.annotations.Nullable;

/**
 * The body of the request of one exchange on its way to the upstream: counted, limited, passed on piece by piece, and, as long as
 * the attempt may have to be made again, kept in a small copy.
 */
final class RequestBody implements BodyReader.Sink {
    /** A body up to this size can be sent again. */
    static final int KEPT_LIMIT = 64 * 1024;

    private final BodyReader reader = new BodyReader(true);
    private final long framing;
    private final long limit;
    private @Nullable UpstreamConnection connection;
    private @Nullable ByteBuf kept;
    private boolean repeatable = true;
    private long bytes;

    /**
     * @param framing as {@link Head#body}
     * @param limit in bytes; -1: none
     */
    RequestBody(long framing, long limit) {
        this.framing = framing;
        this.limit = limit;
        reader.start(framing);
    }

    /** The body as the head declares it is larger than the limit. */
    boolean declaresTooMuch() {
        return limit >= 0 && framing > limit;
    }

    long framing() {
        return framing;
    }

    boolean isComplete() {
        return reader.done();
    }

    /** Bytes of the body that were read. */
    long bytes() {
        return bytes;
    }

    /** Where the body goes from now on; what was sent to an earlier connection is sent again. */
    void to(UpstreamConnection next, boolean keep) {
        connection = next;
        ByteBuf again = kept;
        if (again != null) {
            next.body(again, again.readerIndex(), again.readableBytes());
            if (isComplete()) {
                next.end(null);
            }
        }
        if (!keep) {
            forget();
        }
    }

    /** Takes what belongs to the body; returns why it is refused, or null. */
    @Nullable
    Failure read(ByteBuf in) {
        Failure refused = reader.read(in, this);
        if (refused == null && limit >= 0 && bytes > limit) {
            return Failure.REQUEST_BODY_LARGE;
        }
        return refused;
    }

    /** All that was read so far can be sent again. */
    boolean isRepeatable() {
        return repeatable || bytes == 0;
    }

    /** The attempt will not be made again. */
    void forget() {
        repeatable = false;
        ByteBuf copy = kept;
        if (copy != null) {
            kept = null;
            copy.release();
        }
    }

    @Override
    public void bodyPiece(ByteBuf in, int from, int length) {
        bytes += length;
        if (limit >= 0 && bytes > limit) {
            return;
        }
        keep(in, from, length);
        if (connection != null) {
            connection.body(in, from, length);
        }
    }

    @Override
    public void bodyEnd(@Nullable Head trailers) {
        if (trailers != null) {
            forget();
        }
        if (connection != null && !(limit >= 0 && bytes > limit)) {
            connection.end(trailers);
        }
    }

    private void keep(ByteBuf in, int from, int length) {
        if (!repeatable) {
            return;
        }
        if (bytes > KEPT_LIMIT) {
            forget();
            return;
        }
        ByteBuf copy = kept;
        if (copy == null) {
            copy = PooledByteBufAllocator.DEFAULT.directBuffer(length);
            kept = copy;
        }
        copy.writeBytes(in, from, length);
    }
}
