package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.GatewayConfig.Transport;
import io.sluice.wire.Loop;
import io.sluice.wire.Loops;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On real loops. */
final class UnderWayTest {
    @AutoClose
    private final Loops loops = new Loops(Transport.NIO, 2);

    private final UnderWay underWay = new UnderWay(loops);

    private <T> T on(int loop, Function<UnderWay.Share, T> task) {
        Loop chosen = loops.all().get(loop);
        CompletableFuture<T> done = new CompletableFuture<>();
        chosen.execute(() -> done.complete(task.apply(underWay.on(chosen))));
        return done.join();
    }

    /** How many places a loop gets, of as many as it asks for. */
    private int enter(int loop, int asked) {
        return on(loop, share -> {
            int got = 0;
            while (got < asked && share.enter()) {
                got++;
            }
            return got;
        });
    }

    private void leave(int loop, int count) {
        on(loop, share -> {
            for (int i = 0; i < count; i++) {
                share.leave();
            }
            return count;
        });
    }

    @Test
    void countsNothingWithoutALimit() {
        assertThat(on(0, UnderWay.Share::isOff)).isTrue();
    }

    @Test
    void isExactIfItIsSmall() {
        underWay.limit(3);

        assertThat(enter(0, 2)).isEqualTo(2);
        assertThat(enter(1, 5)).isEqualTo(1);
        leave(0, 1);
        assertThat(enter(1, 5)).isEqualTo(1);
        leave(1, 2);
        assertThat(enter(0, 5)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1999, 2000, 10_000, 1_000_000})
    void isNeverExceededAndHoldsLittleBack(int limit) {
        underWay.limit(limit);
        int first = enter(0, limit / 2);
        leave(0, first / 2);
        int all = first - first / 2 + enter(1, limit);

        assertThat(all).isBetween(limit - limit / 500, limit);
        assertThat(enter(0, limit)).isLessThanOrEqualTo(limit / 500);
        assertThat(enter(0, 1) + enter(1, 1)).isZero();
    }

    @Test
    void takesOverAnotherLimitWithExchangesUnderWay() {
        underWay.limit(1000);
        assertThat(enter(0, 600)).isEqualTo(600);

        underWay.limit(500);
        assertThat(enter(0, 1) + enter(1, 1)).isZero();
        leave(0, 101);
        assertThat(enter(1, 5)).isEqualTo(1);

        underWay.limit(1000);
        assertThat(enter(1, 1000)).isEqualTo(500);
    }
}
