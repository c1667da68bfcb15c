package io.sluice.proxy;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How much of the memory is in use: of the heap what the last collections left, and of the memory outside of it what buffers hold.
 * Where the heap looks full and nobody knows how much of it is garbage, a collection is asked for, twice a minute at most. Used by
 * one thread, not a loop.
 */
final class MemoryGauge {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int PERCENT = 100;

    private final List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();
    private long collectAgainAt = System.nanoTime();

    /**
     * Percent of the larger part.
     *
     * @param doubtful with so much of the heap in use it is worth while to know how much is garbage
     */
    int percent(int doubtful) {
        int used = usedPercent();
        if (used >= doubtful && System.nanoTime() - collectAgainAt >= 0) {
            System.gc();
            collectAgainAt = System.nanoTime() + PAUSE_NANOS;
            used = usedPercent();
        }
        return Math.max(Math.min(used, keptPercent()), directPercent());
    }

    private static int usedPercent() {
        Runtime runtime = Runtime.getRuntime();
        return (int) ((runtime.totalMemory() - runtime.freeMemory()) * PERCENT / runtime.maxMemory());
    }

    private int keptPercent() {
        long kept = 0;
        for (MemoryPoolMXBean pool : pools) {
            MemoryUsage collected = pool.getCollectionUsage();
            kept += collected == null ? 0 : collected.getUsed();
        }
        return (int) (kept * PERCENT / Runtime.getRuntime().maxMemory());
    }

    private static int directPercent() {
        return (int)
                (PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() * PERCENT / PlatformDependent.maxDirectMemory());
    }
}
