package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ConnectTimeoutException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/** A connect under way: takes the place of the connection on an {@link EpollWire} until the kernel says how it ended. */
final class EpollConnect implements WireEvents {
    private final Loops.Connect result;
    private final Deadline deadline;

    private EpollConnect(EpollWire wire, SocketAddress address, Loops.Connect result) {
        this.result = result;
        this.deadline =
                new Deadline(due -> fail(wire, new ConnectTimeoutException("connection timed out: " + address)));
    }

    /** Starts one on the present loop; {@code result} is told later, never from within this call. */
    static void start(Loop loop, SocketAddress address, long timeoutNanos, Loops.Connect result) {
        EpollWire wire = null;
        try {
            EpollConnect connect;
            // connected at once or not, the socket is writable when it is
            if (address instanceof UnixDomainSocketAddress path) {
                EpollUnixWire unix = EpollUnixWire.toUnixEndpoint(loop);
                wire = unix;
                connect = new EpollConnect(wire, address, result);
                unix.connect(path);
            } else {
                wire = EpollWire.toEndpoint(loop);
                connect = new EpollConnect(wire, address, result);
                wire.connect(address);
            }
            wire.connecting(connect);
            connect.deadline.arm(loop, timeoutNanos);
        } catch (IOException | RuntimeException e) {
            if (wire != null) {
                wire.abort();
            }
            loop.execute(() -> result.failed(e));
        }
    }

    /** The socket is writable or has failed. */
    void ready(EpollWire wire) {
        try {
            if (!wire.finishConnect()) {
                return;
            }
        } catch (IOException e) {
            fail(wire, e);
            return;
        }
        deadline.disarm();
        wire.connected(result.connected(wire));
    }

    private void fail(EpollWire wire, Throwable cause) {
        deadline.disarm();
        wire.abort();
        result.failed(cause);
    }

    @Override
    public void read(ByteBuf bytes) {}

    @Override
    public void inputEnded() {}

    @Override
    public void writable() {}

    @Override
    public void closed(@Nullable Throwable cause) {
        deadline.disarm();
    }
}
