package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.h2.ErrorCode;
import io.sluice.h2.H2Connection;
import io.sluice.h2.H2Events;
import io.sluice.h2.H2Stream;
import io.sluice.h2.Noise;
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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client side of one HTTP/2 connection: each request is a stream, and runs an {@link Exchange} of its own.
 *
 * <p>States, all on the wire's loop, as those of {@link ClientConnection}:
 *
 * <ul>
 *   <li>new: the client's settings are due
 *   <li>active, or a tunnel while one of them is one: streams are open. Now and then it is looked at: whoever opens no window, leaves a frame half sent, or does not answer a
 *       PING when nothing else comes of him, is got rid of
 *   <li>parked: no stream is open; the idle deadline runs, and after a while all memory that can be had back is given back
 *   <li>lingering: GOAWAY is written and output shut down, input is thrown away until the client closes or time is up
 * </ul>
 *
 * It leaves in two steps, when its listener drains or it has had its share of requests or time: it says so, and when the client has had time
 * to hear of it (a PING has come back), it takes no more (RFC 9113 section 6.8). What runs then still ends.
 */
final class H2ClientConnection extends Timed implements WireEvents, H2Events, OpenConnection {
    static final String PROTOCOL = "HTTP/2";

    /** What one weighs in the heap more than one of HTTP/1.1, in bytes, without what its {@link H2Connection} does. */
    private static final int MORE_BYTES =
            ObjectSize.of(3 + 5, 2 * Integer.BYTES + Long.BYTES + 7) - ClientConnection.PARKED_BYTES;

    /** For the first of the two steps. */
    private static final long LEAVING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Wire wire;
    private final Lane lane;
    private final H2Connection h2;
    private final long since;
    private ClientState state;
    private @Nullable Remainder remainder;
    /** Bytes came since it was looked at. */
    private boolean heard;

    private boolean pinged;
    /** What it weighs more than others while it is parked, as it was counted. */
    private int counted;

    private boolean halfFrame;
    private boolean leaving;
    private boolean left;
    /** Streams that are tunnels. */
    private int tunnels;

    private boolean reading;
    private boolean inputEnded;

    /** @param present that of the connection up to now, which is counted */
    H2ClientConnection(Wire wire, Lane lane, ClientState present) {
        this.wire = wire;
        this.lane = lane;
        this.state = present;
        this.since = lane.loop().nanoTime();
        this.h2 = new H2Connection(wire, true, rules().http2(), lane.proxy().h2(lane.loop()), this);
    }

    /**
     * Begins.
     *
     * @param first bytes that came before it was known what they are
     */
    void start(Head first, ByteBuf rest) {
        h2.start();
        arm(lane.loop(), rules().headNanos());
        read(Unpooled.wrappedBuffer(first.block(), 0, first.length()));
        lane.heads().give(first);
        read(rest);
    }

    private Listener.Settings rules() {
        return lane.listener().settings();
    }

    private void become(ClientState next) {
        if (state.shown() != next.shown()) {
            lane.states().change(state.shown(), next.shown());
        }
        state = next;
        int heavier = next.isParked() ? MORE_BYTES + h2.idleBytes() : 0;
        if (heavier != counted) {
            lane.states().heavier(heavier - counted);
            counted = heavier;
        }
    }

    private boolean isOver() {
        return state.isOver();
    }

    // ---- from the wire

    @Override
    public void read(ByteBuf bytes) {
        if (isOver()) {
            throwAway(bytes);
            return;
        }
        heard = true;
        pinged = false;
        reading = true;
        h2.read(bytes);
        reading = false;
        settle();
    }

    @Override
    public void inputEnded() {
        inputEnded = true;
        if (state == ClientState.LINGERING) {
            close();
            return;
        }
        // what is answered by now can still be sent
        H2Running.forEach(h2, H2ClientSide::clientEnded);
        settle();
    }

    @Override
    public void writable() {
        h2.writable();
    }

    @Override
    public boolean isInTheWay() {
        return H2Running.isInTheWay(h2);
    }

    @Override
    public void stalled() {
        lane.metrics().ended(Ending.STALLED);
        H2Running.forEach(h2, side -> side.exchange().fail(Failure.CLIENT_STALLED));
        abort();
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        become(ClientState.CLOSED);
        disarm();
        h2.closed();
        lane.peers().forget(wire);
        lane.listener().closed();
    }

    // ---- from the protocol

    @Override
    public void request(H2Stream stream, Head head, @Nullable Failure refusal) {
        if ((state != ClientState.ACTIVE && state != ClientState.TUNNEL) || h2.streams() == 1) {
            become(tunnels > 0 ? ClientState.TUNNEL : ClientState.ACTIVE);
            arm(lane.loop(), lookNanos());
        }
        Exchange exchange = lane.proxy()
                .h2Sides(lane.loop())
                .start(this, stream, head, refusal == null)
                .exchange();
        if (refusal == null) {
            exchange.run();
        } else {
            if (refusal == Failure.REQUEST_MALFORMED) {
                stream.endsWith(ErrorCode.PROTOCOL_ERROR);
            }
            exchange.fail(refusal);
        }
        if (!leaving && hasHadItsShare()) {
            leave();
        }
    }

    private boolean hasHadItsShare() {
        Listener.Settings settings = rules();
        long requests = settings.config().http2().maxRequests();
        long age = settings.ageNanos();
        return lane.listener().isDraining()
                || (requests > 0 && h2.lastStream() / 2 + 1 >= requests)
                || (age > 0 && lane.loop().nanoTime() - since >= age);
    }

    @Override
    public void idle() {
        if (!reading) {
            settle();
        }
    }

