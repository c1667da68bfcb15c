package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.unix.IovArray;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of an {@link EpollWire} for as long as it has something to do: the bytes that are gathered during an
 * event, those that the kernel did not take, and the end that is to follow them. A wire takes one from its loop when it
 * is first written to and gives it back when everything is sent.
 */
final class Output {
    /** Ranges of at least this many bytes are sent from where they are, smaller ones are copied together. */
    private static final int RETAIN_AT = 16 * 1024;
    /** What waits for a slow peer may pin the buffer that the loop reads into if it fills most of it. */
    private static final int PIN_AT = ReceiveBuffer.SIZE / 4 * 3;

    /** In the loop's list of what is to be settled. */
    boolean marked;
    /** The kernel takes no more for now: the wire waits for EPOLLOUT. */
    boolean blocked;
    /** FIN follows the last byte. */
    boolean ends;
    /** The close of the socket follows the last byte. */
    boolean closes;

    /** Sends what it holds after the last byte, and more when there is more. */
    @Nullable
    Relay relay;

    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private @Nullable ByteBuf tail;
    private int bytesBeforeTail;
    private final Backlog backlog = new Backlog();

    /** Where to append; room for at least so many bytes. */
    ByteBuf tail(SendBuffers buffers, int room) {
        ByteBuf open = tail;
        if (open == null) {
            open = buffers.take(PooledByteBufAllocator.DEFAULT, room);
            tail = open;
        } else {
            open.ensureWritable(room);
        }
        return open;
    }

    void append(SendBuffers buffers, ByteBuf lent, int from, int length) {
        if (length < RETAIN_AT || lent.nioBufferCount() != 1 || !lent.isDirect()) {
            tail(buffers, length).writeBytes(lent, from, length);
            return;
        }
        if (blocked && length < PIN_AT) {
            keepAside(
                    buffers, PooledByteBufAllocator.DEFAULT.directBuffer(length).writeBytes(lent, from, length));
        } else {
            keepAside(buffers, lent.retainedSlice(from, length));
        }
    }

    /** Takes a buffer over, behind all that is there. */
    void keepAside(SendBuffers buffers, ByteBuf bytes) {
        queueTail(buffers);
        waiting.addLast(bytes);
        bytesBeforeTail += bytes.readableBytes();
    }

    private void queueTail(SendBuffers buffers) {
        ByteBuf open = tail;
        if (open == null) {
            return;
        }
        tail = null;
        if (open.isReadable()) {
            waiting.addLast(open);
            bytesBeforeTail += open.readableBytes();
        } else {
            buffers.give(open);
        }
    }

    /** That wait. */
    int bytes() {
        ByteBuf open = tail;
        Relay behind = relay;
        return bytesBeforeTail + (open == null ? 0 : open.readableBytes()) + (behind == null ? 0 : behind.held());
    }

    boolean isEmpty() {
        return bytes() == 0;
    }

    /** As {@link Backlog#isFull(int, int, boolean, Backlogs)}. */
    boolean isFull(int bound, Loop loop) {
        return backlog.isFull(bytes(), bound, isHoldingUp(), loop.backlogs());
    }

    /** A relay takes in nothing until the peer takes something. */
    private boolean isHoldingUp() {
        return relay != null && blocked;
    }

    /** Nothing is left to be done, nor told. */
    boolean isDone() {
        return !marked && !blocked && relay == null && isEmpty() && !backlog.isFull();
    }

    /** As {@link Backlog#hasDrained}. */
    boolean hasDrained() {
        return backlog.hasDrained(bytes(), isHoldingUp());
    }

    // ---- a peer that is slow

    /** How long the peer has taken nothing of what waits. */
    long stalledNanos(long now) {
        return blocked ? backlog.stalledNanos(now) : 0;
    }

    /** What a client has not taken counts, once more than little waits for it or something waits with it. */
    void account(EpollWire wire, Loop loop) {
        if (blocked && (bytes() > Backlogs.FREE || backlog.isFull() || relay != null)) {
            loop.backlogs().update(backlog, wire, bytes());
        } else if (backlog.wire != null) {
            loop.backlogs().remove(backlog);
        }
    }

