package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.buffer.ByteBuf;
import io.sluice.config.GatewayConfig.Transport;
import io.sluice.config.UpstreamConfig;
import io.sluice.config.UpstreamConfig.Protocol;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.testing.H2Backend;
import io.sluice.testing.ScriptedBackend;
import io.sluice.upstream.CountingBackend.Manner;
import io.sluice.wire.Loop;
import io.sluice.wire.Loops;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hundreds of exchanges on two loops over few connections: nothing is lost, nothing is too much. */
final class PoolChurnTest {
    private static final int CLIENTS = 200;
    private static final int EXCHANGES = 30;
    private static final int SOURCES = 9;

    /** What all clients of a run count. */
    private static final class Tally {
        final CountDownLatch running = new CountDownLatch(CLIENTS);
        final AtomicInteger answered = new AtomicInteger();
        final AtomicInteger cancelled = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        final AtomicInteger refused = new AtomicInteger();
        final AtomicInteger twice = new AtomicInteger();
        /** Leases that got a connection of another client. */
        final AtomicInteger others = new AtomicInteger();
        /** Exchanges that each client has behind it. */
        final AtomicIntegerArray progress = new AtomicIntegerArray(CLIENTS);
        /** The least progress of all when the first client was ready; negative before. */
        final AtomicInteger leastProgress = new AtomicInteger(-1);

        void ready() {
            if (leastProgress.get() < 0) {
                int least = IntStream.range(0, CLIENTS).map(progress::get).min().orElse(0);
                leastProgress.compareAndSet(-1, least);
            }
            running.countDown();
        }
    }

    /** A client that makes its exchanges one after the other; cancels some at random points. */
    private static final class Client implements Lease, ResponseSink {
        private final Pool pool;
        private final Loop loop;
        private final Tally tally;
        private final SplittableRandom random;
        private final double cancels;
        private final int number;
        private int left = EXCHANGES;
        private @Nullable UpstreamSide connection;
        private boolean waiting;
        private int turn;

        Client(Pool pool, Loop loop, Tally tally, int number, double cancels) {
            this.pool = pool;
            this.loop = loop;
            this.tally = tally;
            this.cancels = cancels;
            this.number = number;
            random = new SplittableRandom(number);
        }

        void next() {
            tally.progress.set(number, EXCHANGES - left);
            if (left-- == 0) {
                tally.ready();
                return;
            }
            waiting = true;
            turn++;
            if (random.nextDouble() < cancels) {
                int now = turn;
                loop.execute(() -> cancelWaiting(now));
            }
            pool.lease(loop, this);
        }

        private void cancelWaiting(int now) {
            if (waiting && turn == now) {
                waiting = false;
                pool.cancel(loop, this);
                tally.cancelled.incrementAndGet();
                loop.execute(this::next);
            }
        }

        /** Of each there are several, on both loops. */
        @Override
        public InetSocketAddress source() {
            return new InetSocketAddress(InetAddress.ofLiteral("192.0.2." + number % SOURCES), 0);
        }

        @Override
        public InetSocketAddress destination() {
            return new InetSocketAddress(InetAddress.ofLiteral("198.51.100.7"), 80);
        }

        @Override
        public void leased(UpstreamSide leased) {
            if (leased instanceof UpstreamConnection one && one.client != null && !one.client.equals(source())) {
                tally.others.incrementAndGet();
            }
            if (!waiting) {
                tally.twice.incrementAndGet();
            }
            waiting = false;
            connection = leased;
            double what = random.nextDouble();
            if (what < cancels / 2) {
                connection = null;
                leased.cancel();
                tally.cancelled.incrementAndGet();
                loop.execute(this::next);
                return;
            }
            leased.send(this, Messages.get("/"), 0, false);
            if (what < cancels) {
                connection = null;
                leased.cancel();
                tally.cancelled.incrementAndGet();
                loop.execute(this::next);
            }
        }

        @Override
        public void leftOut() {}

        @Override
        public void refused(Failure failure) {
            waiting = false;
            tally.refused.incrementAndGet();
            loop.execute(this::next);
        }

        @Override
        public void interim(Head head) {}

        @Override
        public void head(Head head, long body) {}

        @Override
        public void body(ByteBuf bytes, int from, int length) {}

