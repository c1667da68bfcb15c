package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets which connection, and when. Two loops. */
final class PoolTest {
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

    // ---- at once

    @Test
    void leasesAnIdleConnectionFromWithinTheCall() throws Exception {
        gate(Gate.limits());
        exchange(leased(0), backend.accept());
        Attempt attempt = gate.attempt(0);
        attempt.on(() -> {
            attempt.lease();
            assertThat(attempt.isQuiet()).isFalse();
        });
    }

    @Test
    void leasesTheConnectionThatWasUsedLast() throws Exception {
        gate(Gate.limits());
        Attempt first = leased(0);
        Attempt second = leased(0);
        RawPeer one = backend.accept();
        RawPeer two = backend.accept();
        first.get("/1");
        second.get("/2");
        boolean inOrder = one.head().target().equals("/1");
        two.head();
        RawPeer firstPeer = inOrder ? one : two;
        RawPeer secondPeer = inOrder ? two : one;
        secondPeer.send(HttpText.ok("2"));
        second.outcome();
        firstPeer.send(HttpText.ok("1"));
        first.outcome();
        exchange(leased(0), firstPeer);
        exchange(leased(0), firstPeer);
        assertThat(gate.figures().idle()).isEqualTo(2);
    }

    @Test
    void opensNoMoreThanTheCap() throws Exception {
        gate(Gate.limits().max(3));
        for (int i = 0; i < 10; i++) {
            gate.attempt(i % 2).lease();
        }
        gate.until("all slots in use", () -> gate.figures().leased() == 3);
        assertThat(gate.figures().waiting()).isEqualTo(7);
        assertThat(gate.figures().inFlight()).isEqualTo(10);
        for (int i = 0; i < 3; i++) {
            backend.accept();
        }
        assertThat(backend.connections()).isEqualTo(3);
        assertThat(gate.figures().open()).isEqualTo(3);
    }

    // ---- queue

