package io.sluice.h2;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Bytes that are gathered in the heap, of one loop: a field block as it came, or as it is to be sent. Reused. */
final class Block {
    private static final int FIRST_BYTES = 2048;
    private static final int KEPT_BYTES = 128 * 1024;

    byte[] bytes = new byte[FIRST_BYTES];
    int length;

    /** Empties it; large memory is given back. */
    void clear() {
        length = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[FIRST_BYTES];
        }
    }

    /** The bytes, for longer. */
    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    /** Makes room for so many bytes more. */
    void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }

    void put(byte[] from, int start, int count) {
        room(count);
        System.arraycopy(from, start, bytes, length, count);
        length += count;
    }

    /** Appends bytes of a buffer, whose indexes stay. */
    void put(ByteBuf from, int start, int count) {
        room(count);
        from.getBytes(start, bytes, length, count);
        length += count;
    }
}
