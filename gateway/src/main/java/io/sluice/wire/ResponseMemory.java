package io.sluice.wire;

/**
 * What waits in memory for clients that are slow to take their answers, in bytes. Each client's first 64 KiB do not count.
 *
 * @param budget the most of it, but for what one read of each upstream connection may bring at once
 * @param used now
 * @param clients that have some of it
 */
public record ResponseMemory(long budget, long used, int clients) {
    /** Nothing. */
    static final ResponseMemory NONE = new ResponseMemory(0, 0, 0);

    /** Of both together. */
    ResponseMemory plus(ResponseMemory other) {
        return new ResponseMemory(budget + other.budget, used + other.used, clients + other.clients);
    }
}
