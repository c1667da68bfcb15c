package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.http.Peer;
import io.sluice.telemetry.ConnectionMetrics;
import io.sluice.telemetry.ConnectionMetrics.Ending;
import io.sluice.wire.ObjectSize;
import io.sluice.wire.Timed;
import io.sluice.wire.Wire;
import io.sluice.wire.WireEvents;
import java.net.InetSocketAddress;
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
final class ClientConnection extends Timed implements WireEvents, OpenConnection {
    /** What one that is parked weighs in the heap, in bytes: 56, a link in a list of deadlines included. */
    static final int PARKED_BYTES = ObjectSize.of(3 + 7, Integer.BYTES + 3);

    private static final int HELD_LIMIT = 32 * 1024;

    private final Wire wire;
    private final Lane lane;
    private ClientState state = ClientState.NEW;
    private @Nullable Head head;
    private @Nullable H1ClientSide running;
    private @Nullable ByteBuf held;
    private @Nullable Remainder remainder;
    private boolean consuming;
    private boolean paused;
    private boolean inputEnded;

    ClientConnection(Wire wire, Lane lane) {
        this.wire = wire;
        this.lane = lane;
    }

    /** Accepted: the first head is due. */
    void start() {
        lane.metrics().opened();
        lane.states().change(null, state.shown());
        if (lane.listener().isDraining()) {
            close();
        } else {
            arm(lane.loop(), settings().headNanos());
        }
    }

    private Listener.Settings settings() {
        return lane.listener().settings();
    }

    private void become(ClientState next) {
        if (state.shown() != next.shown()) {
            lane.states().change(state.shown(), next.shown());
        }
        state = next;
    }

    private boolean isOver() {
        return state.isOver();
    }

    // ---- from the wire

    @Override
    public void read(ByteBuf bytes) {
        if (state == ClientState.LINGERING) {
            throwAway(bytes);
            return;
        }
        if (held == null) {
            consume(bytes);
        }
        if (bytes.isReadable() && !isOver()) {
            hold(bytes);
        }
        settle();
    }

    @Override
    public void inputEnded() {
        inputEnded = true;
        if (state == ClientState.LINGERING) {
            close();
        } else {
            settle();
        }
    }

    @Override
    public void writable() {
        if (running != null) {
            running.exchange().clientWritable();
        } else {
            proceed();
        }
    }

    @Override
    public boolean isInTheWay() {
        return running != null && running.exchange().isInTheWay();
    }

    @Override
    public void stalled() {
        lane.metrics().ended(Ending.STALLED);
        H1ClientSide stalled = running;
        // then it is not counted as cut off too
        running = null;
        if (stalled != null) {
            stalled.exchange().fail(Failure.CLIENT_STALLED);
        }
        abort();
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        become(ClientState.CLOSED);
        disarm();
        if (running != null) {
            running.exchange().clientGone();
        }
        release();
        lane.peers().forget(wire);
        lane.listener().closed();
    }

    private void release() {
        if (held != null) {
            held.release();
            held = null;
        }
        if (head != null) {
            lane.heads().give(head);
            head = null;
        }
    }

    // ---- requests

    private void consume(ByteBuf bytes) {
        consuming = true;
        while (bytes.isReadable() && takesBytes()) {
            H1ClientSide present = running;
            if (remainder != null) {
                remainder = remainder.skip(bytes);
            } else if (present == null) {
                readHead(bytes);
            } else {
                present.read(bytes);
            }
        }
        consuming = false;
    }

    private boolean takesBytes() {
        if (isOver() || !wire.isOpen()) {
            return false;
        }
        // a client that pipelines but does not read its answers is not served further
        return running == null ? wire.isWritable() : running.exchange().takesBytes();
    }

    private void readHead(ByteBuf bytes) {
        Listener.Settings settings = settings();
        Head filling = head;
        if (filling == null) {
            filling = lane.heads().take();
            head = filling;
            if (state != ClientState.NEW) {
                // of the first one the time runs since the connection was accepted
                arm(lane.loop(), settings.headNanos());
            }
            become(state == ClientState.NEW ? ClientState.FIRST : ClientState.ACTIVE);
        }
        switch (settings.parser().parse(bytes, filling)) {
            case MORE -> {}
            case COMPLETE -> begin(filling, true).run();
            case REFUSED -> refused(filling, settings.parser().refusal(filling), bytes);
        }
    }

    private void refused(Head filling, Failure why, ByteBuf rest) {
        boolean first = state == ClientState.FIRST;
        if (first
                && why == Failure.REQUEST_VERSION
                && settings().config().http2().enabled()
                && filling.isPreface()) {
            becomeHttp2(filling, rest);
        } else {
            begin(filling, false).fail(why);
        }
    }

    /** What has come is the preface of HTTP/2 (RFC 9113 section 3.3): from now on this object is nobody's. */
    private void becomeHttp2(Head preface, ByteBuf rest) {
        H2ClientConnection successor = new H2ClientConnection(wire, lane, state);
        head = null;
        disarm();
        state = ClientState.CLOSED;
        wire.handTo(successor);
        successor.start(preface, rest);
    }

    private Exchange begin(Head complete, boolean parsed) {
        head = null;
        // it has deadlines of its own
        arm(lane.loop(), NEVER);
        H1ClientSide started = lane.proxy().exchanges(lane.loop()).start(this, complete, parsed);
        running = started;
        return started.exchange();
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
        if (held != null && (state == ClientState.LINGERING || !waiting.isReadable())) {
            held = null;
            waiting.release();
        }
        if (paused && held == null && state != ClientState.CLOSED) {
            paused = false;
            wire.resume();
        }
        settle();
    }

