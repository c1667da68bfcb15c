package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.telemetry.ConnectionMetrics.Ending;
import io.sluice.telemetry.ConnectionStates;
import io.sluice.wire.ProxyHeader;
import io.sluice.wire.Timed;
import io.sluice.wire.Wire;
import io.sluice.wire.WireEvents;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client that was accepted on a listener with {@code proxyProtocol}, until it is known whose connection it is. It counts for the
 * connection until there is one, and is gone when the header has been read.
 *
 * <p>A trusted peer tells by a header whose connection it is; if it has to and does not, or if what it sends is no header, it
 * is closed without an answer, since there is nobody yet to answer. Anybody else is served as he comes, unless he begins with a
 * header. The header has the time of a head, and the first head has it again. On the wire's loop.
 */
final class Introduction extends Timed implements WireEvents, OpenConnection {
    /** Nobody knows yet what will be spoken behind it. */
    private static final String PROTOCOL = "PROXY";

    private final Wire wire;
    private final Lane lane;
    private final Admission admission;
    private final boolean trusted;
    private final boolean required;
    /** The beginning of a header; less than {@link ProxyHeader#LONGEST}. */
    private @Nullable ByteBuf held;

    private boolean counted;
    private boolean refused;

    /**
     * As a new connection.
     *
     * @param trusted the peer may tell whose connection it is
     * @param required and has to
     */
    Introduction(Wire wire, Lane lane, Admission admission, boolean trusted, boolean required) {
        this.wire = wire;
        this.lane = lane;
        this.admission = admission;
        this.trusted = trusted;
        this.required = required;
    }

    /** Accepted: the header is due. */
    void start() {
        counted = true;
        lane.states().change(null, ConnectionStates.State.HANDSHAKING);
        arm(lane.loop(), listener().settings().headNanos());
    }

    @Override
    public Listener listener() {
        return lane.listener();
    }

    // ---- from the wire

    @Override
    public void read(ByteBuf bytes) {
        if (refused) {
            return;
        }
        ByteBuf before = held;
        if (before == null) {
            look(bytes);
        } else {
            before.writeBytes(bytes);
            look(before);
        }
    }

    private void look(ByteBuf bytes) {
        switch (trusted ? ProxyHeader.read(bytes) : untrusted(bytes)) {
            case ProxyHeader.Told(int length, InetSocketAddress source) -> {
                bytes.skipBytes(length);
                pass(bytes, source);
            }
            case ProxyHeader.Other none -> {
                switch (none) {
                    case MORE -> hold(bytes);
                    case MALFORMED -> refuse(trusted ? Ending.PROXY_MALFORMED : Ending.PROXY_UNTRUSTED);
                    case ABSENT -> {
                        if (required) {
                            refuse(Ending.PROXY_MISSING);
                        } else {
                            pass(bytes, null);
                        }
                    }
                }
            }
        }
    }

    /** Whatever begins like a header is none. */
    private static ProxyHeader.Other untrusted(ByteBuf bytes) {
        ProxyHeader.Other start = ProxyHeader.start(bytes);
        return start == null ? ProxyHeader.Other.MALFORMED : start;
    }

    private void hold(ByteBuf bytes) {
        if (held == null) {
            held = PooledByteBufAllocator.DEFAULT.directBuffer(bytes.readableBytes());
            held.writeBytes(bytes);
        }
    }

    /** A header has begun, or one has to. */
    private boolean isHeader(ByteBuf begun) {
        return required || (trusted && ProxyHeader.start(begun) == null);
    }

    @Override
    public void inputEnded() {
        ByteBuf begun = held;
        if (refused) {
            return;
        }
        if (begun == null) {
            // that is how balancers look whether somebody listens
            end();
        } else if (isHeader(begun)) {
            refuse(Ending.PROXY_MALFORMED);
        } else {
            WireEvents next = pass(begun, null);
            if (next != null) {
                next.inputEnded();
            }
        }
    }

    @Override
    public void writable() {}

    @Override
    public void closed(@Nullable Throwable cause) {
        leave();
        if (held != null) {
            held.release();
            held = null;
        }
        lane.peers().forget(wire);
        listener().closed();
    }

    // ---- what becomes of it

    /** It is known whose connection it is: from here on it is like any other. Returns what is told from now on; null if it is not let in. */
    private @Nullable WireEvents pass(ByteBuf bytes, @Nullable InetSocketAddress source) {
        ByteBuf before = held;
        held = null;
        if (source != null) {
            lane.peers().tell(wire, source);
        }
        // before there is another that counts
        leave();
        InetAddress address = (source == null ? wire.peer() : source).getAddress();
        WireEvents next = admission.letIn(wire, address, trusted && source == null);
        if (next == null) {
            refused = true;
            wire.abort();
        } else {
            wire.tell(next);
            if (bytes.isReadable()) {
                next.read(bytes);
            }
        }
        if (before != null) {
            before.release();
        }
        return next;
    }

    private void refuse(Ending why) {
        refused = true;
        lane.metrics().ended(why);
        wire.abort();
    }

    /** It does not count any more. */
    private void leave() {
        disarm();
        if (counted) {
            counted = false;
            lane.states().change(ConnectionStates.State.HANDSHAKING, null);
        }
    }

    private void end() {
        refused = true;
        wire.close();
    }

    @Override
    protected void expired() {
        ByteBuf begun = held;
        if (refused) {
            wire.abort();
        } else if (begun == null) {
            lane.metrics().ended(Ending.SILENT);
            end();
        } else if (isHeader(begun)) {
            refuse(Ending.PROXY_TIMEOUT);
        } else {
            // it is late with its head, and will be told so
            pass(begun, null);
        }
    }

    /** Nobody has come yet who could come back. */
    @Override
    public boolean isIdle() {
        return false;
    }

    @Override
    public void dismiss() {
        if (!refused) {
            lane.metrics().ended(Ending.DRAINED);
            end();
        }
    }

    @Override
    public void cutShort() {
        wire.abort();
    }

    // ---- for the admin API

    @Override
    public Wire wire() {
        return wire;
    }

    @Override
    public InetSocketAddress address() {
        return wire.peer();
    }

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public ClientState state() {
        return counted ? ClientState.NEW : ClientState.CLOSED;
    }

    @Override
    public long stateNanos() {
        return armedNanos(lane.loop());
    }

    /** It is never parked. */
    @Override
    public void shed() {}

    @Override
    public void closeByOperator() {
        refuse(Ending.OPERATOR);
    }
}
