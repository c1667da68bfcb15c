package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.policy.AddressKey;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressCountsTest {
    private final AddressCounts counts = new AddressCounts();

    private static long key(String address) {
        return AddressKey.of(InetAddress.ofLiteral(address));
    }

    @Test
    void allowsAsManyAsTheLimitAndForgetsThoseThatLeft() {
        long key = key("192.0.2.1");

        assertThat(counts.enter(key, 2)).isTrue();
        assertThat(counts.enter(key, 2)).isTrue();
        assertThat(counts.enter(key, 2)).isFalse();
        counts.leave(key);
        assertThat(counts.enter(key, 2)).isTrue();
        counts.leave(key);
        counts.leave(key);

        assertThat(counts.size()).isZero();
    }

    @Test
    void refusesWhatIsOverALimitThatWasLowered() {
        long key = key("192.0.2.1");
        for (int i = 0; i < 5; i++) {
            counts.enter(key, 5);
        }
        counts.leave(key);

        assertThat(counts.enter(key, 3)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "255.255.255.255, 255.255.255.254, false",
        "2001:db8:1:2::1, 2001:db8:1:2:ffff:ffff:ffff:ffff, true",
        "2001:db8:1:2::1, 2001:db8:1:3::1, false",
        "::1, 0.0.0.1, false",
        "0:0:c000:201::, 192.0.2.1, false",
    })
    void countsNetworksOf64BitsOfIpv6AsOne(String one, String other, boolean same) {
        assertThat(key(one) == key(other)).isEqualTo(same);
    }

    @Test
    void isExactOverThreads() throws Exception {
        AtomicInteger present = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    if (counts.enter(7, 3)) {
                        most.accumulateAndGet(present.incrementAndGet(), Math::max);
                        present.decrementAndGet();
                        counts.leave(7);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(most).hasValueLessThanOrEqualTo(3);
        assertThat(counts.size()).isZero();
    }
}
