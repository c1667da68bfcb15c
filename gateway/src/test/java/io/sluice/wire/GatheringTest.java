package io.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.epoll.Epoll;
import io.sluice.config.GatewayConfig.Transport;
import io.sluice.config.HostPort;
import io.sluice.config.ListenerConfig;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When what is written to one wire by the events of others leaves. */
final class GatheringTest {
    private static final int SECONDS = 10;
    private static final int LITTLE = 100;
    private static final int MUCH = 20_000;

    private final Loops loops = new Loops(Transport.AUTO, 1);
    private final BlockingQueue<Served> accepted = new LinkedBlockingQueue<>();
    /** Before each write to the first wire: whether what was written before has left. */
    private final List<Boolean> hadLeft = new ArrayList<>();

    private final List<Socket> clients = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();
    private boolean gathers = true;
    private Loops.Binding binding;
    private Served first;

    private final class Served implements WireEvents {
        private final Wire wire;

        Served(Wire wire) {
            this.wire = wire;
            accepted.add(this);
        }

        @Override
        public boolean gathers() {
            return gathers;
        }

        @Override
        public void read(ByteBuf bytes) {
            bytes.skipBytes(bytes.readableBytes());
            hadLeft.add(first.wire.allSent());
            int length = lengths.removeFirst();
            ByteBuf zeros = Unpooled.directBuffer(length).writeZero(length);
            first.wire.write(zeros, 0, length);
            zeros.release();
        }

        @Override
        public void inputEnded() {}

        @Override
        public void writable() {}

        @Override
        public void closed(@Nullable Throwable cause) {}
    }

    @BeforeEach
    void open() throws Exception {
        assumeThat(Epoll.isAvailable()).isTrue();
        binding = loops.bind(new HostPort("127.0.0.1", 0), ListenerConfig.Accept.PLAIN, Served::new);
        first = connect();
    }

    private Served connect() throws Exception {
        Socket client = new Socket();
        client.setSoTimeout(SECONDS * 1000);
        client.connect((InetSocketAddress) binding.address());
        clients.add(client);
        return accepted.poll(SECONDS, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        for (Socket client : clients) {
            client.close();
        }
        binding.unbind();
        loops.close();
    }

    /** Each of so many others has an event in the same round, in which it writes so much to the first. */
    private void round(Integer... written) throws Exception {
        lengths.addAll(List.of(written));
        for (int i = 0; i < written.length; i++) {
            connect();
        }
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        first.wire.loop().execute(() -> {
            held.countDown();
            awaitQuietly(free);
        });
        assertThat(held.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        for (Socket client : clients.subList(1, clients.size())) {
            client.getOutputStream().write('x');
        }
        free.countDown();
        int all = List.of(written).stream().mapToInt(Integer::intValue).sum();
        assertThat(clients.getFirst().getInputStream().readNBytes(all)).hasSize(all);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void littleOfSeveralEventsOfARoundLeavesTogetherWhereMoreIsToCome() throws Exception {
        round(LITTLE, LITTLE, LITTLE);
        assertThat(hadLeft).containsExactly(true, false, false);
    }

    @Test
    void nothingWaitsWhereNoMoreIsToCome() throws Exception {
        gathers = false;
        round(LITTLE, LITTLE, LITTLE);
        assertThat(hadLeft).containsExactly(true, true, true);
    }

    @Test
    void muchDoesNotWait() throws Exception {
        round(MUCH, MUCH, LITTLE);
        assertThat(hadLeft).containsExactly(true, true, true);
    }

    @Test
    void whatHasBecomeMuchWaitsNoLonger() throws Exception {
        round(LITTLE, MUCH, LITTLE);
        assertThat(hadLeft).containsExactly(true, false, true);
    }
}
