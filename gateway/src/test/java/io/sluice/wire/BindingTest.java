package io.sluice.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sluice.config.HostPort;
import io.sluice.config.ListenerConfig;
import io.sluice.testing.Await;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of {@link Loops.Binding}, on everything that accepts here. */
@ParameterizedClass
@MethodSource("io.sluice.wire.WireTest#kinds")
class BindingTest {
    private static final int PATIENCE_MILLIS = 10_000;

    @Parameter
    WireTest.Kind kind;

    private final AtomicBoolean open = new AtomicBoolean(true);
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private Loops loops;
    private Loops.Binding binding;

    /** Accepts or doesn't, as the test says. */
    private final class Door implements Acceptor {
        @Override
        public boolean accepts() {
            boolean answer = open.get();
            if (!answer) {
                refusals.incrementAndGet();
            }
            return answer;
        }

        @Override
        public void accepted() {
            accepted.incrementAndGet();
        }

        @Override
        public WireEvents connected(Wire wire) {
            return new Echo(wire);
        }
    }

    /** Sends back what it reads. */
    private final class Echo implements WireEvents {
        private final Wire wire;

        Echo(Wire wire) {
            this.wire = wire;
        }

        @Override
        public void read(ByteBuf bytes) {
            wire.write(bytes, bytes.readerIndex(), bytes.readableBytes());
        }

        @Override
        public void inputEnded() {
            wire.close();
        }

        @Override
        public void writable() {}

        @Override
        public void closed(@Nullable Throwable cause) {
            closed.incrementAndGet();
        }
    }

    @BeforeEach
    void bind() throws IOException {
        loops = new Loops(kind.sockets(), 2);
        binding = loops.bind(new HostPort("127.0.0.1", 0), ListenerConfig.Accept.PLAIN, new Door());
    }

    @AfterEach
    void close() throws InterruptedException {
        binding.unbind();
        // before the loops end: io_uring does not give back the buffer of a read that is under way then
        Await.until("all are closed", () -> closed.get() == accepted.get());
        loops.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(binding.address());
        return socket;
    }

    private static void expectEcho(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        assertThat(new String(socket.getInputStream().readNBytes(text.length()), US_ASCII))
                .isEqualTo(text);
    }

    @Test
    void whoComesWhenNoneIsAcceptedAnyMoreWaits() throws Exception {
        try (Socket before = connect()) {
            expectEcho(before, "before");
            // it is not told, so the next accept is under way
            open.set(false);
            try (Socket late = connect()) {
                Await.until("it is asked", () -> refusals.get() > 0);
                expectEcho(before, "still");
                assertThat(accepted).hasValue(1);

                open.set(true);
                binding.recheck();

                expectEcho(late, "late");
                try (Socket next = connect()) {
                    expectEcho(next, "next");
                }
            }
        }
    }

    @Test
    void whoWaitsIsClosedWithTheAddress() throws Exception {
        open.set(false);
        try (Socket late = connect()) {
            Await.until("it is asked", () -> refusals.get() > 0);

            binding.unbind();

            assertThat(isClosed(late)).isTrue();
            assertThat(accepted).hasValue(0);
        }
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void canBeToldToRestAndGoOnWithinOneTurn() throws Exception {
        CountDownLatch held = holdLoops();
        CountDownLatch told = new CountDownLatch(loops.size());
        for (int i = 0; i < 4; i++) {
            boolean answer = i % 2 == 1;
            loops.all().forEach(loop -> loop.execute(() -> open.set(answer)));
            binding.recheck();
        }
        loops.all().forEach(loop -> loop.execute(told::countDown));
        held.countDown();
        told.await();
        open.set(true);
        binding.recheck();

        try (Socket socket = connect()) {
            expectEcho(socket, "hello");
        }
    }

    @Test
    void canBeUnboundInTheMomentAcceptingRests() throws Exception {
        CountDownLatch held = holdLoops();
        open.set(false);
        binding.recheck();
        Thread unbinds = Thread.ofPlatform().start(binding::unbind);
        Await.until("it waits for the loops", () -> unbinds.getState() != Thread.State.RUNNABLE);
        held.countDown();
        unbinds.join();

        assertThat(refusals.get()).isPositive();
    }

    /** Keeps all loops from doing anything until it is counted down: what they are told meanwhile, they hear in one turn. */
    private CountDownLatch holdLoops() {
        CountDownLatch held = new CountDownLatch(1);
        loops.all().forEach(loop -> loop.execute(() -> waitFor(held)));
        return held;
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
