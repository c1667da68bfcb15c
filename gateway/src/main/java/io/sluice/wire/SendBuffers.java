package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.unix.IovArray;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The buffers that the wires of a loop gather their output in. Most are sent whole at the end of a read event and are free
 * again at once; what the kernel did not take stays with the channel, and another buffer takes its place.
 */
final class SendBuffers {
    private static final int SIZE = 4 * 1024;
    private static final int KEPT_SIZE = 32 * 1024;
    private static final int KEPT_LARGE = 16;
    /** As many as may wait at a time for the end of a round. */
    private static final int KEPT = Loop.MOST_PUT_OFF;

    private static final int VECTORS = 64;

    private final ArrayDeque<ByteBuf> free = new ArrayDeque<>(KEPT);
    private final ArrayDeque<Output> outputs = new ArrayDeque<>(KEPT);
    private @Nullable IovArray vectors;

    /** An empty one with that much room. */
    ByteBuf take(ByteBufAllocator allocator, int room) {
        ByteBuf buffer = free.pollLast();
        if (buffer == null) {
            return allocator.directBuffer(Math.max(room, SIZE));
        }
        return buffer.ensureWritable(room);
    }

    /** Takes one back whose holder is done with it; a channel may still hold it too. */
    void give(ByteBuf buffer) {
        if (buffer.refCnt() == 1 && free.size() < kept(buffer.capacity())) {
            free.addLast(buffer.clear());
        } else {
            buffer.release();
        }
    }

    /** How many there may be for one of that size to be kept, too. */
    private static int kept(int capacity) {
        if (capacity <= SIZE) {
            return KEPT;
        }
        return capacity <= KEPT_SIZE ? KEPT_LARGE : 0;
    }

    Output takeOutput() {
        Output output = outputs.pollLast();
        return output == null ? new Output() : output;
    }

    /** Takes back one of which nothing is left. */
    void give(Output output) {
        output.clear(this);
        if (outputs.size() < KEPT) {
            outputs.addLast(output);
        }
    }

    /** An empty array for one gathering write. */
    IovArray vectors() {
        IovArray array = vectors;
        if (array == null) {
            array = new IovArray(VECTORS);
            vectors = array;
        }
        array.clear();
        return array;
    }

    void release() {
        free.forEach(ByteBuf::release);
        free.clear();
        if (vectors != null) {
            vectors.release();
            vectors = null;
        }
    }
}
