package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** An endpoint's ways with idle connections are learned and heeded. */
final class IdleLimitTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    @AutoClose
    private final Line line = new Line(Gate.limits().max(4));

    IdleLimitTest() throws IOException {}

    private IdleFigures figures() {
        return line.gate.pool().idleFigures();
    }

    /** One exchange on a connection that is new to the backend; it is idle then. */
    private RawPeer answered(String... fields) throws Exception {
        Attempt attempt = line.leased().get("/");
        RawPeer peer = line.backend.accept();
        peer.head();
        peer.send(HttpText.response("200 OK", "x", fields));
        assertThat(attempt.outcome()).isEqualTo("head 200 1, body x, end");
        return peer;
    }

    private static void letPass(long millis) throws InterruptedException {
        long from = System.nanoTime();
        Await.until("time passes", () -> System.nanoTime() - from > millis * MILLI);
    }

    private Attempt leasedProven() {
        Attempt attempt = line.gate.attempt();
        attempt.on(() -> attempt.pool.leaseProven(attempt.loop, attempt));
        assertThat(attempt.next()).isEqualTo("leased");
        return attempt;
    }

    @Test
    void learnsWhatTheEndpointSays() throws Exception {
        answered("Keep-Alive: timeout=5, max=100");
        line.gate.until("learned", () -> figures().toldNanos() == 5000 * MILLI);
        assertThat(figures().limitNanos()).isEqualTo(4000 * MILLI);
        assertThat(figures().configuredNanos()).isEqualTo(Duration.ofMinutes(5).toNanos());
        assertThat(figures().provenNanos()).isEqualTo(1000 * MILLI);
    }

    @Test
    void readsOnlyTheFirstResponseOfAConnection() throws Exception {
        RawPeer peer = answered("Keep-Alive: timeout=5");
        line.gate.until("learned", () -> figures().toldNanos() == 5000 * MILLI);
        Attempt attempt = line.get(peer);
        peer.send(HttpText.response("200 OK", "x", "Keep-Alive: timeout=1"));
        assertThat(attempt.outcome()).isEqualTo("head 200 1, body x, end");
        Attempt.Tasks.run(line.gate.loops.aside(), () -> {});
        assertThat(figures().toldNanos()).isEqualTo(5000 * MILLI);
    }

    @Test
    void learnsTheAgeAtWhichTheEndpointCloses() throws Exception {
        RawPeer peer = answered();
        letPass(120);
        peer.close();
        line.gate.until("learned", () -> figures().seenNanos() >= 100 * MILLI);
        assertThat(figures().limitNanos())
                .isEqualTo(figures().seenNanos() - figures().seenNanos() / 5);
        assertThat(line.gate.closed(Discard.ENDPOINT_CLOSED)).isEqualTo(1);
    }

    @Test
    void learnsNothingOfConnectionsThatItClosesItself() throws Exception {
        answered();
        line.gate.upstream.retire();
        line.assertDiscarded(Discard.RETIRED);
        assertThat(figures().seenNanos()).isZero();
    }

    @Test
    void doesNotUseOneThatHasBeenIdleForTooLong() throws Exception {
        RawPeer peer = answered("Keep-Alive: timeout=0");
        line.gate.until("learned", () -> figures().limitNanos() == IdleLessons.FLOOR_NANOS);
        letPass(60);
        answered();
        peer.expectEnd();
        assertThat(line.gate.closed(Discard.STALE)).isEqualTo(1);
        assertThat(line.gate.figures().opened()).isEqualTo(2);
    }

    @Test
    void usesOneThatHasNot() throws Exception {
        RawPeer peer = answered("Keep-Alive: timeout=3600");
        assertThat(line.used(peer)).isEqualTo("head 200 4, body used, end");
        assertThat(line.gate.closed(Discard.STALE)).isZero();
    }

    @Test
    void whatCannotBeRepeatedGoesOnAConnectionThatWasJustUsed() throws Exception {
        RawPeer peer = line.used();
        Attempt attempt = leasedProven().get("/");
        Gate.serve(peer, "again");
        assertThat(attempt.outcome()).isEqualTo("head 200 5, body again, end");
        assertThat(line.gate.figures().opened()).isEqualTo(1);
    }

    @Test
    void whatCannotBeRepeatedGetsANewConnectionIfNoneWasJustUsed() throws Exception {
        line.used();
        letPass(1100);
        Attempt attempt = leasedProven().get("/");
        Gate.serve(line.backend.accept(), "new");
        assertThat(attempt.outcome()).isEqualTo("head 200 3, body new, end");
        assertThat(line.gate.figures().idle()).isEqualTo(2);
    }

    @Test
    void makesRoomForThatWhereTheCapIsReached() throws Exception {
        try (Line narrow = new Line(Gate.limits().max(1))) {
            RawPeer peer = narrow.used();
            letPass(1100);
            Attempt attempt = narrow.gate.attempt();
            attempt.on(() -> attempt.pool.leaseProven(attempt.loop, attempt));
            peer.expectEnd();
            peer.close();
            assertThat(attempt.next()).isEqualTo("leased");
            attempt.get("/");
            Gate.serve(narrow.backend.accept(), "new");
            assertThat(attempt.outcome()).isEqualTo("head 200 3, body new, end");
            assertThat(narrow.gate.closed(Discard.ROOM)).isEqualTo(1);
            assertThat(narrow.gate.figures().open()).isEqualTo(1);
        }
    }

    @Test
    void aRequestThatWaitsTakesTheConnectionThatIsReleased() throws Exception {
        try (Line narrow = new Line(Gate.limits().max(1))) {
            Attempt first = narrow.leased().get("/");
            RawPeer peer = narrow.backend.accept();
            Attempt second = narrow.gate.attempt();
            second.on(() -> second.pool.leaseProven(second.loop, second));
            Gate.serve(peer, "1");
            assertThat(first.outcome()).isEqualTo("head 200 1, body 1, end");
            assertThat(second.next()).isEqualTo("leased");
            second.get("/");
            Gate.serve(peer, "2");
            assertThat(second.outcome()).isEqualTo("head 200 1, body 2, end");
            assertThat(narrow.gate.figures().opened()).isEqualTo(1);
        }
    }

    @Test
    void whatCannotBeRepeatedGetsANewConnectionAfterARequestWasLost() throws Exception {
        RawPeer peer = line.used();
        Attempt lost = line.get(peer);
        peer.close();
        assertThat(lost.outcome()).isEqualTo("failed UPSTREAM_CLOSED stale");
        line.gate.until("no trust", () -> figures().provenNanos() == 0);
        assertThat(figures().lost()).isEqualTo(1);
        line.used();

        Attempt attempt = leasedProven().get("/");
        Gate.serve(line.backend.accept(), "new");
        assertThat(attempt.outcome()).isEqualTo("head 200 3, body new, end");
    }

    @Test
    void opensNoMoreForThatThanSoManyInASecond() throws Exception {
        RawPeer peer = line.used();
        Attempt lost = line.get(peer);
        peer.close();
        lost.outcome();
        line.gate.until("no trust", () -> figures().provenNanos() == 0);
        line.used();
        IdleLimit limit = line.gate.pool().idleLimit();
        Usage used = new Usage(0, 0);
        used.leases = 2;
        long later = used.idleSince + 2 * TimeUnit.SECONDS.toNanos(1);
        int refused = 0;
        for (int i = 0; i < 3 * IdleLimit.PASSED_OVER; i++) {
            refused += limit.fits(used, Wants.PROVEN, later) ? 0 : 1;
        }
        assertThat(refused).isEqualTo(IdleLimit.PASSED_OVER);
    }
}