    @Test
    void refusesWhoeverDoesNotFitIntoTheQueue() {
        gate(Gate.limits().max(1).queue(3));
        leased(0);
        List<Attempt> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(gate.attempt(i % 2).lease());
        }
        for (int loop = 0; loop < 2; loop++) {
            Attempt tooMany = gate.attempt(loop).lease();
            assertThat(tooMany.next()).isEqualTo("refused QUEUE_FULL");
        }
        assertThat(waiting).allMatch(Attempt::isQuiet);
        waiting.getFirst().cancelLease();
        Attempt fits = gate.attempt().lease();
        fits.on(() -> {});
        assertThat(fits.isQuiet()).isTrue();
        assertThat(gate.figures().inFlight()).isEqualTo(4);
    }

    @Test
    void refusesLaterNotFromWithinTheCall() {
        gate(Gate.limits().max(1).queue(0));
        leased(0);
        Attempt attempt = gate.attempt(0);
        attempt.on(() -> {
            attempt.lease();
            assertThat(attempt.isQuiet()).isTrue();
        });
        assertThat(attempt.next()).isEqualTo("refused QUEUE_FULL");
    }

    @Test
    void doesNotRefuseWhatWasCancelledBefore() {
        gate(Gate.limits().max(1).queue(0));
        leased(0);
        Attempt attempt = gate.attempt(0);
        attempt.on(() -> attempt.lease().cancelLease());
        attempt.on(() -> {});
        assertThat(attempt.isQuiet()).isTrue();
        assertThat(gate.figures().inFlight()).isEqualTo(1);
    }

    @Test
    void needsNoQueueForAConnectionThatIsBeingOpenedOrTakenOver() throws Exception {
        gate(Gate.limits().max(1).queue(0));
        exchange(leased(0), backend.accept());
        leased(1);
    }

    @Test
    void refusesWhoWaitedTooLong() {
        gate(Gate.limits().max(1).queueTimeout(Duration.ofMillis(30)));
        leased(0);
        Attempt first = gate.attempt(0).lease();
        Attempt second = gate.attempt(1).lease();
        assertThat(first.next()).isEqualTo("refused QUEUE_TIMEOUT");
        assertThat(second.next()).isEqualTo("refused QUEUE_TIMEOUT");
        assertThat(gate.figures().waiting()).isZero();
        assertThat(gate.figures().inFlight()).isEqualTo(1);
    }

    @Test
    void servesNobodyWhoseLeaseWasCancelled() {
        gate(Gate.limits().max(1));
        Attempt holder = leased(0);
        Attempt cancelled = gate.attempt(0).lease();
        Attempt cancelledToo = gate.attempt(1).lease();
        Attempt next = gate.attempt(1).lease();
        cancelled.cancelLease();
        cancelledToo.cancelLease();
        holder.cancel();
        assertThat(next.next()).isEqualTo("leased");
        assertThat(cancelled.isQuiet()).isTrue();
        assertThat(cancelledToo.isQuiet()).isTrue();
        assertThat(gate.figures().inFlight()).isEqualTo(1);
    }

    @Test
    void ignoresACancelOfWhatIsNotWaiting() {
        gate(Gate.limits().max(1));
        Attempt attempt = leased(0).cancelLease();
        gate.attempt(0).cancelLease();
        assertThat(gate.figures().leased()).isEqualTo(1);
        attempt.cancel();
        assertThat(gate.figures().inFlight()).isZero();
    }

    @Test
    void servesInTheOrderOfArrivalOverBothLoops() throws Exception {
        gate(Gate.limits().max(1));
        Attempt holder = leased(0);
        BlockingQueue<Integer> order = new LinkedBlockingQueue<>();
        int[] loops = {1, 0, 0, 1, 1, 1, 0, 1, 0, 0};
        for (int i = 0; i < loops.length; i++) {
            int number = i;
            Attempt attempt = gate.attempt(loops[i]);
            attempt.onLeased(() -> {
                order.add(number);
                attempt.cancel();
            });
            attempt.lease();
            apart();
        }
        holder.cancel();
        for (int i = 0; i < loops.length; i++) {
            assertThat(order.poll(10, TimeUnit.SECONDS)).isEqualTo(i);
        }
    }

    /** By more than the bias, so that order counts. */
    private static void apart() throws InterruptedException {
        long from = System.nanoTime();
        Await.until("time passes", () -> System.nanoTime() - from > 2 * Pool.BIAS_NANOS);
    }

    @Test
    void servesTheOwnLoopFirstIfTheOtherIsHardlyOlder() {
        gate(Gate.limits().max(1));
        Attempt holder = leased(0);
        long from = System.nanoTime();
        Attempt other = gate.attempt(1).lease();
        Attempt own = gate.attempt(0).lease();
        assumeThat(System.nanoTime() - from).as("came together").isLessThan(Pool.BIAS_NANOS);
        holder.cancel();
        assertThat(own.next()).isEqualTo("leased");
        assertThat(other.isQuiet()).isTrue();
    }

    @Test
    void doesNotLetALeaseOvertakeWhoWaits() throws Exception {
        gate(Gate.limits().max(1));
        Attempt holder = leased(0);
        Attempt waiting = gate.attempt(1).lease();
        apart();
        Attempt late = gate.attempt(0);
        holder.on(() -> {
            holder.cancel();
            late.lease();
        });
        assertThat(waiting.next()).isEqualTo("leased");
        assertThat(late.isQuiet()).isTrue();
        waiting.cancel();
        assertThat(late.next()).isEqualTo("leased");
    }

    // ---- taking over

    @Test
    void takesAnIdleConnectionOverInsteadOfOpeningOne() throws Exception {
        gate(Gate.limits().max(8));
        RawPeer peer = takenBy(leased(0));
        exchange(leased(1), peer);
        assertThat(gate.figures().opened()).isEqualTo(1);
        assertThat(gate.figures().takenOver()).isEqualTo(1);
    }

    private RawPeer takenBy(Attempt attempt) throws Exception {
        RawPeer peer = backend.accept();
        exchange(attempt, peer);
        return peer;
    }

    @Test
    void movesAConnectionBetweenTheLoopsThousandsOfTimes() throws Exception {
        try (CountingBackend answering = new CountingBackend(CountingBackend.Manner.GENTLE)) {
            gate = new Gate(2, Gate.limits().max(4), answering.port());
            for (int i = 0; i < 3000; i++) {
                Attempt attempt = gate.attempt(i % 2);
                attempt.onLeased(() -> attempt.get("/"));
                attempt.lease();
                assertThat(attempt.outcome()).isEqualTo("leased, head 200 2, body ok, end");
            }
            assertThat(gate.figures().opened()).isEqualTo(1);
            assertThat(gate.figures().takenOver()).isEqualTo(2999);
            assertThat(answering.accepted()).isEqualTo(1);
        }
    }

    @Test
    void survivesThatConnectionsCloseWhileTheyMove() throws Exception {
        gate(Gate.limits().max(2));
        for (int i = 0; i < 300; i++) {
            Attempt attempt = leased(i % 2);
            RawPeer peer = backend.accept();
            exchange(attempt, peer);
            Attempt other = gate.attempt(1 - i % 2);
            Thread closing = Thread.ofVirtual().start(() -> {
                try {
                    peer.close();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            other.onLeased(() -> other.get("/")).lease();
            assertThat(other.next()).isEqualTo("leased");
            closing.join();
            if (other.connection().isReused()) {
                assertThat(other.outcome()).isEqualTo("failed UPSTREAM_CLOSED stale");
            } else {
                backend.accept();
                other.cancel();
            }
            gate.until(
                    "all closed",
                    () -> gate.figures().open() == 0 && gate.figures().inFlight() == 0);
        }
    }

    @Test
    void closesOneThatSendsAStrayByteWhileItMoves() throws Exception {
        gate(Gate.limits().max(2));
        for (int i = 0; i < 100; i++) {
            Attempt attempt = leased(i % 2);
            RawPeer peer = backend.accept();
            exchange(attempt, peer);
            Attempt other = gate.attempt(1 - i % 2);
            Thread sending = Thread.ofVirtual().start(() -> {
                try {
                    peer.send("H");
                } catch (IOException e) {
                    // reset already
                }
            });
            other.lease();
            assertThat(other.next()).isEqualTo("leased");
            sending.join();
            if (other.connection().isReused()) {
                gate.until("discarded", () -> gate.figures().leased() == 0);
            } else {
                other.cancel();
                backend.accept().close();
            }
            gate.until(
                    "all closed",
                    () -> gate.figures().open() == 0 && gate.figures().inFlight() == 0);
        }
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
        assertThat(gate.upstream.endpoints().getFirst().isLeftOut()).isTrue();
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
                assertThat(attempt.outcome())
                        .isIn("refused UPSTREAM_CLOSED", "leased, failed UPSTREAM_CLOSED", "refused CONNECT_FAILED");
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
            throw new IllegalStateException("thrown by the test");
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

    /** A listener that accepts nothing and whose backlog is full, so that a connect to it has no outcome. */
    private static final class Blackhole implements AutoCloseable {
        private final ServerSocket server;
        private final List<SocketChannel> fillers = new ArrayList<>();

        Blackhole() throws Exception {
            server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            while (fillers.size() < 64) {
                SocketChannel filler = SocketChannel.open();
                filler.configureBlocking(false);
                fillers.add(filler);
                if (!filler.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()))
                        && !connects(filler)) {
                    return;
                }
            }
            throw new AssertionError("the backlog does not fill");
        }

        private static boolean connects(SocketChannel filler) throws Exception {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
            while (System.nanoTime() - end < 0) {
                if (filler.finishConnect()) {
                    return true;
                }
                Thread.sleep(1);
            }
            return false;
        }

        int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel filler : fillers) {
                filler.close();
            }
            server.close();
        }
    }
}
