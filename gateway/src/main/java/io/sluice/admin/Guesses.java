package io.sluice.admin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.policy.AddressKey;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Slows those who guess tokens: {@value #FREE} wrong ones pass; from the next one on an address (of IPv6 a network of 64 bits) has
 * to wait before another token of its is looked at, a second first and twice as long after each further wrong one, up to a minute. It
 * is forgotten after ten minutes without a wrong one. Nobody waits in here: who comes too early is told so. {@value #MOST} addresses are
 * kept, those that guessed last. Any thread.
 */
final class Guesses {
    static final int FREE = 5;
    static final int MOST = 10_000;
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final int LONGEST_SECONDS = 60;
    private static final int MOST_DOUBLINGS = 6;

    private final LongSupplier nanoTime;
    private final Cache<Long, Guess> wrong;

    private record Guess(int count, long waitsUntil) {}

    Guesses(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.wrong = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterWrite(KEPT)
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /** How long that address has to wait still, in seconds, rounded up; 0: it may try. */
    long wait(InetAddress client) {
        Guess last = wrong.getIfPresent(AddressKey.of(client));
        if (last == null || last.count <= FREE) {
            return 0;
        }
        long left = last.waitsUntil - nanoTime.getAsLong();
        return left <= 0 ? 0 : TimeUnit.NANOSECONDS.toSeconds(left - 1) + 1;
    }

    /** A token was wrong; returns how long that address has to wait now, in seconds. */
    long wrong(InetAddress client) {
        Guess counted = wrong.asMap().merge(AddressKey.of(client), new Guess(1, 0), (before, one) -> {
            int count = before.count + 1;
            return new Guess(count, nanoTime.getAsLong() + TimeUnit.SECONDS.toNanos(seconds(count)));
        });
        return seconds(counted.count);
    }

    private static long seconds(int count) {
        return count <= FREE ? 0 : Math.min(1L << Math.min(count - FREE - 1, MOST_DOUBLINGS), LONGEST_SECONDS);
    }

    /** A token was right. */
    void right(InetAddress client) {
        wrong.invalidate(AddressKey.of(client));
    }
}
