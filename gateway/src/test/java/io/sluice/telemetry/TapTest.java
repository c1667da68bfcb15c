package io.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class TapTest {
    private static final Tap.Filter ALL = new Tap.Filter(null, 0, Integer.MAX_VALUE, false, null, -1, 1);

    private final Telemetry telemetry = new Telemetry();
    private final Finished ok = Finished.ok(telemetry.route("orders"));

    private static List<TappedExchange> taken(Tap tap) {
        List<TappedExchange> taken = new ArrayList<>();
        for (TappedExchange next = tap.poll(); next != null; next = tap.poll()) {
            taken.add(next);
        }
        return taken;
    }

    private int passing(Tap.Filter filter, Finished... exchanges) {
        Tap tap = new Tap(filter);
        for (Finished exchange : exchanges) {
            tap.offer(exchange);
        }
        return taken(tap).size();
    }

    @Test
    void isShownWhatFinishesWhileItIsOpen() {
        Tap tap = new Tap(ALL);
        telemetry.finished(ok);
        telemetry.open(tap);
        telemetry.finished(ok.status(204));
        telemetry.close(tap);
        telemetry.finished(ok);

        assertThat(taken(tap)).singleElement().satisfies(exchange -> {
            assertThat(exchange.status()).isEqualTo(204);
            assertThat(exchange.route()).isEqualTo("orders");
            assertThat(exchange.requestId()).isEqualTo("abc");
        });
    }

    @Test
    void showsTheSameToEachTap() {
        Tap one = new Tap(ALL);
        Tap other = new Tap(ALL);
        telemetry.open(one);
        telemetry.open(other);
        telemetry.finished(ok);
        telemetry.close(one);
        telemetry.finished(ok);

        assertThat(taken(one)).hasSize(1);
        assertThat(taken(other)).hasSize(2);
    }

    @Test
    void keepsNoQuery() {
        Tap tap = new Tap(ALL);
        tap.offer(ok.path("/a?token=secret"));
        tap.offer(ok.path("http://example.test/b?token=secret"));

        assertThat(taken(tap)).extracting(TappedExchange::path).containsExactly("/a", "http://example.test/b");
    }

    @Test
    void keepsNoLongPath() {
        Tap tap = new Tap(ALL);
        tap.offer(ok.path("/" + "a".repeat(100_000)));

        assertThat(taken(tap).getFirst().path()).hasSizeLessThan(600).endsWith("...");
    }

    @Test
    void passesWhatItIsToldTo() {
        Finished slow = ok.nanos(TimeUnit.SECONDS.toNanos(3));
        Finished failed = ok.status(502).failure(Failure.CONNECT_REFUSED);
        Finished late = ok.status(504).failure(Failure.RESPONSE_HEAD_TIMEOUT);
        Finished other = Finished.ok(telemetry.unrouted()).status(404);
        Finished[] all = {ok, slow, failed, late, other};

        assertThat(passing(ALL, all)).isEqualTo(5);
        assertThat(passing(new Tap.Filter("orders", 0, 999, false, null, -1, 1), all))
                .isEqualTo(4);
        assertThat(passing(new Tap.Filter("", 0, 999, false, null, -1, 1), all)).isEqualTo(1);
        assertThat(passing(new Tap.Filter(null, 500, 599, false, null, -1, 1), all))
                .isEqualTo(2);
        assertThat(passing(new Tap.Filter(null, 502, 502, false, null, -1, 1), all))
                .isEqualTo(1);
        assertThat(passing(new Tap.Filter(null, 0, 999, true, null, -1, 1), all))
                .isEqualTo(2);
        assertThat(passing(new Tap.Filter(null, 0, 999, false, Failure.CONNECT_REFUSED, -1, 1), all))
                .isEqualTo(1);
        assertThat(passing(new Tap.Filter(null, 0, 999, false, null, TimeUnit.SECONDS.toNanos(2), 1), all))
                .isEqualTo(1);
    }

    @Test
    void takesAShareByChance() {
        Tap tap = new Tap(new Tap.Filter(null, 0, 999, false, null, -1, 0.25));
        int taken = 0;
        for (int i = 0; i < 100; i++) {
            for (int j = 0; j < 100; j++) {
                tap.offer(ok);
            }
            taken += taken(tap).size();
        }
        // ten standard deviations
        assertThat(taken).isBetween(2067, 2933);
    }

    @Test
    void dropsAndCountsWhatNobodyTakes() {
        Tap tap = new Tap(ALL);
        for (int i = 0; i < Tap.ROOM + 10; i++) {
            tap.offer(ok);
        }
        assertThat(tap.dropped()).isEqualTo(10);
        assertThat(taken(tap)).hasSize(Tap.ROOM);
        tap.offer(ok);
        assertThat(taken(tap)).hasSize(1);
    }
}
