package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.http.BodyReader;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.route.Route;
import io.sluice.upstream.UpstreamConnection;
import org.jspecify.annotations.Nullable;

/**
 * The body of the request of one exchange on its way to the upstream: awaited, in part, before there is a connection, so that
 * a slow client holds none; then counted, limited, timed, passed on piece by piece, and, as long as the attempt may have to be
 * made again, kept in a small copy.
 */
final class RequestBody implements BodyReader.Sink {
    /** A body up to this size can be sent again. */
    static final int KEPT_LIMIT = 64 * 1024;

    private final BodyReader reader = new BodyReader(true);
    private static final double NANOS_PER_SECOND = 1e9;

    private final long framing;
    private final long limit;
    private final Route route;
    /** So many bytes are awaited before a connection is leased. */
    private long awaited;
    /** The pace: when the first byte came, since when none were taken (0: they are), and how long that was in all before. */
    private long firstAt;

    private long heldSince;
    private long heldNanos;
    private @Nullable UpstreamConnection connection;
    private @Nullable ByteBuf kept;
    private boolean repeatable = true;
    private long bytes;

    /**
     * @param framing as {@link Head#body}
     * @param route whose limits count
     * @param comesByItself the client does not wait for anything before it sends the body
     */
    RequestBody(long framing, Route route, boolean comesByItself) {
        this.framing = framing;
        this.limit = route.bodyLimit();
        this.route = route;
        this.awaited = comesByItself && framing > 0 ? Math.min(framing, route.requestBuffer()) : 0;
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
    void to(UpstreamConnection next, boolean keep, long now) {
        goesOn(now);
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

    /** Bytes are taken though there is no connection yet. */
    boolean isAwaited() {
        return awaited > 0;
    }

    /** Whether with these bytes all is here that was awaited. If so, they stay untaken until there is a connection. */
    boolean isEnough(ByteBuf atHand, long now) {
        if (!isAwaited() || bytes + atHand.readableBytes() < awaited) {
            return false;
        }
        awaited = 0;
        heldBack(now);
        return true;
    }

    /** Takes what belongs to the body; returns why it is refused, or null. */
    @Nullable
    Failure read(ByteBuf in, long now) {
        if (firstAt == 0) {
            firstAt = now;
        }
        Failure refused = reader.read(in, this);
        if (refused == null && limit >= 0 && bytes > limit) {
            return Failure.REQUEST_BODY_LARGE;
        }
        return refused == null && !isComplete() && isSlow(now) ? Failure.REQUEST_BODY_SLOW : refused;
    }

    private boolean isSlow(long now) {
        long rate = route.bodyRate();
        long taken = now - firstAt - heldNanos;
        return rate > 0 && taken - route.bodyGraceNanos() > bytes * NANOS_PER_SECOND / rate;
    }

    /** Nothing is taken from the client for now, which is not its fault. */
    void heldBack(long now) {
        if (heldSince == 0 && firstAt != 0) {
            heldSince = now;
        }
    }

    /** Bytes are taken again. */
    void goesOn(long now) {
        if (heldSince != 0) {
            heldNanos += now - heldSince;
            heldSince = 0;
        }
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