    @Override
    public void pong() {
        if (leaving) {
            h2.drained();
            left = true;
        }
    }

    @Override
    public void failed(ErrorCode code, @Nullable Noise noise) {
        lane.metrics().ended(H2Running.ending(noise));
        linger();
    }

    /** After anything happened: parks, or ends what has no further request to come. */
    private void settle() {
        if (isOver() || h2.streams() > 0) {
            return;
        }
        if (inputEnded || left) {
            close();
        } else if (leaving) {
            arm(lane.loop(), LEAVING_NANOS);
        } else if (state == ClientState.ACTIVE && h2.isSettled()) {
            park();
        }
    }

    /** First its answers must be taken, and then it may be idle for the rest of the time. */
    private void park() {
        Listener.Settings settings = rules();
        boolean waits = settings.sendNanos() < settings.idleNanos();
        become(waits ? ClientState.ANSWERED : ClientState.PARKED);
        arm(lane.loop(), waits ? settings.sendNanos() : settings.idleNanos());
    }

    private long lookNanos() {
        return Math.min(rules().sendNanos(), rules().headNanos());
    }

    // ---- when time is up

    @Override
    protected void expired() {
        Listener.Settings settings = rules();
        ConnectionMetrics metrics = lane.metrics();
        if (state == ClientState.LINGERING) {
            metrics.ended(wire.allSent() ? Ending.LINGERING : Ending.UNREAD);
            wire.abort();
        } else if (leaving && !left) {
            h2.drained();
            left = true;
            arm(lane.loop(), lookNanos());
            settle();
        } else if (h2.streams() > 0 || tunnels > 0) {
            look();
        } else if (!wire.allSent()) {
            if (wire.stalledNanos() < settings.sendNanos()) {
                // it takes its answers, but slowly
                arm(lane.loop(), settings.sendNanos());
            } else {
                metrics.ended(Ending.UNREAD);
                wire.abort();
            }
        } else if (h2.isInFrame()) {
            metrics.ended(Ending.HEAD);
            close();
        } else if (state == ClientState.ANSWERED) {
            h2.rest();
            become(ClientState.PARKED);
            arm(lane.loop(), Math.max(settings.idleNanos() - settings.sendNanos(), 1));
        } else {
            metrics.ended(h2.isSettled() ? Ending.IDLE : Ending.SILENT);
            close();
        }
    }

    /** Streams are open: whether anything of it is still to be expected. */
    private void look() {
        long send = rules().sendNanos();
        // how long a tunnel may be silent is a matter of its route, as long as it costs little
        if (h2.resetStalled(send, h2.held() >= H2ClientSide.KEPT_BY_ALL) > 0) {
            lane.metrics().ended(Ending.HTTP2_STALLED);
        }
        if (isOver() || h2.streams() == 0) {
            settle();
            return;
        }
        if (h2.isInFrame() && halfFrame) {
            lane.metrics().ended(Ending.HEAD);
            abort();
            return;
        }
        halfFrame = h2.isInFrame();
        if (!heard && pinged) {
            lane.metrics().ended(Ending.HTTP2_DEAD);
            abort();
            return;
        }
        if (!heard) {
            pinged = true;
            h2.ping();
        }
        heard = false;
        arm(lane.loop(), lookNanos());
    }

    // ---- from its streams

    Lane lane() {
        return lane;
    }

    /** Who is at the other end. */
    @Override
    public InetSocketAddress address() {
        return lane.peers().address(wire);
    }

    Peer peer() {
        return lane.peers().of(wire);
    }

    /** So many more of them are tunnels, or fewer. */
    void tunnels(int more) {
        tunnels += more;
        if (state == ClientState.ACTIVE || state == ClientState.TUNNEL) {
            become(tunnels > 0 ? ClientState.TUNNEL : ClientState.ACTIVE);
            idle();
        }
    }

    /** Bytes of answers that wait for windows. */
    int kept() {
        return h2.held();
    }

    // ---- ends

    /** Says that it will take no more, and does so when that has been heard. */
    private void leave() {
        if (leaving) {
            return;
        }
        leaving = true;
        h2.drain();
        h2.ping();
        arm(lane.loop(), LEAVING_NANOS);
    }

    private void linger() {
        become(ClientState.LINGERING);
        wire.shutdownOutput();
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
        h2.drained();
        // a client that does not take its last answer is not waited for longer than this
        arm(lane.loop(), rules().sendNanos());
        become(ClientState.LINGERING);
        // last: while a loop ends, a wire is closed from within this call
        wire.close();
    }

    @Override
    public boolean isIdle() {
        return !isOver() && !leaving && h2.streams() == 0;
    }

    @Override
    public void dismiss() {
        if (!isOver() && !leaving) {
            if (h2.streams() == 0) {
                lane.metrics().ended(Ending.DRAINED);
            }
            leave();
        }
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
        H2Running.cutTunnels(h2);
        abort();
    }

    @Override
    public void closeByOperator() {
        if (!isOver()) {
            lane.metrics().ended(Ending.OPERATOR);
        }
        abort();
    }

    // ---- for those who look at it

    @Override
    public Wire wire() {
        return wire;
    }

    @Override
    public Listener listener() {
        return lane.listener();
    }

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public ClientState state() {
        return state;
    }

    @Override
    public long stateNanos() {
        boolean waited = state == ClientState.PARKED && rules().sendNanos() < rules().idleNanos();
        return armedNanos(lane.loop()) + (waited ? rules().sendNanos() : 0);
    }

    @Override
    public int exchanges() {
        return H2Running.count(h2);
    }

    @Override
    public @Nullable Exchange exchange() {
        return H2Running.oldest(h2);
    }
}
