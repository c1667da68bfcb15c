package io.sluice.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.sluice.config.RateConfig;
import io.sluice.http.Head;
import io.sluice.http.RateLimitFields;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The token buckets of one route, a number each: the time at which the bucket will be full again, which is the theoretical arrival
 * time of the generic cell rate algorithm. A request moves it on by the time that one token takes to come back, unless it would
 * be further ahead than a whole bucket takes. That is one compare-and-set: no lock, and no garbage for a key that is held.
 *
 * <p>No more keys are held than the config says. A bucket that is full is the same as none, so it is forgotten after the time in which any
 * bucket fills; one that is forgotten for want of room is full when its key comes again.
 *
 * <p>Of a header field's value only a hash is kept. Any thread; time is given by the caller, in nanoseconds of any origin.
 */
public final class RateLimit {
    /** Of a bucket that nothing was taken from. */
    private static final long FULL = Long.MIN_VALUE;

    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final RateConfig config;
    /** In which one token comes back. */
    private final long intervalNanos;
    /** In which all of them do. */
    private final long fillNanos;

    private final @Nullable String header;
    private final @Nullable AtomicLong common;
    private final @Nullable Cache<RateKey, AtomicLong> buckets;
    private final SipHash hash = SipHash.random();
    private final LongAdder forgotten = new LongAdder();
    private final RateLimitFields fields;

    RateLimit(RateConfig config) {
        this.config = config;
        intervalNanos = Math.max(1, config.per().toNanos() / config.requests());
        fillNanos = intervalNanos * config.burst();
        boolean each = !(config.by() instanceof RateConfig.By.Route);
        common = each ? null : new AtomicLong(FULL);
        buckets = each ? buckets() : null;
        header = config.by() instanceof RateConfig.By.Header by ? by.name().toLowerCase(Locale.ROOT) : null;
        String name = each ? header == null ? "client" : "header" : "route";
        fields = new RateLimitFields(name, config.burst(), seconds(fillNanos));
    }

    private Cache<RateKey, AtomicLong> buckets() {
        return Caffeine.newBuilder()
                .maximumSize(config.keys())
                .expireAfterAccess(Duration.ofNanos(fillNanos))
                .evictionListener((@Nullable RateKey key, @Nullable AtomicLong bucket, RemovalCause cause) -> {
                    if (cause == RemovalCause.SIZE) {
                        forgotten.increment();
                    }
                })
                .build();
    }

    RateConfig config() {
        return config;
    }

    /**
     * Takes a token for a request.
     *
     * @param asks of the caller, to be used for nothing else meanwhile
     * @param request as the client sent it
     * @param now in nanoseconds
     * @return nanoseconds until the bucket is full again; or, negative, that there was no token: until the next one comes
     */
    public long take(RateKey asks, Head request, InetAddress client, long now) {
        return take(common == null ? bucket(asks, key(request, client)) : common, now);
    }

    @SuppressWarnings("NullAway") // where there is no common one
    private AtomicLong bucket(RateKey asks, long key) {
        asks.value = key;
        AtomicLong known = buckets.getIfPresent(asks);
        return known == null ? buckets.get(new RateKey(key), first -> new AtomicLong(FULL)) : known;
    }

    private long key(Head request, InetAddress client) {
        int field = header == null ? -1 : request.find(header, 0);
        return field < 0
                ? AddressKey.of(client)
                : hash.hash(request.block(), request.valueStart(field), request.valueEnd(field));
    }

    private long take(AtomicLong bucket, long now) {
        while (true) {
            long full = bucket.get();
            long ahead = (full == FULL ? 0 : Math.max(0, full - now)) + intervalNanos;
            if (ahead > fillNanos) {
                return fillNanos - ahead;
            }
            if (bucket.compareAndSet(full, now + ahead)) {
                return ahead;
            }
        }
    }

    /**
     * Tells a client how it stands.
     *
     * @param taken what {@link #take} returned
     */
    public void tell(Head response, long taken) {
        if (taken < 0) {
            fields.add(response, 0, seconds(-taken));
            response.add("Retry-After", Long.toString(seconds(-taken)));
        } else {
            fields.add(response, (fillNanos - taken) / intervalNanos, seconds(taken));
        }
    }

    /** Rounded up. */
    private static long seconds(long nanos) {
        return (nanos + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND;
    }

    /** Keys that are held, nearly. */
    public long keys() {
        return buckets == null ? 0 : buckets.estimatedSize();
    }

    /** Keys that were forgotten for want of room so far. */
    public long forgotten() {
        return forgotten.sum();
    }
}
