package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.http.Peer;
import io.sluice.telemetry.ConnectionMetrics;
import io.sluice.telemetry.ConnectionMetrics.Ending;
import io.sluice.wire.Deadline;
import io.sluice.wire.Loop;
import io.sluice.wire.Wire;
import io.sluice.wire.WireEvents;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client side of one HTTP/1.1 connection: cuts what arrives into requests, runs one {@link Exchange} after the other, and keeps
 * their order by that (RFC 9112 section 9.3.2).
 *
 * <p>States, all on the wire's loop:
 *
 * <ul>
 *   <li>parked: no head, no exchange; the idle deadline runs
 *   <li>head: the head of a request has begun to arrive; the head deadline runs and is not prolonged by more bytes
 *   <li>busy: an exchange runs, its own deadlines count. Bytes that it does not take now (the next requests, or a body
 *       that must wait) are held; with {@link #HELD_LIMIT} of them the wire is paused
 *   <li>lingering: answered for the last time with input still under way: output is shut down, input is thrown away
 *       until the client closes or time is up, since closing at once would reset the answer out of the client's
 *       hands (RFC 9112 section 9.6)
 * </ul>
 *
 * A FIN with no request under way closes; after a complete request it is a half-close, and the answer is still sent; inside a
 * request the client is gone.
 */
final class ClientConnection implements WireEvents {
    private static final int HELD_LIMIT = 32 * 1024;
    /** How long a lingering connection waits for more bytes or the client's close, */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** and how long in all. */
    private static final long LINGER_MAX_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Wire wire;
    private final Listener listener;
    private final Proxy proxy;
    private final ConnectionMetrics metrics;
    private final Deadline deadline = new Deadline(this::expired);
    private @Nullable Peer peer;
    private @Nullable Head head;
    private @Nullable Exchange exchange;
    private @Nullable ByteBuf held;
    /** Of a body that nobody wants, still to come before the next request. */
    private long unwanted;

    private long lingerEnd;
    private boolean consuming;
    private boolean paused;
    private boolean inputEnded;
    private boolean lingering;
    /** A request has come on it. */
    private boolean asked;
    /** Parked for less than the time in which its answers must be taken. */
    private boolean sends;

    private boolean closed;

    /** @param metrics where it was counted as open, which is where it is counted as closed */
    ClientConnection(Wire wire, Listener listener, Proxy proxy, ConnectionMetrics metrics) {
        this.metrics = metrics;
        this.wire = wire;
        this.listener = listener;
        this.proxy = proxy;
    }

    /** Accepted: the first head is due. */
    void start() {
        if (listener.isDraining()) {
            wire.close();
        } else {
            deadline.arm(wire.loop(), listener.settings().headNanos());
        }
    }

    // ---- from the wire

    @Override
    public void read(ByteBuf bytes) {
        if (lingering) {
            throwAway(bytes);
            return;
        }
        if (held == null) {
            consume(bytes);
        }
        if (bytes.isReadable() && !lingering && !closed) {
            hold(bytes);
        }
        settle();
    }

    @Override
    public void inputEnded() {
        inputEnded = true;
        if (lingering) {
            close();
        } else {
            settle();
        }
    }

    @Override
    public void writable() {
        if (exchange != null) {
            exchange.clientWritable();
        } else {
            proceed();
        }
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        closed = true;
        deadline.disarm();
        Exchange running = exchange;
        if (running != null) {
            running.clientGone();
        }
        release();
        listener.closed(this, wire.loop());
    }

    private void release() {
        if (held != null) {
            held.release();
            held = null;
        }
        if (head != null) {
            proxy.heads(wire.loop()).give(head);
            head = null;
        }
    }

    // ---- requests

    private void consume(ByteBuf bytes) {
        consuming = true;
        while (bytes.isReadable() && takesBytes()) {
            Exchange running = exchange;
            if (unwanted > 0) {
                int skipped = (int) Math.min(unwanted, bytes.readableBytes());
                bytes.skipBytes(skipped);
                unwanted -= skipped;
            } else if (running == null) {
                readHead(bytes);
            } else {
                running.requestBytes(bytes);
            }
        }
        consuming = false;
    }

    private boolean takesBytes() {
        if (lingering || closed || !wire.isOpen()) {
            return false;
        }
        // a client that pipelines but does not read its answers is not served further
        return exchange == null ? wire.isWritable() : exchange.takesBytes();
    }

    private void readHead(ByteBuf bytes) {
        Listener.Settings settings = listener.settings();
        Head filling = head;
        if (filling == null) {
            filling = proxy.heads(wire.loop()).take();
            head = filling;
            if (asked) {
                // of the first one the time runs since the connection was accepted
                deadline.arm(wire.loop(), settings.headNanos());
            }
        }
        switch (settings.parser().parse(bytes, filling)) {
            case MORE -> {}
            case COMPLETE -> startExchange(filling, true).run();
            case REFUSED ->
                startExchange(filling, false).refuse(settings.parser().refusal(filling));
        }
    }

    private Exchange startExchange(Head complete, boolean parsed) {
        head = null;
        asked = true;
        sends = false;
        deadline.disarm();
        Exchange started = new Exchange(this, proxy, complete, parsed);
        exchange = started;
        return started;
    }

    private void hold(ByteBuf bytes) {
        ByteBuf into = held;
        if (into == null) {
            into = PooledByteBufAllocator.DEFAULT.directBuffer(bytes.readableBytes());
            held = into;
        }
        // a client may pipeline so that something is always held: what was taken must not stay in the buffer
        into.discardSomeReadBytes();
        into.writeBytes(bytes);
        if (into.readableBytes() >= HELD_LIMIT && !paused) {
            paused = true;
            wire.pause();
        }
    }

    /** Goes on with what was held: the exchange takes bytes again, or the next request is due. */
    void proceed() {
        ByteBuf waiting = held;
        if (consuming || waiting == null) {
            return;
        }
        consume(waiting);
        if (held != null && (lingering || !waiting.isReadable())) {
            held = null;
            waiting.release();
        }
        if (paused && held == null && !closed) {
            paused = false;
            wire.resume();
        }
        settle();
    }

    /** After anything happened: parks, or ends what has no further request to come. */
    private void settle() {
        if (closed || lingering) {
            return;
        }
        if (held != null) {
            if (exchange == null && !deadline.isArmed()) {
                // it asks, and doesn't take the answers
                deadline.arm(wire.loop(), listener.settings().sendNanos());
            }
        } else if (exchange != null) {
            if (inputEnded) {
                exchange.clientEnded();
            }
        } else if (inputEnded) {
            close();
        } else if (head == null && listener.isDraining()) {
            metrics.ended(Ending.DRAINED);
            close();
        } else if (head == null && !deadline.isArmed()) {
            park();
        }
    }

    /** First its answers must be taken, and then it may be idle for the rest of the time. */
    private void park() {
        Listener.Settings settings = listener.settings();
        sends = settings.sendNanos() < settings.idleNanos();
        deadline.arm(wire.loop(), sends ? settings.sendNanos() : settings.idleNanos());
    }

    private void expired(Deadline due) {
        Listener.Settings settings = listener.settings();
        if (lingering) {
            metrics.ended(wire.allSent() ? Ending.LINGERING : Ending.UNREAD);
            wire.abort();
        } else if (head != null) {
            metrics.ended(Ending.HEAD);
            startExchange(head, false).refuse(Failure.REQUEST_HEAD_TIMEOUT);
        } else if (held != null || !wire.allSent()) {
            metrics.ended(Ending.UNREAD);
            wire.abort();
        } else if (sends) {
            sends = false;
            deadline.arm(wire.loop(), Math.max(settings.idleNanos() - settings.sendNanos(), 1));
        } else {
            metrics.ended(asked ? Ending.IDLE : Ending.SILENT);
            close();
        }
    }

    // ---- from the exchange

    Wire wire() {
        return wire;
    }

    Loop loop() {
        return wire.loop();
    }

    Listener listener() {
        return listener;
    }

    ConnectionMetrics metrics() {
        return metrics;
    }

    /** Who is at the other end. */
    Peer peer() {
        Peer known = peer;
        if (known == null) {
            known = Peer.of(wire.peer(), false);
            peer = known;
        }
        return known;
    }

    /** Whether another request may follow the present one on this connection. */
    boolean staysOpen() {
        return !listener.isDraining() && !(inputEnded && held == null);
    }

    /**
     * The exchange is over and everything of its response was written.
     *
     * @param keepAlive a further request may come
     * @param unread bytes of the request's body that were not taken
     */
    void finished(boolean keepAlive, long unread) {
        exchange = null;
        if (closed) {
            return;
        }
        if (keepAlive) {
            unwanted = unread;
            if (!consuming) {
                proceed();
                settle();
            }
        } else if (inputEnded || (unread == 0 && held == null && !consuming)) {
            close();
        } else {
            linger();
        }
    }

    /** The exchange failed where nothing can be answered any more: the client must not take what it got for the whole. */
    void cutOff() {
        exchange = null;
        if (!closed && !inputEnded) {
            metrics.ended(Ending.CUT_OFF);
        }
        abort();
    }

    // ---- ends

    private void linger() {
        lingering = true;
        release();
        wire.shutdownOutput();
        if (paused) {
            paused = false;
            wire.resume();
        }
        lingerEnd = wire.loop().nanoTime() + LINGER_MAX_NANOS;
        deadline.arm(wire.loop(), LINGER_NANOS);
    }

    private void throwAway(ByteBuf bytes) {
        bytes.skipBytes(bytes.readableBytes());
        if (wire.loop().nanoTime() - lingerEnd < 0) {
            deadline.arm(wire.loop(), LINGER_NANOS);
        }
    }

    private void close() {
        wire.close();
        // a client that does not take its last answer is not waited for longer than this
        deadline.arm(wire.loop(), listener.settings().sendNanos());
        lingering = true;
    }

    /** The listener drains: a parked connection closes now, a busy one after its response. */
    void drain() {
        settle();
    }

    void abort() {
        wire.abort();
    }
}
