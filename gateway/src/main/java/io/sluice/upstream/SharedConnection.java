package io.sluice.upstream;

import io.netty.buffer.ByteBuf;
import io.sluice.h2.ErrorCode;
import io.sluice.h2.H2Connection;
import io.sluice.h2.H2Events;
import io.sluice.h2.H2Stream;
import io.sluice.h2.Noise;
import io.sluice.h2.StreamEvents;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.tls.HandshakeException;
import io.sluice.wire.Deadline;
import io.sluice.wire.Loop;
import io.sluice.wire.Wire;
import io.sluice.wire.WireEvents;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One connection of HTTP/2 to an endpoint, which carries exchanges as {@link UpstreamStream}s. It stays on the loop of its
 * {@link Shelf}, where everything happens.
 *
 * <p>States:
 * <ul>
 *   <li>greeting: the socket is open; the endpoint's SETTINGS are awaited, which say that it speaks HTTP/2, and how many streams
 *       it allows. Nothing of a request is sent before. The connect timeout counts
 *   <li>open: gets streams, as many at once as the endpoint and {@code connections.streams} allow
 *   <li>leaving: gets no more; closes with its last stream
 *   <li>closing: what was written leaves, then the socket closes
 * </ul>
 *
 * <p>While streams are on it and nothing comes for {@code connections.ping}, it is asked by a PING; if nothing has come after the same time
 * again, it is given up. What concerns one stream costs that one; only what breaks the connection costs all that are on it.
 *
 * <p>It alone closes its wire. The shelf is told once that it is open or not ({@link Openings#opened}, {@link Openings#notOpened}), and once that the socket is closed
 * ({@link Shelf#gone}).
 */
final class SharedConnection implements WireEvents, H2Events, Deadline.Expiry {
    private enum State {
        GREETING,
        OPEN,
        LEAVING,
        CLOSING
    }

    /** How long an endpoint may take what is still to be sent when the connection closes. */
    private static final long CLOSING_NANOS = 10_000_000_000L;
    /** Ids are 31 bits, and every other one is ours. */
    private static final int MOST_STREAMS = 1 << 29;

    private final Shelf shelf;
    private final SharedConnections neighbours;
    private final Wire wire;
    final Usage usage;
    private final @Nullable Waiter waiter;
    private final H2Connection h2;
    private final Deadline deadline = new Deadline(this);
    private State state = State.GREETING;
    private Discard leaves = Discard.NOT_KEPT;
    private Failure lostBy = Failure.UPSTREAM_CLOSED;
    private int streams;
    /** When something came last, or the first stream began. */
    private long heardAt;
    /** Nothing came since it was asked. */
    private boolean asked;

    /** @param waiter for whom it was opened; null: for nobody */
    SharedConnection(Wire wire, SharedConnections neighbours, Usage usage, @Nullable Waiter waiter) {
        this.wire = wire;
        this.neighbours = neighbours;
        this.shelf = neighbours.shelf();
        this.usage = usage;
        this.waiter = waiter;
        h2 = new H2Connection(wire, false, shelf.pool().sharing().limits(), neighbours.tools(), this);
    }

    /** The socket is open: greets. */
    void start() {
        if (state == State.GREETING) {
            deadline.arm(loop(), shelf.pool().connectNanos());
            h2.start();
        }
    }

    Loop loop() {
        return shelf.loop();
    }

    Endpoint endpoint() {
        return shelf.pool().endpoint();
    }

    /** Over TLS. */
    boolean isSecure() {
        return endpoint().tls() != null;
    }

    /** The endpoint takes extended CONNECT. */
    boolean isConnectable() {
        return h2.isConnectable();
    }

    boolean isWanted() {
        return shelf.pool().isPressed(loop().nanoTime());
    }

    boolean isClosing() {
        return state == State.CLOSING;
    }

    /** Why its streams are lost: the endpoint broke the rules, or something else has happened. */
    Failure lostBy(ErrorCode code) {
        boolean broken = code != ErrorCode.NO_ERROR && code != ErrorCode.INTERNAL_ERROR;
        return broken && lostBy == Failure.UPSTREAM_CLOSED ? Failure.UPSTREAM_PROTOCOL : lostBy;
    }

    /** What it is that a stream was not begun with: the endpoint goes away, or it has too much to do. */
    Failure refusal() {
        return h2.isShut() ? Failure.UPSTREAM_CLOSED : Failure.UPSTREAM_REFUSED;
    }

    // ---- places

    /** Streams that may be added. */
    int room() {
        boolean opens = state == State.OPEN && !h2.isShut();
        return opens ? Math.max(0, Math.min(shelf.pool().sharing().streams(), h2.allowedStreams()) - streams) : 0;
    }

    /** No stream is on it. */
    boolean isUnused() {
        return streams == 0;
    }

    /** Why it should get no more streams; or null. */
    @Nullable
    Discard reasonToLeave() {
        if (usage.leases >= MOST_STREAMS) {
            return Discard.REQUESTS;
        }
        if (streams > 0 && !shelf.pool().slots().available()) {
            return null;
        }
        Discard why = usage.leases > 0 ? shelf.reasonToDiscard(usage) : null;
        boolean stale = why == null && streams == 0 && !shelf.pool().idleLimit().allows(usage, loop().nanoTime());
        return stale ? Discard.STALE : why;
    }

    /** A place for one exchange; there is room. */
    UpstreamStream lease(boolean isFar) {
        long now = loop().nanoTime();
        if (streams++ == 0) {
            heardAt = now;
            asked = false;
            watch();
            shelf.figures.busy();
        }
        usage.lease(now);
        shelf.figures.streamLeased(usage.isReused());
        neighbours.changed();
        return neighbours.stream(this, isFar);
    }

    /** A stream for a place; null if there can be none any more. */
    @Nullable
    H2Stream begin(StreamEvents owner) {
        boolean may = (state == State.OPEN || state == State.LEAVING) && wire.isOpen();
        return may ? h2.open(owner) : null;
    }

    /** It may be used again. */
    void free(H2Stream stream) {
        stream.free(neighbours.tools());
    }

    /** So may that. */
    void free(UpstreamStream over) {
        neighbours.free(over);
    }

    /** The exchange on it is over. */
    void release(UpstreamStream stream) {
        giveBack(stream);
        shelf.serve();
    }

    /** As {@link #release}, but calls nobody from within. */
    void releaseLater(UpstreamStream stream) {
        giveBack(stream);
        shelf.poke();
    }

    /** The attempt on it has failed. */
    void failed(UpstreamStream stream, Failure why, Progress progress) {
        if (progress != Progress.UNPROCESSED) {
            shelf.failed(usage, why, progress == Progress.UNANSWERED);
        }
        giveBack(stream);
        shelf.poke();
    }

    private void giveBack(UpstreamStream stream) {
        if (!stream.isFar()) {
            shelf.figures.exchangeEnds();
        }
        shelf.figures.streamEnded();
        streams--;
        if (streams == 0) {
            shelf.figures.returned();
            usage.idleSince = loop().nanoTime();
            if (state == State.LEAVING) {
                discard(leaves);
            } else if (state == State.OPEN) {
                rest();
            }
        }
        neighbours.changed();
    }

    /** No stream is on it: kept for a while. */
    private void rest() {
        deadline.arm(loop(), shelf.pool().idleLimit().configuredNanos());
    }

    /** Streams are on it: is it alive? */
    private void watch() {
        deadline.arm(loop(), shelf.pool().sharing().pingNanos());
    }

    // ---- its end

    /** It gets no more streams, and closes with the last one. */
    void leave(Discard why) {
        if (state == State.OPEN) {
            state = State.LEAVING;
            leaves = why;
            neighbours.remove(this);
            if (streams == 0) {
                discard(why);
            }
        }
    }

    /** Gives it up with all that is on it. */
    private void discard(Discard why) {
        if (state == State.CLOSING) {
            return;
        }
        State was = state;
        state = State.CLOSING;
        shelf.pool().counted(why);
        neighbours.remove(this);
        if (was == State.GREETING) {
            shelf.pool().connectedInVain(lostBy);
        }
        deadline.arm(loop(), CLOSING_NANOS);
        h2.fail(ErrorCode.NO_ERROR);
        if (why.abrupt() && lostBy != Failure.UPSTREAM_PROTOCOL) {
            wire.abort();
        } else {
            wire.close();
        }
        if (was == State.GREETING) {
            shelf.loop().execute(() -> shelf.openings().notOpened(waiter, lostBy));
        }
    }

    /** It is no use, or is none any more. */
    void lose(Failure why) {
        if (state != State.CLOSING) {
            lostBy = why;
            discard(Discard.FAILED);
        }
    }

    @Override
    public void expired(Deadline late) {
        switch (state) {
            case GREETING -> lose(Failure.CONNECT_TIMEOUT);
            case OPEN, LEAVING -> {
                if (streams == 0) {
                    discard(Discard.IDLE);
                } else {
                    look();
                }
            }
            case CLOSING -> wire.abort();
        }
    }

    private void look() {
        long silent = loop().nanoTime() - heardAt;
        long most = shelf.pool().sharing().pingNanos();
        if (asked && silent >= most) {
            lose(Failure.UPSTREAM_SILENT);
            return;
        }
        if (silent >= most - most / 4) {
            asked = true;
            h2.ping();
        }
        watch();
    }

    // ---- from the wire

    @Override
    public void read(ByteBuf bytes) {
        heardAt = loop().nanoTime();
        asked = false;
        if (state == State.CLOSING) {
            bytes.skipBytes(bytes.readableBytes());
        } else {
            h2.read(bytes);
        }
    }

    @Override
    public void inputEnded() {
        if (state == State.OPEN && streams == 0) {
            shelf.pool().idleLimit().closed(usage, loop().nanoTime());
            discard(Discard.ENDPOINT_CLOSED);
        } else {
            lose(state == State.GREETING ? Failure.UPSTREAM_PROTOCOL : Failure.UPSTREAM_CLOSED);
        }
    }

    @Override
    public void writable() {
        h2.writable();
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        if (state == State.GREETING && cause instanceof SSLException refused) {
            // with TLS 1.3 an endpoint refuses a client certificate only now
            lose(Opening.failure(HandshakeException.of(refused)));
        } else if (state == State.OPEN && streams == 0) {
            discard(Discard.ENDPOINT_CLOSED);
        } else {
            lose(Failure.UPSTREAM_CLOSED);
        }
        h2.closed();
        deadline.disarm();
        shelf.gone();
    }

    // ---- from HTTP/2

    @Override
    public void request(H2Stream stream, Head head, @Nullable Failure refusal) {
        throw new IllegalStateException("a request from an endpoint");
    }

    @Override
    public void settings() {
        if (state == State.GREETING) {
            state = State.OPEN;
            deadline.disarm();
            shelf.pool().sharing().found();
            shelf.pool().connected();
            usage.idleSince = loop().nanoTime();
            rest();
            shelf.openings().opened(this, waiter);
        } else {
            neighbours.changed();
            shelf.serve();
        }
    }

    @Override
    public void goingAway(ErrorCode code) {
        if (state == State.GREETING) {
            lose(Failure.UPSTREAM_PROTOCOL);
        } else {
            leave(Discard.NOT_KEPT);
        }
    }

    @Override
    public void failed(ErrorCode code, @Nullable Noise noise) {
        lose(Failure.UPSTREAM_PROTOCOL);
    }
}
