package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
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
}
