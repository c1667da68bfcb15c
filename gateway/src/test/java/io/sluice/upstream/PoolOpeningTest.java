package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Await;
import io.sluice.testing.Blackhole;
import io.sluice.testing.CleanLog;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a pool opens connections, replaces them and ends. Two loops. */
final class PoolOpeningTest {
    private ScriptedBackend backend;
    private Gate gate;

    @BeforeEach
    void open() throws IOException {
        backend = ScriptedBackend.byHand();
        gate = null;
    }

    @AfterEach
    void close() throws IOException {
        if (gate != null) {
            gate.close();
        }
        backend.close();
    }

    private void gate(Gate.Limits limits) {
        gate = new Gate(2, limits, backend.port());
    }

    /** An attempt on that loop that has a connection. */
    private Attempt leased(int loop) {
        Attempt attempt = gate.attempt(loop).lease();
        assertThat(attempt.next()).isEqualTo("leased");
        return attempt;
    }

    /** Carries one exchange; the connection is idle on that loop then. */
    private void exchange(Attempt attempt, RawPeer peer) throws IOException {
        attempt.get("/");
        Gate.serve(peer, "x");
        assertThat(attempt.outcome()).isEqualTo("head 200 1, body x, end");
    }

    /** By more than the bias, so that order counts. */
    private static void apart() throws InterruptedException {
        long from = System.nanoTime();
        Await.until("time passes", () -> System.nanoTime() - from > 2 * Pool.BIAS_NANOS);
    }

    private RawPeer takenBy(Attempt attempt) throws Exception {
        RawPeer peer = backend.accept();
        exchange(attempt, peer);
        return peer;
    }

    // ---- opening

    @Test
    void servesAWaiterOfTheOtherLoopWhenAConnectionCloses() throws Exception {
        gate(Gate.limits().max(1));
        Attempt holder = leased(0).get("/");
        Attempt waiting = gate.attempt(1).lease();
        RawPeer first = backend.accept();
        first.head();
        holder.cancel();
        assertThat(waiting.next()).isEqualTo("leased");
        first.expectGone();
        backend.accept();
        assertThat(gate.figures().opened()).isEqualTo(2);
    }

    @Test
    void opensNoMoreAtOnceThanAllowed() throws Exception {
        try (Blackhole hole = new Blackhole()) {
            gate = new Gate(2, Gate.limits().max(8).connecting(2), hole.port());
            for (int i = 0; i < 10; i++) {
                gate.attempt(i % 2).lease().on(() -> {});
            }
            assertThat(gate.figures().connecting()).isEqualTo(2);
            assertThat(gate.figures().open()).isEqualTo(2);
        }
    }

