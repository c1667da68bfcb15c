package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.unix.IovArray;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The bytes of one {@link Output} in their order: those that are gathered during an event, and those that the kernel did not take. */
final class Unsent {
    /** Ranges of at least this many bytes are sent from where they are, smaller ones are copied together. */
    private static final int RETAIN_AT = 16 * 1024;
    /** What waits for a slow peer may pin the buffer that the loop reads into if it fills most of it. */
    static final int PIN_AT = ReceiveBuffer.SIZE / 4 * 3;

    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private @Nullable ByteBuf tail;
    private int bytesBeforeTail;

    /** How many. */
    int bytes() {
        ByteBuf open = tail;
        return bytesBeforeTail + (open == null ? 0 : open.readableBytes());
    }

    /** With so many more bytes: it has been copied together, and pins no buffer of others. */
    boolean isLittle(int more) {
        return waiting.isEmpty() && bytes() + more <= RETAIN_AT;
    }

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

    /** @param slow they will not leave when the event ends */
    void append(SendBuffers buffers, ByteBuf lent, int from, int length, boolean slow) {
        if (length < RETAIN_AT || lent.nioBufferCount() != 1 || !lent.isDirect()) {
            tail(buffers, length).writeBytes(lent, from, length);
        } else if (slow && length < PIN_AT) {
            add(buffers, PooledByteBufAllocator.DEFAULT.directBuffer(length).writeBytes(lent, from, length));
        } else {
            add(buffers, lent.retainedSlice(from, length));
        }
    }

    /** Takes a buffer over, behind all that is there. */
    void add(SendBuffers buffers, ByteBuf bytes) {
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

    /**
     * Hands as many as possible to the kernel; returns whether some are left, for which it has no room.
     *
     * @throws IOException if the peer takes no more, ever
     */
    boolean send(Socket socket, SendBuffers buffers) throws IOException {
        if (waiting.isEmpty()) {
            return sendTail(socket, buffers);
        }
        queueTail(buffers);
        boolean left = false;
        while (!waiting.isEmpty() && !left) {
            left = sendWaiting(socket, buffers);
        }
        return left;
    }

    /** The usual case: one buffer, which is sent whole. */
    private boolean sendTail(Socket socket, SendBuffers buffers) throws IOException {
        ByteBuf open = tail;
        if (open == null) {
            return false;
        }
        if (open.isReadable() && sendOne(socket, open)) {
            return true;
        }
        tail = null;
        buffers.give(open);
        return false;
    }

    private boolean sendWaiting(Socket socket, SendBuffers buffers) throws IOException {
        boolean left;
        ByteBuf first = waiting.getFirst();
        if (waiting.size() == 1) {
            int before = first.readableBytes();
            left = sendOne(socket, first);
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
            left = sent < offered;
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
        return left;
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
     * They have to wait. What is appended from now on gets a buffer of its own, since the present one would grow for as long as
     * the peer is slow; and a small part of the buffer that the loop reads into must not pin the whole of it.
     */
    void keep(SendBuffers buffers) {
        queueTail(buffers);
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

    /** Throws them away. */
    void clear(SendBuffers buffers) {
        queueTail(buffers);
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        bytesBeforeTail = 0;
    }
}
