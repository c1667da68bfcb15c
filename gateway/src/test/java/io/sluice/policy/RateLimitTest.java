package io.sluice.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.sluice.config.RateConfig;
import io.sluice.config.RateConfig.By;
import io.sluice.http.Head;
import io.sluice.http.HeadParser;
import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Time is given to it. */
final class RateLimitTest {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");
    private static final Head PLAIN = request("");
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final RateKey key = new RateKey();
    /** Whatever it is: the clock of a JVM has any origin. */
    private long now = Long.MAX_VALUE - 5 * SECOND;

    private static RateLimit limit(int requests, Duration per, int burst, By by) {
        return new RateLimit(new RateConfig(requests, per, burst, by, 1000));
    }

    /** One request in ten seconds, and three at once. */
    private static RateLimit slow(By by) {
        return limit(6, Duration.ofMinutes(1), 3, by);
    }

    private static Head request(String fields) {
        String text = "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
        Head head = new Head();
        HeadParser.requests(4096, 100).parse(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1)), head);
        return head;
    }

    private long take(RateLimit limit) {
        return limit.take(key, PLAIN, CLIENT, now);
    }

    private boolean takes(RateLimit limit, Head request, String client) {
        return limit.take(key, request, InetAddress.ofLiteral(client), now) >= 0;
    }

    @Test
    void givesABurstAndThenOneByOne() {
        RateLimit limit = slow(new By.Client());

        assertThat(take(limit)).isEqualTo(10 * SECOND);
        assertThat(take(limit)).isEqualTo(20 * SECOND);
        assertThat(take(limit)).isEqualTo(30 * SECOND);
        assertThat(take(limit)).isEqualTo(-10 * SECOND);
        now += 4 * SECOND;
        assertThat(take(limit)).isEqualTo(-6 * SECOND);
        now += 6 * SECOND;
        assertThat(take(limit)).isEqualTo(30 * SECOND);
        assertThat(take(limit)).isEqualTo(-10 * SECOND);
    }

    @Test
    void takesNothingForARequestThatIsRefused() {
        RateLimit limit = slow(new By.Client());
        for (int i = 0; i < 100; i++) {
            take(limit);
        }
        now += 10 * SECOND;

        assertThat(take(limit)).isPositive();
    }

    @Test
    void isNeverFullerThanABurst() {
        RateLimit limit = slow(new By.Client());
        take(limit);
        now += 1000 * SECOND;

        assertThat(take(limit)).isEqualTo(10 * SECOND);
        assertThat(take(limit)).isPositive();
        assertThat(take(limit)).isPositive();
        assertThat(take(limit)).isNegative();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000, 999_983, 1_000_000})
    void givesAsManyAsItSays(int requests) {
        RateLimit limit = limit(requests, Duration.ofSeconds(1), 1, new By.Client());
        int given = 0;
        long begun = now;
        while (now - begun < SECOND) {
            long taken = take(limit);
            given += taken >= 0 ? 1 : 0;
            now += Math.abs(taken);
        }

        // the time between two is whole nanoseconds
        assertThat(given).isBetween(requests, requests + 1 + requests / 1000);
    }

    @Test
    void countsAddressesApart() {
        RateLimit limit = limit(1, Duration.ofHours(1), 1, new By.Client());

        assertThat(takes(limit, PLAIN, "192.0.2.1")).isTrue();
        assertThat(takes(limit, PLAIN, "192.0.2.1")).isFalse();
        assertThat(takes(limit, PLAIN, "192.0.2.2")).isTrue();
        assertThat(takes(limit, PLAIN, "2001:db8:0:1::1")).isTrue();
        assertThat(takes(limit, PLAIN, "2001:db8:0:2::1")).isTrue();
        assertThat(limit.keys()).isEqualTo(4);
    }

    @Test
    void countsANetworkOf64BitsAsOneAddress() {
        RateLimit limit = limit(1, Duration.ofHours(1), 1, new By.Client());

        assertThat(takes(limit, PLAIN, "2001:db8:0:1::1")).isTrue();
        assertThat(takes(limit, PLAIN, "2001:db8:0:1:ffff::2")).isFalse();
    }

    @Test
    void countsValuesOfAFieldApart() {
        RateLimit limit = limit(1, Duration.ofHours(1), 1, new By.Header("X-Key"));

        assertThat(takes(limit, request("x-key: a\r\n"), "192.0.2.1")).isTrue();
        assertThat(takes(limit, request("X-KEY: a\r\nx-key: b\r\n"), "192.0.2.2"))
                .as("the first one")
                .isFalse();
        assertThat(takes(limit, request("x-key: b\r\n"), "192.0.2.1")).isTrue();
        assertThat(takes(limit, request("x-key: A\r\n"), "192.0.2.1")).isTrue();
    }

    @Test
    void countsRequestsWithoutTheFieldByAddress() {
        RateLimit limit = limit(1, Duration.ofHours(1), 1, new By.Header("x-key"));

        assertThat(takes(limit, PLAIN, "192.0.2.1")).isTrue();
        assertThat(takes(limit, PLAIN, "192.0.2.1")).isFalse();
        assertThat(takes(limit, PLAIN, "192.0.2.2")).isTrue();
    }

    @Test
    void countsAllOfARouteTogether() {
        RateLimit limit = limit(1, Duration.ofHours(1), 1, new By.Route());

        assertThat(takes(limit, PLAIN, "192.0.2.1")).isTrue();
        assertThat(takes(limit, PLAIN, "192.0.2.2")).isFalse();
        assertThat(limit.keys()).isZero();
    }

    @Test
    void holdsNoMoreKeysThanItMay() throws Exception {
        RateLimit limit = new RateLimit(new RateConfig(1, Duration.ofHours(1), 1, new By.Header("x-key"), 10));
        for (int i = 0; i < 1000; i++) {
            assertThat(takes(limit, request("x-key: " + i + "\r\n"), "192.0.2.1"))
                    .isTrue();
        }

        Await.until("forgotten", () -> limit.keys() <= 10 && limit.forgotten() >= 990);
    }

    @Test
    void givesNoMoreToManyAtOnce() {
        RateLimit limit = limit(1, Duration.ofHours(1), 1000, new By.Client());
        AtomicInteger given = new AtomicInteger();
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Aside.start(() -> {
                RateKey own = new RateKey();
                for (int j = 0; j < 1000; j++) {
                    given.addAndGet(limit.take(own, PLAIN, CLIENT, 0) >= 0 ? 1 : 0);
                }
            }));
        }
        threads.forEach(CompletableFuture::join);

        assertThat(given).hasValue(1000);
    }
}