    @Test
    void opensForAllInTurnWhereFewMayBeOpenedAtOnce() throws Exception {
        gate(Gate.limits().max(20).connecting(1));
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            attempts.add(gate.attempt(i % 2).lease());
        }
        for (Attempt attempt : attempts) {
            assertThat(attempt.next()).isEqualTo("leased");
        }
        assertThat(gate.figures().opened()).isEqualTo(20);
    }

    @Test
    void keepsAConnectionForTheNextOneIfItsWaiterWentAway() throws Exception {
        gate(Gate.limits().max(1));
        Attempt attempt = gate.attempt(0);
        attempt.on(() -> attempt.lease().cancelLease());
        gate.until("opened", () -> gate.figures().idle() == 1);
        assertThat(gate.figures().inFlight()).isZero();
        leased(1);
        assertThat(gate.figures().opened()).isEqualTo(1);
    }

    @Test
    void tellsEachWaiterThatTheEndpointRefuses() throws Exception {
        int port = backend.port();
        backend.close();
        gate = new Gate(2, Gate.limits().max(2), port);
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            attempts.add(gate.attempt(i % 2).lease());
        }
        for (Attempt attempt : attempts) {
            assertThat(attempt.next()).isEqualTo("refused CONNECT_REFUSED");
        }
        gate.until("all ended", () -> gate.figures().open() == 0);
        // one connect a lease and no more
        assertThat(gate.figures().connectFailures()).isEqualTo(50);
        assertThat(gate.figures().inFlight()).isZero();
        assertThat(gate.upstream.endpoints().getFirst().health().isAvailable()).isFalse();
    }

    @Test
    void tellsThatTheEndpointDoesNotAccept() throws Exception {
        try (Blackhole hole = new Blackhole()) {
            gate = new Gate(2, Gate.limits().connectTimeout(Duration.ofMillis(50)), hole.port());
            assertThat(gate.attempt().lease().next()).isEqualTo("refused CONNECT_TIMEOUT");
            gate.until("all ended", () -> gate.figures().open() == 0);
            assertThat(gate.figures().connectFailures()).isEqualTo(1);
        }
    }

    @Test
    void doesNotSayThatConnectionsAreBusyWhereNoneIsOpenYet() throws Exception {
        try (Blackhole hole = new Blackhole()) {
            gate = new Gate(1, Gate.limits().max(1).queueTimeout(Duration.ofMillis(100)), hole.port());
            Attempt first = gate.attempt().lease();
            Attempt second = gate.attempt().lease();
            assertThat(first.next()).isEqualTo("refused CONNECT_TIMEOUT");
            assertThat(second.next()).isEqualTo("refused CONNECT_TIMEOUT");
        }
    }

    @Test
    void doesNotLetAFailedConnectHitAnyoneElse() throws Exception {
        try (Blackhole hole = new Blackhole()) {
            gate = new Gate(1, Gate.limits().max(2).connectTimeout(Duration.ofMillis(300)), hole.port());
            Attempt first = gate.attempt().lease();
            Attempt second = gate.attempt();
            first.on(() -> {
                first.cancelLease();
                // one is being opened already: enough for one waiter
                second.lease();
            });
            assertThat(gate.figures().connecting()).isEqualTo(1);
            assertThat(second.next()).isEqualTo("refused CONNECT_TIMEOUT");
            assertThat(first.isQuiet()).isTrue();
            // the second one's own connect, begun when the first one's had failed
            assertThat(gate.figures().connectFailures()).isEqualTo(2);
        }
    }

    @Test
    void doesNotTryForEverWhereConnectionsCloseAtOnce() throws Exception {
        try (ScriptedBackend closing = ScriptedBackend.running(RawPeer::reset)) {
            gate = new Gate(2, Gate.limits().max(2), closing.port());
            List<Attempt> attempts = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Attempt attempt = gate.attempt(i % 2);
                attempts.add(attempt.onLeased(() -> attempt.get("/")).lease());
            }
            for (Attempt attempt : attempts) {
                assertThat(attempt.outcome()).isIn("refused UPSTREAM_CLOSED", "leased, failed UPSTREAM_CLOSED");
            }
            gate.until(
                    "all closed",
                    () -> gate.figures().open() == 0 && gate.figures().inFlight() == 0);
            // one that died on its way to another loop is opened once more for its waiter
            assertThat(closing.connections()).isLessThanOrEqualTo(100);
        }
    }

    // ---- fresh ones

    @Test
    void opensAFreshConnectionBesideAnIdleOne() throws Exception {
        gate(Gate.limits().max(2));
        takenBy(leased(0));
        Attempt retry = gate.attempt(0).leaseFresh();
        assertThat(retry.next()).isEqualTo("leased");
        assertThat(retry.connection().isReused()).isFalse();
        assertThat(gate.figures().idle()).isEqualTo(1);
    }

    @Test
    void closesAnIdleConnectionOfTheLoopToOpenAFreshOne() throws Exception {
        closesAnIdleOneToOpenAFreshOne(0);
    }

    @Test
    void closesAnIdleConnectionOfTheOtherLoopToOpenAFreshOne() throws Exception {
        closesAnIdleOneToOpenAFreshOne(1);
    }

    private void closesAnIdleOneToOpenAFreshOne(int loop) throws Exception {
        gate(Gate.limits().max(1));
        RawPeer used = takenBy(leased(0));
        Attempt retry = gate.attempt(loop).leaseFresh();
        assertThat(retry.next()).isEqualTo("leased");
        assertThat(retry.connection().isReused()).isFalse();
        used.expectEnd();
        assertThat(gate.closed(Discard.ROOM)).isEqualTo(1);
        exchange(retry, backend.accept());
        assertThat(gate.figures().open()).isEqualTo(1);
    }

    @Test
    void closesAReleasedConnectionToOpenAFreshOneInItsTurn() throws Exception {
        gate(Gate.limits().max(1));
        RawPeer peer = takenBy(leased(0));
        Attempt holder = leased(0);
        Attempt retry = gate.attempt(1).leaseFresh();
        apart();
        Attempt next = gate.attempt(0).lease();
        exchange(holder, peer);
        assertThat(retry.next()).isEqualTo("leased");
        assertThat(retry.connection().isReused()).isFalse();
        assertThat(next.isQuiet()).isTrue();
        exchange(retry, backend.accept());
        assertThat(next.next()).isEqualTo("leased");
        assertThat(gate.figures().opened()).isEqualTo(2);
    }

    @Test
    void givesTheSlotBackIfARetryIsCancelledWhileRoomIsMade() throws Exception {
        gate(Gate.limits().max(1));
        takenBy(leased(0));
        Attempt retry = gate.attempt(0);
        retry.on(() -> retry.leaseFresh().cancelLease());
        gate.until("closed", () -> gate.figures().open() == 0);
        assertThat(retry.isQuiet()).isTrue();
        assertThat(leased(1).connection().isReused()).isFalse();
    }

    @Test
    void refusesARetryWhoseConnectFails() throws Exception {
        gate(Gate.limits().max(1));
        Attempt first = leased(0);
        RawPeer peer = backend.accept();
        first.get("/");
        peer.head();
        backend.kill();
        assertThat(first.outcome()).startsWith("failed");
        assertThat(gate.attempt(0).leaseFresh().next()).isEqualTo("refused CONNECT_REFUSED");
        gate.until(
                "all ended", () -> gate.figures().open() == 0 && gate.figures().inFlight() == 0);
    }

    @Test
    void goesOnAfterAnExchangeThatThrows() throws Exception {
        gate(Gate.limits().max(1));
        Attempt holder = leased(0);
        Attempt broken = gate.attempt(0);
        broken.onLeased(() -> {
            throw new IllegalStateException(CleanLog.ON_PURPOSE);
        });
        broken.lease();
        Attempt next = gate.attempt(0).lease();
        holder.cancel();
        assertThat(next.next()).isEqualTo("leased");
        assertThat(gate.figures().inFlight()).isEqualTo(1);
    }

    // ---- the end

    @Test
    void closesIdleConnectionsWhenRetired() throws Exception {
        gate(Gate.limits());
        RawPeer peer = takenBy(leased(0));
        gate.upstream.retire();
        peer.expectEnd();
        gate.until("drained", gate.upstream::isDrained);
        assertThat(gate.closed(Discard.RETIRED)).isEqualTo(1);
    }

    @Test
    void servesWhoWaitsAndClosesThenWhenRetired() throws Exception {
        gate(Gate.limits().max(1));
        Attempt holder = leased(0);
        RawPeer peer = backend.accept();
        Attempt waiting = gate.attempt(1).lease();
        gate.upstream.retire();
        assertThat(gate.upstream.isDrained()).isFalse();
        exchange(holder, peer);
        assertThat(waiting.next()).isEqualTo("leased");
        exchange(waiting, peer);
        peer.expectEnd();
        gate.until("drained", gate.upstream::isDrained);
        assertThat(gate.figures().opened()).isEqualTo(1);
    }
}
