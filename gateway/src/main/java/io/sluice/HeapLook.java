package io.sluice;

/**
 * What was seen at one moment of that which decides whether the heap is collected.
 *
 * @param nanos when, by {@link System#nanoTime}
 * @param bytes that the JVM has taken from the system for its heap, in use or not, but for those that client connections are held
 *     in, by accounting: so it grows when connections close
 * @param exchanges finished so far; fewer than before when a route has gone from the config
 */
record HeapLook(long nanos, long bytes, long exchanges) {}