        @Override
        public void end(@Nullable Head trailers) {
            if (connection == null) {
                tally.twice.incrementAndGet();
            }
            connection = null;
            tally.answered.incrementAndGet();
            next();
        }

        @Override
        public void failed(Failure failure, Progress progress) {
            boolean stale = progress == Progress.UNANSWERED && connection != null && connection.isReused();
            if (connection == null) {
                tally.twice.incrementAndGet();
            }
            connection = null;
            if (!stale) {
                tally.failed.incrementAndGet();
                loop.execute(this::next);
                return;
            }
            waiting = true;
            turn++;
            pool.leaseFresh(loop, this);
        }

        @Override
        public void writable() {}
    }

    private static Tally run(Gate gate, double cancels) throws InterruptedException {
        Tally tally = start(gate, cancels);
        awaitEnd(gate, tally);
        return tally;
    }

    private static Tally start(Gate gate, double cancels) {
        Tally tally = new Tally();
        for (int i = 0; i < CLIENTS; i++) {
            Client client = new Client(gate.pool(), gate.loop(i % gate.loops.size()), tally, i, cancels);
            client.loop.execute(client::next);
        }
        return tally;
    }

    private static void awaitEnd(Gate gate, Tally tally) throws InterruptedException {
        boolean ended = tally.running.await(60, TimeUnit.SECONDS);
        assertThat(ended)
                .as(() -> tally.running.getCount() + " clients hang; " + gate.figures())
                .isTrue();
    }

