package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.epoll.Native;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * The next bytes of one {@link EpollWire} on their way to another one of the same loop, which the kernel moves from
 * socket to socket by way of a pipe, so that nobody copies them. It takes the place of the connection on the wire that
 * they come from, and is part of the {@link Output} of the one that they go to, behind what was written there before.
 *
 * <p>One turn an event, as with reads: what is ready goes into a pipe and from there as far as the peer takes it. What is
 * left holds the relay up: no more is taken in until the pipe is empty. But if the peer is slow and all the rest may wait in
 * memory, the relay gives way: what is held goes into the output, and the source is its connection's again, which reads
 * the rest as ever and then is free for others. Where there is no pipe, or nothing comes after all, what comes is
 * received and written like any other bytes; that also finds the end.
 *
 * <p>It ends when all has gone, or either wire is closed.
 */
final class Relay implements WireEvents {
    /** Fewer bytes are not worth it. */
    static final int LEAST = 128 * 1024;
    /** Taken in one turn at most; a pipe has 16 places for pages, small or large, and is mostly full earlier. */
    private static final int TURN = 256 * 1024;

    private final EpollWire from;
    private final WireEvents connection;
    private final EpollWire to;
    /** Stays with that wire until this is over. */
    private final Output output;
    /** Bytes that may wait in memory. */
    private final int bound;
    /** Bytes still to come in. */
    private long left;
    /** Present while something is in it, */
    private Pipes.@Nullable Pipe pipe;
    /** which is so much. */
    private int held;
    /** Have gone out and were not told of. */
    private int gone;

    private Relay(EpollWire from, WireEvents connection, EpollWire to, Output output, long length, int bound) {
        this.from = from;
        this.connection = connection;
        this.to = to;
        this.output = output;
        this.left = length;
        this.bound = bound;
    }

    /** As {@link Wire#relay}. */
    static boolean start(EpollWire from, EpollWire to, long length, int bound) {
        WireEvents connection = from.events();
        if (length < LEAST || connection == null || !from.isOpen() || !to.isOpen() || from.loop() != to.loop()) {
            return false;
        }
        Output output = to.marked(0);
        if (output.relay != null || (output.blocked && length + output.bytes() <= bound)) {
            return false;
        }
        output.relay = new Relay(from, connection, to, output, length, bound);
        from.tell(output.relay);
        return true;
    }

    // ---- from the wire that bytes come from

    /** Something has come in: returns how much of it was taken; 0: nothing is there, or it has ended; -1: can't be taken this way. */
    int take() {
        Pipes pipes = from.loop().pipes();
        Pipes.Pipe free = pipes.take();
        if (free == null) {
            return -1;
        }
        int taken = -1;
        try {
            taken = Native.splice(from.intValue(), -1, free.in().intValue(), -1, Math.min(left, TURN));
        } catch (IOException | NotYetConnectedException e) {
            // what is wrong shows when it is received, or nothing is but that this can't be spliced
        }
        if (taken <= 0) {
            pipes.give(free, 0);
            return taken;
        }
        pipe = free;
        held = taken;
        left -= taken;
        to.marked(0);
        return taken;
    }

    /** Bytes that could not be taken the short way. */
    @Override
    public void read(ByteBuf bytes) {
        int length = (int) Math.min(left, bytes.readableBytes());
        left -= length;
        to.write(bytes, bytes.readerIndex(), length);
        bytes.skipBytes(length);
        if (left == 0) {
            end();
        }
        connection.relayed(length, left == 0 ? bytes : Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void inputEnded() {
        cut();
        connection.inputEnded();
    }

    @Override
    public void writable() {
        connection.writable();
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        cut();
        connection.closed(cause);
    }

    // ---- from the wire that they go to

    /** Bytes that have been taken in and not sent. */
    int held() {
        return held;
    }

    /** Hands what is held to the kernel, when all before it was sent; returns whether something is left. */
    boolean send() throws IOException {
        Pipes.Pipe full = pipe;
        if (full == null) {
            return false;
        }
        int sent = Native.splice(full.out().intValue(), -1, to.intValue(), -1, held);
        gone += sent;
        held -= sent;
        if (held > 0) {
            return true;
        }
        releasePipe();
        return false;
    }

    /** The other wire has sent what it could. */
    void settled() {
        int count = gone;
        gone = 0;
        if (left == 0 && held == 0) {
            finish(count);
        } else if (output.takesRest(left, bound, from.loop())) {
            giveWay(count);
        } else {
            from.goOn();
            if (count > 0) {
                connection.relayed(count, Unpooled.EMPTY_BUFFER);
            }
        }
    }

    /** What is held goes to memory, where the rest comes too. */
    private void giveWay(int sent) {
        int count = sent + held;
        Pipes.Pipe full = pipe;
        if (full != null) {
            output.add(from.loop().sendBuffers(), full.read(held));
            held = 0;
        }
        if (left == 0) {
            finish(count);
        } else {
            end();
            connection.relayed(count, Unpooled.EMPTY_BUFFER);
        }
        to.account();
    }

    /** Nothing more comes. */
    private void cut() {
        if (output.relay == this) {
            // which has nothing to wait for any more
            to.marked(0);
        }
        end();
    }

    /** No more is to be taken in for now. */
    boolean isHeldUp() {
        return held > 0 || output.blocked;
    }

    /** All has gone. What stands behind it is not left for whoever uses the wires next. */
    private void finish(int count) {
        end();
        ByteBuf behind = from.loop().receiveBuffer().lend(PooledByteBufAllocator.DEFAULT);
        IOException reset = null;
        int received = 0;
        try {
            received = from.isOpen() && from.takesInput() ? from.receive(behind, ReceiveBuffer.SIZE) : 0;
        } catch (IOException e) {
            reset = e;
        }
        try {
            connection.relayed(count, behind);
        } finally {
            behind.release();
        }
        if (reset != null) {
            from.closeNow(reset);
        } else if (received < 0) {
            from.endInput();
        }
    }

    /** Is over: what comes now is the connection's again. What is in the pipe is lost. */
    void end() {
        if (from.events() == this) {
            from.tell(connection);
        }
        if (output.relay == this) {
            output.relay = null;
        }
        releasePipe();
    }

    private void releasePipe() {
        Pipes.Pipe done = pipe;
        if (done != null) {
            pipe = null;
            from.loop().pipes().give(done, held);
            held = 0;
        }
    }
}
