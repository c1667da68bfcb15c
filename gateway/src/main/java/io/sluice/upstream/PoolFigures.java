package io.sluice.upstream;

import java.util.Map;

/**
 * A pool at one moment, more or less: the figures are read one after the other.
 *
 * @param open connections, those being opened and those being closed included
 * @param connecting being opened
 * @param leased with an exchange, or several
 * @param idle without one
 * @param streams exchanges that have a stream of a connection of HTTP/2
 * @param waiting exchanges that wait for a connection
 * @param inFlight exchanges that wait or have a connection
 * @param opened connections opened since the start
 * @param connectFailures attempts to open one that failed
 * @param leases connections handed out
 * @param reused of these, connections that had carried an exchange before
 * @param takenOver idle connections moved to the loop of a waiter
 * @param waits leases that had to wait before they got their connection
 * @param waitNanos how long all of these waited together
 * @param maxWaitNanos the longest of them
 * @param closed connections that were not kept, by reason; every reason is there
 */
public record PoolFigures(
        int open,
        int connecting,
        int leased,
        int idle,
        int streams,
        int waiting,
        int inFlight,
        long opened,
        long connectFailures,
        long leases,
        long reused,
        long takenOver,
        long waits,
        long waitNanos,
        long maxWaitNanos,
        Map<Discard, Long> closed) {}
