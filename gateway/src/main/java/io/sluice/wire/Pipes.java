package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's pipes of a loop, through which a {@link Relay} moves bytes. One is lent for as long as something is in it:
 * for the moment between two system calls, or until a slow peer has taken it.
 *
 * <p>They are as large as the kernel makes them (64 KiB). Through larger ones a body of 1 MiB took 1.3 times (256 KiB) and 1.4 times
 * (1 MiB) the processor time, though with fewer calls: what is moved in small turns is still in the processor's cache.
 */
final class Pipes {
    /** Lent at most; who gets none copies. So slow peers can't take more descriptors and memory of the kernel than this. */
    private static final int MOST = 64;

    private static final int KEPT = 4;

    /** {@code in} is written to, {@code out} is read from. */
    record Pipe(FileDescriptor out, FileDescriptor in) {
        /** Takes out so many bytes, which are in it. */
        ByteBuf read(int length) {
            ByteBuf bytes = PooledByteBufAllocator.DEFAULT.directBuffer(length);
            try {
                while (bytes.readableBytes() < length) {
                    ByteBuffer room = bytes.internalNioBuffer(bytes.writerIndex(), length - bytes.readableBytes());
                    int read = out.read(room, room.position(), room.limit());
                    if (read <= 0) {
                        throw new IOException("a pipe with less in it than was put in");
                    }
                    bytes.writerIndex(bytes.writerIndex() + read);
                }
                return bytes;
            } catch (IOException e) {
                bytes.release();
                throw new UncheckedIOException(e);
            }
        }

        private void close() {
            try (Closing _ = in::close;
                    Closing _ = out::close) {
                // both, whatever happens to the first
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private interface Closing extends AutoCloseable {
            @Override
            void close() throws IOException;
        }
    }

    private final ArrayDeque<Pipe> free = new ArrayDeque<>(KEPT);
    private int lent;

    /** An empty one, or null if there is none to be had. */
    @Nullable
    Pipe take() {
        if (lent == MOST) {
            return null;
        }
        Pipe pipe = free.pollLast();
        if (pipe == null) {
            try {
                FileDescriptor[] ends = FileDescriptor.pipe();
                pipe = new Pipe(ends[0], ends[1]);
            } catch (IOException tooMany) {
                return null;
            }
        }
        lent++;
        return pipe;
    }

    /** @param left bytes that are still in it, which nobody wants */
    void give(Pipe pipe, int left) {
        lent--;
        if (left == 0 && free.size() < KEPT) {
            free.addLast(pipe);
        } else {
            pipe.close();
        }
    }

    void release() {
        free.forEach(Pipe::close);
        free.clear();
    }
}
