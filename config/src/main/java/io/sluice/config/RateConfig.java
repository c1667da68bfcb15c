package io.sluice.config;

import java.time.Duration;

/**
 * How many requests a route takes in a time: a token bucket for each key.
 *
 * @param requests 1..1,000,000 in each {@code per}
 * @param per positive
 * @param burst 1..1,000,000 requests that may come at once; a bucket of that size fills in a year at most
 * @param by whose requests count together
 * @param keys 1..10,000,000 buckets that are held at once; the one that was used least is forgotten for a further one
 */
public record RateConfig(int requests, Duration per, int burst, By by, int keys) {

    /** Whose requests count together. */
    public sealed interface By {
        /** Those of a client address; of IPv6 those of a network of 64 bits. */
        record Client() implements By {}

        /** Those with the same first value of a field; those without one by the address of the client. */
        record Header(String name) implements By {}

        /** All of the route. */
        record Route() implements By {}
    }
}
