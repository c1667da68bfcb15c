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
    /** More bytes than this make a wire unwritable, */
    private static final int FULL = 64 * 1024;
    /** and no more than this writable again. */
    private static final int DRAINED = 32 * 1024;
    /** Ranges of at least this many bytes are sent from where they are, smaller ones are copied together. */
    private static final int RETAIN_AT = 16 * 1024;

    /** In the loop's list of what is to be settled. */
    boolean marked;
    /** The kernel takes no more for now: the wire waits for EPOLLOUT. */
    boolean blocked;
    /** FIN follows the last byte. */
    boolean ends;
    /** The close of the socket follows the last byte. */
    boolean closes;

    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private @Nullable ByteBuf tail;
    private int bytesBeforeTail;
    private boolean full;

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
        queueTail(buffers);
        waiting.addLast(lent.retainedSlice(from, length));
        bytesBeforeTail += length;
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

    private int bytes() {
        ByteBuf open = tail;
        return bytesBeforeTail + (open == null ? 0 : open.readableBytes());
    }

    boolean isEmpty() {
        return bytes() == 0;
    }

    /** Whether too much waits; who is told yes is to be told when it ends, which {@link #hasDrained} says. */
    boolean isFull() {
        if (bytes() > FULL) {
            full = true;
        }
        return full;
    }

    /** True once after {@link #isFull} was true and little enough is left. */
    boolean hasDrained() {
        if (!full || bytes() > DRAINED) {
            return false;
        }
        full = false;
        return true;
    }

    /**
     * Hands as much as possible to the kernel; what is left then has it {@link #blocked}.
     *
     * @throws IOException if the peer takes no more, ever
     */
    void send(Socket socket, SendBuffers buffers) throws IOException {
        blocked = false;
        if (waiting.isEmpty()) {
            sendTail(socket, buffers);
        } else {
            queueTail(buffers);
            while (!waiting.isEmpty() && !blocked) {
                sendWaiting(socket, buffers);
            }
        }
        if (blocked) {
            // what is appended from now on gets a buffer of its own: this one would grow for as long as the peer is
            // slow
            queueTail(buffers);
            keep();
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
            if (part.unwrap() != null && length < ReceiveBuffer.SIZE / 2) {
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
        queueTail(buffers);
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        bytesBeforeTail = 0;
        marked = false;
        blocked = false;
        ends = false;
        closes = false;
        full = false;
    }
}
