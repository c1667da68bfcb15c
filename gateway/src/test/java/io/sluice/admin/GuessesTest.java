package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class GuessesTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

    private long now = 1;
    private final Guesses guesses = new Guesses(() -> now);

    private void wrong(InetAddress client, int times) {
        for (int i = 0; i < times; i++) {
            guesses.wrong(client);
        }
    }

    private void pass(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void letsSomeMistakesPass() {
        wrong(ONE, Guesses.FREE);

        assertThat(guesses.wait(ONE)).isZero();
    }

    @Test
    void letsWaitTwiceAsLongAfterEachFurtherOneUpToAMinute() {
        wrong(ONE, Guesses.FREE);
        for (long seconds : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            assertThat(guesses.wrong(ONE)).isEqualTo(seconds);
            assertThat(guesses.wait(ONE)).isEqualTo(seconds);
            pass(seconds);
            assertThat(guesses.wait(ONE)).isZero();
        }
    }

    @Test
    void slowsNobodyElse() {
        wrong(ONE, Guesses.FREE + 3);

        assertThat(guesses.wait(OTHER)).isZero();
    }

    @Test
    void takesANetworkOfIpv6ForOneAddress() {
        wrong(InetAddress.ofLiteral("2001:db8::1"), Guesses.FREE + 1);

        assertThat(guesses.wait(InetAddress.ofLiteral("2001:db8::ffff"))).isEqualTo(1);
        assertThat(guesses.wait(InetAddress.ofLiteral("2001:db8:0:1::1"))).isZero();
    }

    @Test
    void forgetsAfterARightOne() {
        wrong(ONE, Guesses.FREE);
        guesses.right(ONE);
        wrong(ONE, Guesses.FREE);

        assertThat(guesses.wait(ONE)).isZero();
    }

    @Test
    void forgetsAfterTenMinutes() {
        wrong(ONE, Guesses.FREE + 7);
        pass(601);

        assertThat(guesses.wrong(ONE)).isZero();
    }

    @Test
    void keepsABoundedNumberOfAddresses() {
        byte[] address = {10, 0, 0, 0};
        int slowed = 0;
        for (int i = 0; i < 3 * Guesses.MOST; i++) {
            InetAddress client = address(address, i);
            wrong(client, Guesses.FREE + 1);
        }
        for (int i = 0; i < 3 * Guesses.MOST; i++) {
            slowed += guesses.wait(address(address, i)) > 0 ? 1 : 0;
        }
        assertThat(slowed).isBetween(1, Guesses.MOST);
    }

    private static InetAddress address(byte[] bytes, int number) {
        bytes[1] = (byte) (number >> 16);
        bytes[2] = (byte) (number >> 8);
        bytes[3] = (byte) number;
        try {
            return InetAddress.getByAddress(bytes);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