    /** After anything happened: parks, or ends what has no further request to come. */
    private void settle() {
        if (isOver()) {
            return;
        }
        if (held != null) {
            if (running == null && !isArmed()) {
                // it asks, and doesn't take the answers
                arm(lane.loop(), settings().sendNanos());
            }
        } else if (running != null) {
            if (inputEnded) {
                running.exchange().clientEnded();
            }
        } else if (inputEnded) {
            close();
        } else if (head == null && lane.listener().isDraining()) {
            lane.metrics().ended(Ending.DRAINED);
            close();
        } else if (head == null && !isArmed()) {
            park();
        }
    }

    /** First its answers must be taken, and then it may be idle for the rest of the time. */
    private void park() {
        Listener.Settings settings = settings();
        boolean waits = settings.sendNanos() < settings.idleNanos();
        become(waits ? ClientState.ANSWERED : ClientState.PARKED);
        arm(lane.loop(), waits ? settings.sendNanos() : settings.idleNanos());
    }

    @Override
    protected void expired() {
        Listener.Settings settings = settings();
        ConnectionMetrics metrics = lane.metrics();
        if (head == null && !wire.allSent() && wire.stalledNanos() < settings.sendNanos()) {
            // it takes its answers, but slowly
            arm(lane.loop(), settings.sendNanos());
        } else if (state == ClientState.LINGERING) {
            metrics.ended(wire.allSent() ? Ending.LINGERING : Ending.UNREAD);
            wire.abort();
        } else if (head != null) {
            metrics.ended(Ending.HEAD);
            begin(head, false).fail(Failure.REQUEST_HEAD_TIMEOUT);
        } else if (held != null || !wire.allSent()) {
            metrics.ended(Ending.UNREAD);
            wire.abort();
        } else if (state == ClientState.ANSWERED) {
            become(ClientState.PARKED);
            arm(lane.loop(), Math.max(settings.idleNanos() - settings.sendNanos(), 1));
        } else {
            metrics.ended(state == ClientState.NEW ? Ending.SILENT : Ending.IDLE);
            close();
        }
    }

    // ---- from the exchange

    @Override
    public Wire wire() {
        return wire;
    }

    @Override
    public Listener listener() {
        return lane.listener();
    }

    @Override
    public InetSocketAddress address() {
        return lane.peers().address(wire);
    }

    /** Who is at the other end. */
    Peer peer() {
        return lane.peers().of(wire);
    }

    /** Whether another request may follow the present one on this connection. */
    boolean staysOpen() {
        return !lane.listener().isDraining() && !(inputEnded && held == null);
    }

    /** The exchange is a tunnel from now on. */
    void tunnels() {
        become(ClientState.TUNNEL);
    }

    /**
     * The exchange is over and everything of its response was written.
     *
     * @param keepAlive a further request may come
     * @param unread bytes of the request's body that were not taken
     */
    void finished(boolean keepAlive, long unread) {
        running = null;
        if (state == ClientState.CLOSED) {
            return;
        }
        disarm();
        if (keepAlive) {
            remainder = unread > 0 ? Remainder.unwanted(unread) : null;
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
        if (running != null && state != ClientState.CLOSED && !inputEnded) {
            lane.metrics().ended(Ending.CUT_OFF);
        }
        running = null;
        abort();
    }

    // ---- ends

    private void linger() {
        become(ClientState.LINGERING);
        release();
        wire.shutdownOutput();
        if (paused) {
            paused = false;
            wire.resume();
        }
        remainder = Remainder.lingering(lane.loop().nanoTime());
        arm(lane.loop(), Remainder.LINGER_NANOS);
    }

    private void throwAway(ByteBuf bytes) {
        bytes.skipBytes(bytes.readableBytes());
        if (remainder != null && remainder.lingers(lane.loop().nanoTime())) {
            arm(lane.loop(), Remainder.LINGER_NANOS);
        }
    }

    private void close() {
        // a client that does not take its last answer is not waited for longer than this
        arm(lane.loop(), settings().sendNanos());
        become(ClientState.LINGERING);
        // last: while a loop ends, a wire is closed from within this call
        wire.close();
    }

    @Override
    public boolean isIdle() {
        return !isOver() && running == null && head == null && held == null;
    }

    @Override
    public void dismiss() {
        settle();
    }

    @Override
    public void shed() {
        if (isParked()) {
            lane.metrics().ended(Ending.SHED);
            close();
        }
    }

    @Override
    public void cutShort() {
        if (running != null && running.exchange().tunnel) {
            // it does not end by itself, and is told by that
            running.exchange().fail(Failure.DRAINING);
        }
        abort();
    }

    // ---- for those who look at it

    @Override
    public ClientState state() {
        return state;
    }

    @Override
    public long stateNanos() {
        boolean waited = state == ClientState.PARKED
                && settings().sendNanos() < settings().idleNanos();
        return armedNanos(lane.loop()) + (waited ? settings().sendNanos() : 0);
    }

    @Override
    public String protocol() {
        return H1ClientSide.PROTOCOL;
    }

    @Override
    public int exchanges() {
        return running == null ? 0 : 1;
    }

    @Override
    public @Nullable Exchange exchange() {
        return running == null ? null : running.exchange();
    }

    @Override
    public void closeByOperator() {
        lane.metrics().ended(Ending.OPERATOR);
        abort();
    }
}
