package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * An event loop of the gateway with its real wires, registrations and deadlines, and nobody at their other ends. It is in
 * this package since only here wires can be made by hand.
 *
 * <p>Not real: epoll is never told of anything, and all wires share one descriptor, a datagram socket that takes whatever is sent and drops
 * it. So none of them may be closed to the end: a sweep here stops short of the system calls that would follow it. Used by one thread, which
 * waits for what it has the loop do.
 */
public final class SimulatedLoop implements AutoCloseable {
    private final UnaskedKernel kernel = new UnaskedKernel();
    private final Socket sink;
    private final Socket source;
    private final Loops loops;

    private SimulatedLoop() throws IOException {
        Epoll.ensureAvailability();
        sink = Socket.newSocketDgram();
        source = Socket.newSocketDgram();
        sink.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        source.connect(sink.localAddress());
        loops = new Loops(
                new Sockets(
                        "simulated",
                        executor -> kernel.servedBy(executor),
                        EpollServerSocketChannel::new,
                        EpollSocketChannel::new,
                        UnixSockets.epoll(),
                        AcceptOptions.epoll(),
                        true,
                        true,
                        true,
                        EpollWire.IDLE_BYTES),
                1);
    }

    public static SimulatedLoop open() throws IOException {
        return new SimulatedLoop();
    }

    /** With this loop alone. */
    public Loops loops() {
        return loops;
    }

    /** Runs something on the loop and waits for its end; what it throws is thrown here. */
    public void run(Runnable work) {
        CompletableFuture.runAsync(work, loop()::execute).join();
    }

    private Loop loop() {
        return loops.all().getFirst();
    }

    /** A client's wire that was just accepted, and its connection. On the loop. */
    public WireEvents accept(Function<Wire, WireEvents> connection) {
        Loop loop = loop();
        loop.startEvent();
        loop.clients().incrementAndGet();
        EpollWire wire = new EpollWire(source.intValue(), loop, false);
        WireEvents accepted = connection.apply(wire);
        wire.connected(accepted);
        loop.endEvent();
        return accepted;
    }

    /** Bytes came for a connection; what it answers is sent to nobody. On the loop. */
    public void read(WireEvents connection, ByteBuf bytes) {
        Loop loop = loop();
        loop.startEvent();
        connection.read(bytes);
        loop.endEvent();
    }

    /** Sets the timeout of what was armed on this loop. On the loop. */
    public void arm(Timed timed, long nanos) {
        timed.arm(loop(), nanos);
    }

    /** Expires what is due that long from now of all that was armed with this duration. On the loop. */
    public void sweep(long nanos, long fromNow) {
        Deadlines list = loop().deadlines(nanos);
        long then = loop().nanoTime() + fromNow;
        long next;
        do {
            // a bounded number at a time
            next = list.sweep(then);
        } while (next <= then);
    }

    /** As {@link #sweep}, but what is to be sent, told and closed at the end of the event waits for ever. The loop can't be used after it. */
    public void lastSweep(long nanos, long fromNow) {
        loop().startEvent();
        sweep(nanos, fromNow);
    }

    @Override
    public void close() {
        loops.close();
        try {
            source.close();
            sink.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
