package io.sluice.telemetry;

import io.sluice.http.Failure;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of an exchange that failed. Times are nanoseconds since the exchange began.
 *
 * @param endpoint its address
 * @param begunNanos when a connection was asked for
 * @param leasedNanos when there was one and the request was sent; {@link #NEVER}: there was none
 * @param reused the connection had carried an exchange before
 * @param connectNanos how long it took to open the connection; 0 for a reused one
 * @param failure why there was another attempt after this one; null if its endpoint was left out while a connection was waited
 *     for, and for the last one, which ended as the exchange did
 * @param endedNanos when it ended
 */
public record Tried(
        String endpoint,
        long begunNanos,
        long leasedNanos,
        boolean reused,
        long connectNanos,
        @Nullable Failure failure,
        long endedNanos) {
    /** Of {@link #leasedNanos}. */
    public static final long NEVER = -1;

    /** The same, if its times are so far those of a clock, and {@code leasedNanos} 0 stands for never. */
    public Tried since(long moment) {
        return new Tried(
                endpoint,
                begunNanos - moment,
                leasedNanos == 0 ? NEVER : leasedNanos - moment,
                reused,
                connectNanos,
                failure,
                endedNanos - moment);
    }
}
