package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The one buffer that all wires of a loop read into, where the transport reads when a socket is ready (not io_uring,
 * whose reads are under way for as long as a connection is idle). A connection takes what it needs during the read, so
 * nothing is allocated per read and an idle connection holds no buffer. What a wire retained because its peer does not
 * take it is left to that wire, and the loop goes on with a new buffer.
 */
final class ReceiveBuffer {
    /** Larger ones take less CPU for large bodies; this is what one peer that doesn't read can pin. */
    static final int SIZE = 256 * 1024;

    private ByteBuf shared = Unpooled.EMPTY_BUFFER;

    ByteBuf lend(ByteBufAllocator allocator) {
        if (shared.capacity() == 0 || shared.refCnt() > 1) {
            shared.release();
            shared = allocator.directBuffer(SIZE, SIZE);
        }
        return shared.clear().retain();
    }

    /**
     * Receives into an empty one that was lent: returns the number of bytes; 0 if there is nothing after all, -1 at the end.
     *
     * @param most no more bytes than this; more than the buffer has is the same as all of it
     */
    static int receive(Socket socket, ByteBuf lent, int most) throws IOException {
        int length = Math.min(most, lent.capacity());
        int received;
        if (lent.hasMemoryAddress()) {
            received = socket.recvAddress(lent.memoryAddress(), 0, length);
        } else {
            ByteBuffer nio = lent.internalNioBuffer(0, length);
            received = socket.recv(nio, nio.position(), nio.limit());
        }
        lent.writerIndex(Math.max(received, 0));
        return received;
    }

    void release() {
        shared.release();
        shared = Unpooled.EMPTY_BUFFER;
    }
}
