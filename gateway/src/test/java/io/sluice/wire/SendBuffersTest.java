package io.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SendBuffersTest {
    private static final int BURST = 500;

    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true, 0, 1, 8192, 7, 0, 0, false);
    private final SendBuffers buffers = new SendBuffers();
    private final List<ByteBuf> taken = new ArrayList<>();

    @AfterEach
    void release() {
        taken.forEach(ByteBuf::release);
        buffers.release();
    }

    private void burst(int bytes) {
        for (int i = 0; i < BURST; i++) {
            taken.add(buffers.take(allocator, bytes).writeZero(bytes));
        }
        taken.forEach(buffers::give);
        taken.clear();
    }

    private long kept() {
        long kept = 0;
        for (int i = 0; i < BURST; i++) {
            ByteBuf buffer = buffers.take(allocator, 1);
            taken.add(buffer);
            kept += buffer.capacity() > 4096 ? buffer.capacity() : 0;
        }
        return kept;
    }

    @Test
    void keepNoneThatGrewLarge() {
        burst(64 * 1024);

        assertThat(kept()).isZero();
    }

    @Test
    void keepFewThatGrew() {
        burst(32 * 1024);

        assertThat(kept()).isPositive().isLessThanOrEqualTo(512 * 1024);
    }

    @Test
    void leaveTheMemoryOfABurstToTheSystem() {
        burst(64 * 1024);

        // 32 MB were in use
        assertThat(allocator.metric().usedDirectMemory()).isLessThanOrEqualTo(4 << 20);
    }
}
