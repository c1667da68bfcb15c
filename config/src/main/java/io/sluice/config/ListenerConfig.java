package io.sluice.config;

import java.time.Duration;

/** A bound address that accepts client connections. */
public record ListenerConfig(String name, HostPort bind, Timeouts timeouts, Limits limits) {

    /**
     * How long a listener waits for its clients.
     *
     * @param idle how long a parked connection is kept; positive
     * @param head how long the head of a request may take from its first byte (or from accept) to its end; positive
     */
    public record Timeouts(Duration idle, Duration head) {}

    /**
     * What a listener accepts at most.
     *
     * @param connections client connections held at once by this listener; beyond it new ones are closed at once
     * @param head bytes of a request head, start line included; beyond it 431 (414 where the start line alone is over)
     * @param fields header fields of a request; beyond it 431
     */
    public record Limits(int connections, int head, int fields) {}
}
