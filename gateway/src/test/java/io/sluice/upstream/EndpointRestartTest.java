package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.upstream.CountingBackend.Manner;
import io.sluice.wire.Loop;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Endpoints that go away and come back while exchanges run. */
final class EndpointRestartTest {
    private static final int CLIENTS = 40;
    private static final int RESTARTS = 4;
    /** On the two endpoints in turn; one of them runs. */
    private static final int TRIES = 4;

    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger givenUp = new AtomicInteger();
    private final CountDownLatch running = new CountDownLatch(CLIENTS);

    /** Makes safe requests, one after the other; tries again elsewhere while no response has begun. */
    private final class Client implements Lease, ResponseSink {
        private final Gate gate;
        private final Loop loop;
        private int tries;
        private @Nullable Endpoint endpoint;

        Client(Gate gate, Loop loop) {
            this.gate = gate;
            this.loop = loop;
        }

        void next() {
            if (stop.get()) {
                running.countDown();
                return;
            }
            tries = 0;
            attempt(null);
        }

        private void attempt(@Nullable Endpoint avoid) {
            tries++;
            Endpoint other = avoid == null ? null : gate.upstream.pickOther(List.of(avoid));
            endpoint = other == null ? Objects.requireNonNull(gate.upstream.pick()) : other;
            endpoint.pool().lease(loop, this);
        }

        private void again() {
            if (tries < TRIES) {
                attempt(endpoint);
            } else {
                givenUp.incrementAndGet();
                loop.execute(this::next);
            }
        }

        @Override
        public void leased(UpstreamSide connection) {
            connection.send(this, Messages.get("/"), 0, false);
        }

        @Override
        public void leftOut() {}

        @Override
        public void refused(Failure failure) {
            again();
        }

        @Override
        public void interim(Head head) {}

        @Override
        public void head(Head head, long body) {}

        @Override
        public void body(ByteBuf bytes, int from, int length) {}

        @Override
        public void end(@Nullable Head trailers) {
            answered.incrementAndGet();
            next();
        }

        @Override
        public void failed(Failure failure, Progress progress) {
            again();
        }

        @Override
        public void writable() {}
    }

    @Test
    void costsNoExchangeWhileTheOtherEndpointRuns() throws Exception {
        CountingBackend coming = new CountingBackend(Manner.thinking(500));
        int port = coming.port();
        try (CountingBackend staying = new CountingBackend(Manner.thinking(500));
                Gate gate = new Gate(2, Gate.limits().max(8), port, staying.port())) {
            for (int i = 0; i < CLIENTS; i++) {
                Client client = new Client(gate, gate.loop(i % 2));
                client.loop.execute(client::next);
            }
            for (int i = 0; i < RESTARTS; i++) {
                CountingBackend serving = coming;
                gate.until("the endpoint serves", () -> serving.served() > 50);
                coming.close();
                int before = answered.get();
                gate.until("the other one takes over", () -> answered.get() > before + 200);
                assertThat(gate.upstream.endpoints().getFirst().health().isAvailable())
                        .isFalse();
                coming = new CountingBackend(Manner.thinking(500), port);
            }
            stop.set(true);
            assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(givenUp).hasValue(0);
            gate.until("all quiet", () -> gate.upstream.endpoints().stream().allMatch(e -> e.inFlight() == 0));
        } finally {
            coming.close();
        }
    }
}