    private static void assertSettled(Gate gate, CountingBackend backend) throws InterruptedException {
        gate.until("nothing leased", () -> gate.figures().leased() == 0);
        PoolFigures figures = gate.figures();
        assertThat(figures.waiting()).isZero();
        assertThat(figures.inFlight()).isZero();
        gate.upstream.retire();
        gate.until("drained", gate.upstream::isDrained);
        gate.until("closed at the backend", () -> backend.openNow() == 0);
        assertThat(backend.error()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void neverExceedsTheCapAndAnswersEveryLease(int cap) throws Exception {
        try (CountingBackend backend = new CountingBackend(Manner.thinking(300));
                Gate gate = new Gate(2, Gate.limits().max(cap), backend.port())) {
            Tally tally = run(gate, 0);
            assertThat(tally.answered).hasValue(CLIENTS * EXCHANGES);
            assertThat(tally.twice).hasValue(0);
            assertThat(backend.peak()).isLessThanOrEqualTo(cap);
            assertThat(backend.accepted()).isLessThanOrEqualTo(cap);
            assertSettled(gate, backend);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void letsNoClientWaitOutOfTurn(int cap) throws Exception {
        try (CountingBackend backend = new CountingBackend(Manner.thinking(300));
                Gate gate = new Gate(2, Gate.limits().max(cap), backend.port())) {
            List<Attempt> holders = new ArrayList<>();
            for (int i = 0; i < cap; i++) {
                holders.add(gate.attempt(i % 2).lease());
                assertThat(holders.getLast().next()).isEqualTo("leased");
            }
            Tally tally = start(gate, 0);
            gate.until("all wait", () -> gate.figures().waiting() == CLIENTS);
            holders.forEach(Attempt::cancel);
            awaitEnd(gate, tally);
            // in turn, all are about as far as the first when that one is ready
            assertThat(tally.leastProgress.get()).isGreaterThan(EXCHANGES / 2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "IO_URING"})
    void worksOnTransportsThatMoveNoConnections(Transport transport) throws Exception {
        Loops loops;
        try {
            loops = new Loops(transport, 2);
        } catch (IllegalArgumentException e) {
            assumeThat(e.getMessage()).as("works here").isEmpty();
            return;
        }
        try (CountingBackend backend = new CountingBackend(Manner.rude(200));
                Gate gate = new Gate(loops, Gate.limits().max(3), backend.port())) {
            Tally tally = run(gate, 0.1);
            assertThat(tally.twice).hasValue(0);
            assertThat(gate.figures().takenOver()).isZero();
            assertThat(gate.closed(Discard.ROOM)).isPositive();
            assertThat(backend.peak()).isLessThanOrEqualTo(3);
            assertSettled(gate, backend);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void neverExceedsTheCapWhenConnectionsComeAndGo(int cap) throws Exception {
        try (CountingBackend backend = new CountingBackend(Manner.rude(200));
                Gate gate = new Gate(2, Gate.limits().max(cap).maxRequests(20), backend.port())) {
            Tally tally = run(gate, 0.1);
            assertThat(tally.twice).hasValue(0);
            assertThat(tally.refused).hasValue(0);
            assertThat(tally.answered.get() + tally.cancelled.get() + tally.failed.get())
                    .isEqualTo(CLIENTS * EXCHANGES);
            assertThat(backend.peak()).isLessThanOrEqualTo(cap);
            assertSettled(gate, backend);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void neverExceedsTheCapWhereEachConnectionIsOneClients(int cap) throws Exception {
        Gate.Limits limits = Gate.limits().max(cap).header(UpstreamConfig.ProxyProtocol.V1);
        try (CountingBackend backend = new CountingBackend(Manner.rude(200));
                Gate gate = new Gate(2, limits, backend.port())) {
            Tally tally = run(gate, 0.1);
            assertThat(tally.others).hasValue(0);
            assertThat(tally.twice).hasValue(0);
            assertThat(tally.refused).hasValue(0);
            assertThat(tally.answered.get() + tally.cancelled.get() + tally.failed.get())
                    .isEqualTo(CLIENTS * EXCHANGES);
            assertThat(gate.closed(Discard.ROOM)).isPositive();
            assertThat(gate.figures().reused()).isPositive();
            assertThat(backend.peak()).isLessThanOrEqualTo(cap);
            assertSettled(gate, backend);
        }
    }

    // ---- HTTP/2

    /** Answers each request of a connection at once, but refuses one in so many, and goes away after as many as that; 0: never. */
    private static ScriptedBackend.Script answering(int refused, int served) {
        return connection -> {
            H2Backend peer = H2Backend.on(connection).settings(H2Backend.MAX_CONCURRENT_STREAMS, 5);
            int count = 0;
            while (true) {
                H2Backend.Frame frame = peer.next();
                if (frame.type() == H2Backend.GOAWAY) {
                    return;
                }
                if (frame.type() != H2Backend.HEADERS) {
                    continue;
                }
                int stream = peer.section(frame).stream();
                count++;
                if (refused > 0 && count % refused == 0) {
                    peer.reset(stream, 7);
                    continue;
                }
                peer.headers(stream, false, ":status: 200", "content-length: 2").data(stream, true, "ok");
                if (count == served) {
                    peer.goAway(stream, 0);
                    peer.raw().readUntilGone();
                    return;
                }
            }
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void streamsOfFewConnectionsAnswerEveryLeaseOfEveryLoop(int cap) throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.running(answering(0, 0));
                Gate gate = new Gate(2, Gate.limits().max(cap).protocol(Protocol.H2), backend.port())) {
            Tally tally = run(gate, 0);
            assertThat(tally.answered).hasValue(CLIENTS * EXCHANGES);
            assertThat(tally.twice).hasValue(0);
            assertThat(backend.peakOpen()).isLessThanOrEqualTo(cap);
            assertStreamsSettled(gate, backend);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void nothingIsLostWhenStreamsAreRefusedAndConnectionsGoAway(int cap) throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.running(answering(17, 100));
                Gate gate = new Gate(2, Gate.limits().max(cap).protocol(Protocol.H2), backend.port())) {
            Tally tally = run(gate, 0.1);
            assertThat(tally.twice).hasValue(0);
            assertThat(tally.refused).hasValue(0);
            assertThat(tally.answered.get() + tally.cancelled.get() + tally.failed.get())
                    .isEqualTo(CLIENTS * EXCHANGES);
            assertStreamsSettled(gate, backend);
        }
    }

    private static void assertStreamsSettled(Gate gate, ScriptedBackend backend) throws InterruptedException {
        gate.until("no streams", () -> gate.figures().streams() == 0);
        gate.until("none in flight", () -> gate.figures().inFlight() == 0);
        assertThat(gate.figures().waiting()).isZero();
        assertThat(gate.figures().leased()).isZero();
        gate.upstream.retire();
        gate.until("drained", gate.upstream::isDrained);
        gate.until("closed at the backend", () -> backend.open() == 0);
    }
}
