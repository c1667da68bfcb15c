package io.sluice.upstream;

import io.netty.buffer.ByteBuf;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.tls.HandshakeException;
import io.sluice.wire.Deadline;
import io.sluice.wire.Wire;
import io.sluice.wire.WireEvents;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to an endpoint; one exchange at a time. Everything happens on the loop of its {@link Shelf},
 * which changes only while it is idle.
 *
 * <p>States:
 * <ul>
 *   <li>idle: belongs to the shelf. Anything that comes, be it a byte or a FIN, ends it.
 *   <li>leased: belongs to an exchange that has not sent its head yet.
 *   <li>head: the request is being sent or was sent; the head of the response is awaited.
 *   <li>body: the body of the response is awaited.
 *   <li>tunnel: after 101, bytes both ways. Each side ends by itself: then they go only to the endpoint, or only to the
 *       client, and with the second end it is closing.
 *   <li>closing: no exchange's any more; what was written leaves, then the socket closes.
 * </ul>
 *
 * <p>It goes back to the shelf only if request and response have ended properly, the endpoint keeps it open, nothing came
 * behind the response, and neither age nor number of exchanges forbid it; in every other case it is discarded. It alone
 * closes its wire. The shelf is told once that the exchange is over ({@link Shelf#ended}) and once that the socket is
 * closed ({@link Shelf#gone}).
 */
final class UpstreamConnection implements UpstreamSide, WireEvents, Deadline.Expiry {
    private enum State {
        IDLE,
        LEASED,
        HEAD,
        BODY,
        TUNNEL,
        TO_ENDPOINT,
        TO_CLIENT,
        CLOSING
    }

    /** How long an endpoint may take what is still to be sent when the connection closes. */
    private static final long CLOSING_NANOS = 10_000_000_000L;
    /** Read with the head of a response at most: what a longer body has behind that can be relayed. */
    private static final int FIRST_READ = 128 * 1024;
    /** The same after a response that was relayed: the next one is likely to be long too, and what is read is copied. */
    private static final int FIRST_READ_AFTER_LONG = 16 * 1024;

    // ---- the shelf's
    Shelf shelf;
    final Wire wire;
    final Deadline deadline = new Deadline(this);
    final Usage usage;
    /** Neighbours on the shelf. */
    @Nullable
    UpstreamConnection above;

    @Nullable
    UpstreamConnection below;

    boolean shelved;
    /** Whose it is, where the endpoint was told that; null: anybody's. */
    @Nullable
    InetSocketAddress client;

    /** Gets the slot when the socket is closed. */
    @Nullable
    Waiter successor;

    // ---- the exchange's
    private State state = State.IDLE;
    private @Nullable ResponseSink sink;
    private @Nullable ResponseReader reader;
    private final RequestWriter request;
    private boolean keeps;
    private boolean paused;
    /** The last response was relayed. */
    private boolean relays;

    UpstreamConnection(Wire wire, Shelf shelf, Usage usage) {
        this.wire = wire;
        request = new RequestWriter(wire);
        this.shelf = shelf;
        this.usage = usage;
    }

    // ---- from the exchange

    @Override
    public boolean isReused() {
        return usage.isReused();
    }

    @Override
    public long connectNanos() {
        return usage.connectNanos();
    }

    @Override
    public Endpoint endpoint() {
        return shelf.pool().endpoint();
    }

    @Override
    public void send(ResponseSink to, Head head, long body, boolean asksUpgrade) {
        sink = to;
        if (state != State.LEASED) {
            // the endpoint closed it since it was leased; the sink is not called from within
            shelf.loop().execute(this::failLate);
            return;
        }
        state = State.HEAD;
        request.start(head, body, asksUpgrade);
    }

    private void failLate() {
        ResponseSink told = sink;
        if (told != null) {
            sink = null;
            shelf.failed(usage, Failure.UPSTREAM_CLOSED, true);
            told.failed(Failure.UPSTREAM_CLOSED, Progress.UNANSWERED);
        }
    }

    @Override
    public void body(ByteBuf bytes, int from, int length) {
        if (length == 0) {
            return;
        }
        switch (state) {
            case HEAD, BODY -> request.piece(bytes, from, length);
            case TUNNEL, TO_ENDPOINT -> wire.write(bytes, from, length);
            case IDLE, LEASED, TO_CLIENT, CLOSING -> {}
        }
    }

    @Override
    public void end(@Nullable Head trailers) {
        switch (state) {
            case HEAD, BODY -> request.end(trailers);
            case TUNNEL -> {
                state = State.TO_CLIENT;
                wire.shutdownOutput();
            }
            case TO_ENDPOINT -> discard(Discard.TUNNEL_ENDED);
            case IDLE, LEASED, TO_CLIENT, CLOSING -> {}
        }
    }

    @Override
    public boolean isWritable() {
        return wire.isWritable();
    }

    @Override
    public boolean isWanted() {
        return shelf.pool().isPressed(shelf.loop().nanoTime());
    }

    @Override
    public void pause() {
        if (sink != null && !paused) {
            paused = true;
            wire.pause();
        }
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            wire.resume();
        }
    }

    @Override
    public void cancel() {
        switch (state) {
            case LEASED -> {
                state = State.IDLE;
                usage.leases--;
                shelf.ended();
                shelf.releaseLater(this);
            }
            case HEAD, BODY, TUNNEL, TO_ENDPOINT, TO_CLIENT -> discard(Discard.CANCELLED);
            case IDLE -> {}
            case CLOSING -> sink = null;
        }
    }

    @Override
    public boolean isUnanswered() {
        return state == State.HEAD && reader == null;
    }

    // ---- from the shelf

    /** It is an exchange's now. */
    void lease() {
        state = State.LEASED;
        usage.lease(shelf.loop().nanoTime());
    }

    boolean isClosing() {
        return state == State.CLOSING || !wire.isOpen();
    }

    /** Gives it up, in any state; the sink is not told. */
    void discard(Discard why) {
        if (state == State.CLOSING) {
            return;
        }
        boolean leased = state != State.IDLE;
        state = State.CLOSING;
        sink = null;
        reader = null;
        shelf.discarded(this, why, leased);
        deadline.arm(shelf.loop(), CLOSING_NANOS);
        if (why.abrupt()) {
            wire.abort();
        } else {
            wire.close();
        }
    }

    @Override
    public void expired(Deadline late) {
        if (state == State.CLOSING) {
            wire.abort();
        } else {
            discard(Discard.IDLE);
        }
    }

    // ---- from the wire

    @Override
    public int atOnce() {
        if (state != State.HEAD) {
            return Integer.MAX_VALUE;
        }
        return relays ? FIRST_READ_AFTER_LONG : FIRST_READ;
    }

    @Override
    public void read(ByteBuf bytes) {
        if (state == State.HEAD) {
            readHead(bytes);
        }
        if (bytes.isReadable()) {
            readOn(bytes);
        }
        if (state == State.BODY && reader != null && sink != null) {
            relays = reader.relay(wire, sink);
        }
    }

    private void readOn(ByteBuf bytes) {
        switch (state) {
            case BODY -> {
                if (reader != null) {
                    reader.readBody(bytes, this);
                }
            }
            case TUNNEL, TO_CLIENT -> {
                if (sink != null) {
                    sink.body(bytes, bytes.readerIndex(), bytes.readableBytes());
                }
            }
            case IDLE, LEASED -> discard(Discard.STRAY_BYTES);
            case HEAD, TO_ENDPOINT, CLOSING -> {}
        }
    }

    private void readHead(ByteBuf bytes) {
        if (reader == null) {
            reader = shelf.readers().take();
        }
        reader.readHead(bytes, this);
    }

    @Override
    public void relayed(int count, ByteBuf behind) {
        if (state == State.BODY && reader != null && sink != null) {
            boolean all = reader.passed(count);
            sink.relayed(count);
            if (all && state == State.BODY) {
                complete(behind.isReadable(), null);
            }
        }
    }

    @Override
    public void inputEnded() {
        switch (state) {
            case IDLE, LEASED -> discard(Discard.ENDPOINT_CLOSED);
            case HEAD -> fail(closedEarly());
            case BODY -> {
                if (reader != null && reader.closed()) {
                    complete(false, null);
                } else {
                    fail(Failure.RESPONSE_TRUNCATED);
                }
            }
            case TUNNEL, TO_CLIENT -> endTunnelInput();
            case TO_ENDPOINT, CLOSING -> {}
        }
    }

    private void endTunnelInput() {
        ResponseSink told = sink;
        if (state == State.TO_CLIENT || !wire.halfCloses()) {
            discard(Discard.TUNNEL_ENDED);
        } else {
            state = State.TO_ENDPOINT;
        }
        if (told != null) {
            told.end(null);
        }
    }

    @Override
    public void writable() {
        if (sink != null) {
            sink.writable();
        }
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        ResponseSink told = sink;
        State was = state;
        boolean unanswered = isUnanswered();
        // with TLS 1.3 an endpoint refuses a client certificate only now
        Failure why = unanswered && cause instanceof SSLException
                ? Opening.failure(HandshakeException.of(cause))
                : closedEarly();
        discard(was == State.IDLE || was == State.LEASED ? Discard.ENDPOINT_CLOSED : Discard.FAILED);
        deadline.disarm();
        // the slot first: a retry may need it
        shelf.gone(this);
        if (told != null && was != State.CLOSING) {
            if (was == State.HEAD || was == State.BODY) {
                shelf.failed(usage, why, unanswered);
            }
            told.failed(why, Progress.of(unanswered));
        }
    }

    /** What it is that the endpoint closes: a part of a response is something else than none (RFC 9209 section 2.3). */
    private Failure closedEarly() {
        boolean begun = state == State.BODY || (state == State.HEAD && reader != null);
        return begun ? Failure.RESPONSE_TRUNCATED : Failure.UPSTREAM_CLOSED;
    }

    // ---- from its reader

    boolean awaitsHead() {
        return state == State.HEAD;
    }

    boolean awaitsBody() {
        return state == State.BODY;
    }

    void interim(Head head) {
        if (sink != null) {
            sink.interim(head);
        }
    }

    /** Returns what follows, as {@link Head#body} does. */
    long finalHead(Head head) {
        long length = request.isHead() ? 0 : head.body();
        keeps = head.keepsAlive() && length != Head.UNTIL_CLOSE;
        endpoint().health().answered(head.status());
        shelf.pool().idleLimit().answered(usage, head);
        state = State.BODY;
        if (sink != null) {
            sink.head(head, length);
        }
        return length;
    }

    void switchProtocols(ResponseReader with) {
        if (!request.isUpgraded(with.head)) {
            fail(Failure.RESPONSE_UPGRADE);
            return;
        }
        state = State.TUNNEL;
        reader = null;
        if (sink != null) {
            sink.head(with.head, 0);
        }
        shelf.readers().giveBack(with);
    }

    /** Returns whether more is wanted. */
    boolean bodyPiece(ByteBuf in, int from, int length) {
        if (state == State.BODY && sink != null) {
            sink.body(in, from, length);
        }
        return state == State.BODY;
    }

    /** The response is over; {@code more}: bytes follow. Goes back to the shelf before the sink is told, since that may lease it for the next request. */
    void complete(boolean more, @Nullable Head trailers) {
        ResponseSink told = sink;
        if (reader != null) {
            shelf.readers().giveBack(reader);
            reader = null;
        }
        Discard why = reasonToDiscard(more);
        if (why == null) {
            sink = null;
            state = State.IDLE;
            resume();
            shelf.ended();
            shelf.release(this);
        } else {
            discard(why);
        }
        if (told != null) {
            told.end(trailers);
        }
    }

    private @Nullable Discard reasonToDiscard(boolean more) {
        if (!request.isComplete() || !wire.allSent()) {
            return Discard.EARLY_RESPONSE;
        }
        if (more) {
            return Discard.STRAY_BYTES;
        }
        return keeps ? shelf.reasonToDiscard(usage) : Discard.NOT_KEPT;
    }

    void fail(Failure failure) {
        ResponseSink told = sink;
        boolean unanswered = isUnanswered();
        discard(Discard.FAILED);
        if (told != null) {
            shelf.failed(usage, failure, unanswered);
            told.failed(failure, Progress.of(unanswered));
        }
    }
}
