package io.sluice.proxy;

import java.util.concurrent.ConcurrentHashMap;

/**
 * How many connections each client address has, of all loops: exact, and only of addresses that have one. Of IPv6 a network of 64
 * bits counts as one address, since that is what a single client has at least. Any thread.
 */
final class AddressCounts {
    private final ConcurrentHashMap<Long, Integer> counts = new ConcurrentHashMap<>();

    /** Counts one more, unless there are as many as there may be. */
    boolean enter(long key, int limit) {
        boolean[] entered = new boolean[1];
        counts.compute(key, (same, count) -> {
            int before = count == null ? 0 : count;
            entered[0] = before < limit;
            return entered[0] ? Integer.valueOf(before + 1) : count;
        });
        return entered[0];
    }

    /** One that had entered is gone. */
    void leave(long key) {
        counts.computeIfPresent(key, (same, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }

    /** Addresses that have a connection. */
    int size() {
        return counts.size();
    }
}
