package io.sluice.config;

import java.time.Duration;

/**
 * How listeners end, at shutdown and when a reload has removed them.
 *
 * @param grace at shutdown, how long everything is served as ever while the gateway says that it isn't ready; 0 or more
 * @param timeout how long running exchanges may then take to end before they are cut off; positive
 * @param reconnects so many idle connections are closed a second at most, more only where they would not all be closed by the
 *     timeout; positive; 0: all at once
 */
public record DrainConfig(Duration grace, Duration timeout, int reconnects) {

    /** The same for listeners that the gateway outlives. */
    public DrainConfig withoutGrace() {
        return new DrainConfig(Duration.ZERO, timeout, reconnects);
    }

    /** The same with another timeout. */
    public DrainConfig within(Duration other) {
        return new DrainConfig(grace, other, reconnects);
    }
}
