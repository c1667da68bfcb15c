package io.sluice.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoints of an upstream get requests, and how many.
 *
 * @param check null: endpoints are not asked, only what happens to requests counts
 * @param panic 0..100: if a smaller share than this, in per cent, is available, all are used; 0: only if none is
 * @param slowStart how long an endpoint that is back, or new, gets less than its share; zero: not at all
 */
public record HealthConfig(@Nullable Check check, Ejection ejection, int panic, Duration slowStart, Retries retries) {
    /** Where the config says nothing. */
    public static final HealthConfig USUAL = new HealthConfig(
            null,
            new Ejection(5, false, 50, Duration.ofSeconds(10), 20, Duration.ofSeconds(10), Duration.ofMinutes(5), 50),
            10,
            Duration.ofSeconds(10),
            new Retries(3, 20, 10));

    /**
     * How each endpoint is asked.
     *
     * @param http null: it is enough that it takes a connection
     * @param port where; 0: that of the endpoint
     * @param interval from the end of one check to the next, a tenth more or less
     * @param timeout of all of a check
     * @param healthyAfter so many checks in a row must succeed, 1..100
     * @param unhealthyAfter so many checks in a row must fail, 1..100
     * @param required the gateway is only ready, and at the start only listens, with a healthy endpoint
     */
    public record Check(
            @Nullable Http http,
            int port,
            Duration interval,
            Duration timeout,
            int healthyAfter,
            int unhealthyAfter,
            boolean required) {}

    /**
     * A request and what its answer must be.
     *
     * @param target path and query
     * @param host of the request; null: the endpoint's address
     * @param status that of the answer is in one of these
     * @param body is found in the first 64 KiB of the answer's body; null: any body will do
     */
    public record Http(
            String method,
            String target,
            @Nullable String host,
            List<Statuses> status,
            @Nullable String body) {}

    /** Both are within. */
    public record Statuses(int first, int last) {
        public boolean has(int status) {
            return first <= status && status <= last;
        }

        @Override
        public String toString() {
            return first == last ? Integer.toString(first) : first + "-" + last;
        }
    }

    /**
     * When an endpoint that fails requests gets none for a while.
     *
     * @param failures in a row; 0: they don't matter
     * @param serverErrors answers with a status of 500 or more count as failures
     * @param errorRate 1..100, failures in per cent of the requests in the window; 0: it does not matter
     * @param window 1..60 whole seconds
     * @param minRequests with fewer in the window the rate is not judged
     * @param time the first ejection; each further one is longer by as much
     * @param maxTime the longest
     * @param maxEjected 1..100, of all endpoints so many per cent may be ejected at once, rounded up, but never all
     */
    public record Ejection(
            int failures,
            boolean serverErrors,
            int errorRate,
            Duration window,
            int minRequests,
            Duration time,
            Duration maxTime,
            int maxEjected) {}

    /**
     * How often a request is tried on another endpoint.
     *
     * @param attempts of one exchange in all, 1..10
     * @param budget 0..100: of all requests so many per cent
     * @param perSecond and so many besides, 0..100000
     */
    public record Retries(int attempts, int budget, int perSecond) {}
}
