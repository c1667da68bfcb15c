package io.sluice;

/**
 * What was seen at one moment of that which decides whether the heap is collected.
 *
 * @param nanos when, by {@link System#nanoTime}
 * @param heap bytes that the JVM has taken from the system for its heap, in use or not
 * @param connections bytes of that in which client connections are held, by accounting
 * @param exchanges finished so far
 */
record HeapLook(long nanos, long heap, long connections, long exchanges) {
    /** Bytes of the heap that are there for something else than connections. */
    long rest() {
        return heap - connections;
    }
}
