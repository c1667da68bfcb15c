package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.route.Route;
import io.sluice.upstream.UpstreamSide;
import org.jspecify.annotations.Nullable;

/**
 * The body of the request of one exchange on its way to the upstream: awaited, in part, before there is a connection, so that
 * a slow client holds none; then counted, limited, timed, passed on piece by piece, and, as long as the attempt may have to be
 * made again, kept in a small copy. Used again with its exchange.
 *
 * <p>The {@link ClientSide} gives it, freed of its framing, while {@link Exchange#takesBytes}: first it asks {@link #takes}; then come
 * any number of {@link #piece}, {@link #end} with the last, and {@link #taken}. The bytes of a tunnel take the same way, and have no end.
 */
final class RequestBody {
    /** A body up to this size can be sent again. */
    static final int KEPT_LIMIT = 64 * 1024;

    private static final double NANOS_PER_SECOND = 1e9;

    private final Exchange exchange;
    /** As {@link Head#body}. */
    private long framing;
    /** The client waits for a 100 before it sends it. */
    private boolean expects;

    private boolean uncertain;
    /** What the route allows: bytes in all, -1 for any number; bytes a second, 0 for any pace; and for how long it may be slower. */
    private long limit;

    private long rate;
    private long graceNanos;
    /** So many bytes are awaited before a connection is leased. */
    private long awaited;
    /** The pace: when the first byte came, since when none were taken (0: they are), and how long that was in all before. */
    private long firstAt;

    private long heldSince;
    private long heldNanos;
    private @Nullable UpstreamSide connection;
    private @Nullable ByteBuf kept;
    private boolean repeatable;
    private boolean complete;
    private long bytes;

    RequestBody(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Begins anew: it is as the head says. */
    void start(Head head, boolean parsed) {
        framing = head.body();
        expects = head.expectsContinue();
        uncertain = !parsed || framing < 0 || expects;
        limit = -1;
        rate = 0;
        awaited = 0;
        firstAt = 0;
        heldSince = 0;
        heldNanos = 0;
        connection = null;
        repeatable = true;
        complete = parsed && framing == 0;
        bytes = 0;
    }

    /**
     * It is to go on.
     *
     * @param of whose limits count
     * @return why it is refused: as the head declares it, it is larger than the limit; or null
     */
    @Nullable
    Failure accept(Route of) {
        limit = of.bodyLimit();
        rate = of.bodyRate();
        graceNanos = of.bodyGraceNanos();
        awaited = framing > 0 && !expects ? Math.min(framing, of.requestBuffer()) : 0;
        return limit >= 0 && framing > limit ? Failure.REQUEST_BODY_LARGE : null;
    }

    /** As {@link Head#body}. */
    long framing() {
        return framing;
    }

    /** The request is complete. */
    boolean isComplete() {
        return complete;
    }

    /** The client sends it when it is told to: nothing of it has come. */
    boolean isAskedFor() {
        return expects && bytes == 0;
    }

    /** Bytes of the body that were taken, and those of the tunnel. */
    long bytes() {
        return bytes;
    }

    /** What is still to come of it; a large number where nobody knows. */
    long unread() {
        if (complete) {
            return 0;
        }
        return uncertain ? Long.MAX_VALUE : framing - bytes;
    }

    /** Where the body goes from now on; what was sent to an earlier connection is sent again. */
    void to(UpstreamSide next, boolean keep, long now) {
        goesOn(now);
        connection = next;
        ByteBuf again = kept;
        if (again != null) {
            next.body(again, again.readerIndex(), again.readableBytes());
            if (complete) {
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

    // ---- from the client's side

    /**
     * So many bytes of the body, or of the tunnel, are at hand: whether they are to be given now. Not if they are all that was
     * awaited: then a connection is worth leasing, and they go the straight way.
     */
    boolean takes(int atHand) {
        if (!isAwaited() || bytes + atHand < awaited) {
            return true;
        }
        awaited = 0;
        heldBack(exchange.loop.nanoTime());
        exchange.awaited();
        return false;
    }

    /** A piece of it, or of the tunnel; lent for the call. Of a body never more than the head has announced. */
    void piece(ByteBuf in, int from, int length) {
        bytes += length;
        if (exchange.tunnel) {
            UpstreamSide to = exchange.attempts.connection();
            if (to != null) {
                to.body(in, from, length);
            }
            return;
        }
        if (isTooLarge()) {
            return;
        }
        keep(in, from, length);
        if (connection != null) {
            connection.body(in, from, length);
        }
    }

    /** All of it was given; trailers are lent for the call. */
    void end(@Nullable Head trailers) {
        complete = true;
        if (trailers != null) {
            forget();
        }
        if (connection != null && !isTooLarge()) {
            connection.end(trailers);
        }
    }

    /**
     * All that is at hand was given, as far as it is any good.
     *
     * @param malformed why what follows is no body; or null
     */
    void taken(@Nullable Failure malformed) {
        if (!exchange.tunnel) {
            long now = exchange.loop.nanoTime();
            if (firstAt == 0) {
                firstAt = now;
            }
            Failure refused = malformed == null ? refusal(now) : malformed;
            if (refused != null) {
                exchange.fail(refused);
                return;
            }
            if (!exchange.takesBytes()) {
                heldBack(now);
            }
        }
        exchange.watch();
    }

    private @Nullable Failure refusal(long now) {
        if (isTooLarge()) {
            return Failure.REQUEST_BODY_LARGE;
        }
        return !complete && isSlow(now) ? Failure.REQUEST_BODY_SLOW : null;
    }

    private boolean isTooLarge() {
        return limit >= 0 && bytes > limit;
    }

    private boolean isSlow(long now) {
        long taken = now - firstAt - heldNanos;
        return rate > 0 && taken - graceNanos > bytes * NANOS_PER_SECOND / rate;
    }

    // ---- pace

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

    // ---- the copy

    /** All that was taken so far can be sent again. */
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

    /** The exchange has ended. */
    void over() {
        forget();
        connection = null;
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
