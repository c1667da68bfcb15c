package io.sluice.wire;

import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;

/** A wire straight on epoll over a Unix socket: it has no addresses, and nothing of TCP can be set. */
final class EpollUnixWire extends EpollWire {

    EpollUnixWire(int descriptor, Loop loop, boolean upstream) {
        super(descriptor, loop, upstream);
    }

    /** A new socket, to be connected to an endpoint. */
    static EpollUnixWire toUnixEndpoint(Loop loop) throws IOException {
        return new EpollUnixWire(newSocketDomain0(), loop, true);
    }

    /** Connects, at once or never: such a connect does not wait. */
    void connect(UnixDomainSocketAddress address) throws IOException {
        if (!connect(new DomainSocketAddress(address.getPath().toString()))) {
            throw new ConnectException("connection refused: the endpoint's backlog is full");
        }
    }

    @Override
    public InetSocketAddress peer() {
        return UNIX;
    }

    @Override
    public InetSocketAddress local() {
        return UNIX;
    }
}