    /**
     * Whether what a relay has still to bring may wait here at once: the peer takes nothing now. If it is only for want of room, room
     * is asked for.
     */
    boolean takesRest(long left, int bound, Loop loop) {
        if (!blocked || left + bytes() > bound) {
            return false;
        }
        long more = left + bytes() - Backlogs.FREE - backlog.over;
        if (more > 0 && !backlog.granted && !loop.backlogs().hasRoom(more)) {
            loop.backlogs().want(backlog, (int) more);
            return false;
        }
        backlog.wanted = 0;
        backlog.granted = false;
        return true;
    }

    /**
     * Hands as much as possible to the kernel; what is left then has it {@link #blocked}.
     *
     * @throws IOException if the peer takes no more, ever
     */
    void send(Socket socket, Loop loop) throws IOException {
        SendBuffers buffers = loop.sendBuffers();
        int before = bytes();
        blocked = false;
        if (waiting.isEmpty()) {
            sendTail(socket, buffers);
        } else {
            queueTail(buffers);
            while (!waiting.isEmpty() && !blocked) {
                sendWaiting(socket, buffers);
            }
        }
        if (!blocked && relay != null) {
            blocked = relay.send();
        }
        if (blocked) {
            // what is appended from now on gets a buffer of its own: this one would grow for as long as the peer is
            // slow
            queueTail(buffers);
            keep();
            if (bytes() < before || backlog.takenAt == 0) {
                loop.backlogs().taken(backlog);
            }
        }
    }

    /** The usual case: one buffer, which is sent whole. */
    private void sendTail(Socket socket, SendBuffers buffers) throws IOException {
        ByteBuf open = tail;
        if (open == null) {
            return;
        }
        if (open.isReadable()) {
            blocked = sendOne(socket, open);
        }
        if (!blocked) {
            tail = null;
            buffers.give(open);
        }
    }

    private void sendWaiting(Socket socket, SendBuffers buffers) throws IOException {
        ByteBuf first = waiting.getFirst();
        if (waiting.size() == 1) {
            int before = first.readableBytes();
            blocked = sendOne(socket, first);
            bytesBeforeTail -= before - first.readableBytes();
        } else {
            IovArray vectors = buffers.vectors();
            for (ByteBuf part : waiting) {
                if (!vectors.add(part, part.readerIndex(), part.readableBytes())) {
                    break;
                }
            }
            long offered = vectors.size();
            long sent = socket.writevAddresses(vectors.memoryAddress(0), vectors.count());
            blocked = sent < offered;
            skip((int) sent);
        }
        while (!waiting.isEmpty() && !waiting.getFirst().isReadable()) {
            ByteBuf done = waiting.removeFirst();
            if (done.unwrap() == null) {
                buffers.give(done);
            } else {
                done.release();
            }
        }
    }

    private void skip(int sent) {
        bytesBeforeTail -= sent;
        int left = sent;
        for (ByteBuf part : waiting) {
            int skipped = Math.min(left, part.readableBytes());
            part.skipBytes(skipped);
            left -= skipped;
        }
    }

    /** Returns whether something is left. */
    private static boolean sendOne(Socket socket, ByteBuf bytes) throws IOException {
        int from = bytes.readerIndex();
        int length = bytes.readableBytes();
        int sent;
        if (bytes.hasMemoryAddress()) {
            sent = socket.sendAddress(bytes.memoryAddress(), from, from + length);
        } else {
            java.nio.ByteBuffer nio = bytes.internalNioBuffer(from, length);
            sent = socket.send(nio, nio.position(), nio.limit());
        }
        bytes.skipBytes(sent);
        return sent < length;
    }

    /**
     * What waits for a slow peer must not pin the buffer that the loop reads into for a small part of it.
     */
    private void keep() {
        for (int i = waiting.size(); i > 0; i--) {
            ByteBuf part = waiting.removeFirst();
            int length = part.readableBytes();
            if (part.unwrap() != null && length < PIN_AT) {
                waiting.addLast(
                        PooledByteBufAllocator.DEFAULT.directBuffer(length).writeBytes(part));
                part.release();
            } else {
                waiting.addLast(part);
            }
        }
    }

    /** Throws away what was not sent; ready for another wire. */
    void clear(SendBuffers buffers) {
        Relay cut = relay;
        if (cut != null) {
            relay = null;
            cut.end();
        }
        queueTail(buffers);
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        bytesBeforeTail = 0;
        marked = false;
        backlog.clear();
        blocked = false;
        ends = false;
        closes = false;
    }
}
