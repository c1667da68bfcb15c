package io.sluice.upstream;

/**
 * What an endpoint's {@link IdleLimit} has learned.
 *
 * @param configuredNanos {@code connections.idle}
 * @param toldNanos what the endpoint says in {@code Keep-Alive: timeout}; 0: nothing
 * @param seenNanos the age at which it was last seen to close idle connections; 0: it was not, or long ago
 * @param limitNanos for how long an unused connection is used again: what follows from the two, or {@code connections.idle} where
 *     that is less
 * @param provenNanos the same for requests that can't be sent again; 0: they go on new connections
 * @param lost requests that were sent on a used connection just as the endpoint closed it
 */
public record IdleFigures(
        long configuredNanos, long toldNanos, long seenNanos, long limitNanos, long provenNanos, long lost) {}
