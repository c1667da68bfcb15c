package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.telemetry.ConnectionMetrics.Ending;
import io.sluice.wire.Deadline;
import io.sluice.wire.ProxyHeader;
import io.sluice.wire.Timed;
import io.sluice.wire.Wire;
import io.sluice.wire.WireEvents;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a client connection on a listener with {@code proxyProtocol}, until it is known whose it is: stands before
 * the {@link ClientConnection}, which exists from accept on and is the one that is counted, and is gone when the header has been read.
 *
 * <p>A trusted peer tells by a header whose connection it is; if it has to and does not, or if what it sends is no header, the connection
 * is closed without an answer, since there is nobody yet to answer. Anybody else is served as he comes, unless he begins with a
 * header. The header has the time of a head, and the first head has it again. On the wire's loop.
 */
final class Introduction implements WireEvents {
    private final Wire wire;
    private final Admission admission;
    private final ClientConnection connection;
    private final boolean trusted;
    private final boolean required;
    private final Deadline late = new Deadline(due -> late());
    /** The beginning of a header; less than {@link ProxyHeader#LONGEST}. */
    private @Nullable ByteBuf held;

    private boolean refused;

    /**
     * @param trusted the peer may tell whose connection it is
     * @param required and has to
     */
    Introduction(Wire wire, Admission admission, ClientConnection connection, boolean trusted, boolean required) {
        this.wire = wire;
        this.admission = admission;
        this.connection = connection;
        this.trusted = trusted;
        this.required = required;
    }

    /** @param headNanos how long the header may take */
    void start(long headNanos) {
        if (wire.isOpen()) {
            connection.arm(wire.loop(), Timed.NEVER);
            late.arm(wire.loop(), headNanos);
        }
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

    /** It is known whose connection it is: from here on it is like any other. */
    private void pass(ByteBuf bytes, @Nullable InetSocketAddress source) {
        late.disarm();
        ByteBuf before = held;
        held = null;
        WireEvents next = admission.introduced(wire, connection, source, trusted);
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
    }

    private void refuse(Ending why) {
        refused = true;
        late.disarm();
        connection.refuse(why);
    }

    private boolean hasBegun(ByteBuf bytes) {
        return required || (trusted && ProxyHeader.start(bytes) == null);
    }

    private void late() {
        ByteBuf begun = held;
        if (!wire.isOpen()) {
            return; // its listener drains, and it is about to be closed
        }
        if (begun != null && hasBegun(begun)) {
            refuse(Ending.PROXY_TIMEOUT);
            return;
        }
        if (begun != null) {
            pass(begun, null);
        }
        if (!refused) {
            connection.expired();
        }
    }

    @Override
    public void inputEnded() {
        ByteBuf begun = held;
        if (refused) {
            return;
        }
        if (begun != null && hasBegun(begun)) {
            refuse(Ending.PROXY_MALFORMED);
            return;
        }
        if (begun != null) {
            pass(begun, null);
        }
        if (!refused) {
            // without a byte: that is how balancers look whether somebody listens
            connection.inputEnded();
        }
    }

    @Override
    public void writable() {}

    @Override
    public void closed(@Nullable Throwable cause) {
        late.disarm();
        if (held != null) {
            held.release();
            held = null;
        }
        connection.closed(cause);
    }
}
