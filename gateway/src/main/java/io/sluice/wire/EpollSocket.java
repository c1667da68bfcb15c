package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket of an {@link EpollWire}, its registration with the epoll of a loop, and what that told of it. To be extended, since each object more is 16
 * bytes for every one of a million connections. On the loop.
 */
class EpollSocket extends Socket {
    private static final Logger log = LoggerFactory.getLogger(EpollSocket.class);
    private static final InetSocketAddress UNKNOWN = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);

    // linux/tcp.h
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_QUICKACK = 12;

    private @Nullable IoRegistration registration;
    private boolean readable;
    private boolean hungUp;

    EpollSocket(int descriptor) {
        super(descriptor);
    }

    /** Its own epoll handle's. */
    public FileDescriptor fd() {
        return this;
    }

    // ---- registration

    /** @throws IllegalStateException if the loop has ended */
    final void register(Loop loop, EpollIoHandle self) {
        registration = ((IoEventLoop) loop.eventLoop()).register(self).getNow();
        if (registration == null) {
            throw new IllegalStateException("the event loop has ended");
        }
    }

    final void unregister() {
        IoRegistration present = registration;
        if (present != null) {
            registration = null;
            present.cancel();
        }
    }

    final boolean isRegistered() {
        return registration != null;
    }

    /** The loop has given the registration up, since it ends. */
    final boolean isDropped() {
        IoRegistration present = registration;
        return present != null && !present.isValid();
    }

    /** Asks to be told of that; what is there already is told at once. */
    final void await(EpollIoOps what) {
        IoRegistration present = registration;
        if (present != null) {
            present.submit(what);
        }
    }

    // ---- what epoll has told, once

    final void noteInput(int ready) {
        if (Readiness.isForInput(ready)) {
            readable = true;
            hungUp |= Readiness.isHungUp(ready);
        }
    }

    /** There may be something to receive. */
    final boolean isReadable() {
        return readable;
    }

    /** The peer has closed, or reset: its end is behind what is to be received. */
    final boolean isHungUp() {
        return hungUp;
    }

    /** There is nothing to receive until epoll tells again. */
    final void noteAllTaken() {
        readable = false;
    }

    /** As {@link ReceiveBuffer#receive}, and notes whether there may be more. */
    final int receive(ByteBuf lent, int most) throws IOException {
        int received = ReceiveBuffer.receive(this, lent, most);
        // fewer bytes than asked for were all; then epoll tells of the next, but not of an end that it has told of
        readable = received == most || (hungUp && received > 0);
        return received;
    }

    /** What epoll calls an error may be none. */
    final boolean hasError() {
        try {
            return getSoError() != 0;
        } catch (IOException e) {
            return true;
        }
    }

    /** As {@link Wire#acknowledge}. */
    public void acknowledge() {
        try {
            setIntOpt(IPPROTO_TCP, TCP_QUICKACK, 1);
        } catch (IOException e) {
            // a Unix socket has nothing to acknowledge, and one that is gone nobody to tell
            log.debug("acknowledge", e);
        }
    }

    // ---- ends

    /** Returns whether it was open. */
    final boolean closeSocket() {
        if (!super.isOpen()) {
            return false;
        }
        try {
            // before the registration is given up: then epoll need not be told
            super.close();
        } catch (IOException e) {
            log.debug("close", e);
        }
        unregister();
        return true;
    }

    /** Lets the close be a reset. */
    final void resetAtClose() {
        try {
            setSoLinger(0);
        } catch (IOException e) {
            log.debug("abort", e);
        }
    }

    // ---- addresses

    /** As {@link Wire#peer}. */
    public InetSocketAddress peer() {
        InetSocketAddress address = super.isOpen() ? remoteAddress() : null;
        return address == null ? UNKNOWN : address;
    }

    /** As {@link Wire#local}. */
    public InetSocketAddress local() {
        InetSocketAddress address = super.isOpen() ? localAddress() : null;
        return address == null ? UNKNOWN : address;
    }
}
