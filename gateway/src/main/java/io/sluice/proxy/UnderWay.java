package io.sluice.proxy;

import io.sluice.wire.Loop;
import io.sluice.wire.Loops;
import io.sluice.wire.PerLoop;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many exchanges may be under way in the process. Each loop takes places in small blocks, so that loops need not count together for each
 * request: there are never more exchanges than the limit, and at most a five-hundredth of it is held back by loops that don't need
 * it. Small limits are exact, since a block is one place then.
 */
final class UnderWay {
    private static final int BLOCKS = 1000;
    private static final int LARGEST_BLOCK = 64;

    private final Loops loops;
    private final PerLoop<Share> shares;
    /** Places that no loop has; may be negative after the limit was lowered. */
    private final AtomicInteger free = new AtomicInteger();

    private volatile int limit;
    private volatile int block = 1;

    UnderWay(Loops loops) {
        this.loops = loops;
        this.shares = new PerLoop<>(loops, loop -> new Share());
    }

    /**
     * Sets another limit; one thread at a time. What is under way stays.
     *
     * @param next 0: no limit, and nothing is counted
     */
    void limit(int next) {
        int before = limit;
        free.addAndGet(next - before);
        block = Math.clamp(next / (BLOCKS * loops.size()), 1, LARGEST_BLOCK);
        limit = next;
        if (before > 0) {
            for (Loop loop : loops.all()) {
                loop.execute(shares.on(loop)::giveBack);
            }
        }
    }

    Share on(Loop loop) {
        return shares.on(loop);
    }

    /** What one loop has taken; on this loop only. */
    final class Share {
        private int spare;

        boolean isOff() {
            return limit == 0;
        }

        /** Takes a place, if there is one. */
        boolean enter() {
            if (spare == 0) {
                spare = borrow(block);
            }
            if (spare == 0) {
                return false;
            }
            spare--;
            return true;
        }

        private int borrow(int most) {
            while (true) {
                int left = free.get();
                int borrowed = Math.clamp(left, 0, most);
                if (borrowed == 0 || free.compareAndSet(left, left - borrowed)) {
                    return borrowed;
                }
            }
        }

        /** Gives a place back. */
        void leave() {
            spare++;
            int kept = block == 1 ? 0 : block;
            if (spare > 2 * kept) {
                free.addAndGet(spare - kept);
                spare = kept;
            }
        }

        private void giveBack() {
            free.addAndGet(spare);
            spare = 0;
        }
    }
}
