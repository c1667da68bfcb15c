package io.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.epoll.Epoll;
import io.sluice.config.CertificateFiles;
import io.sluice.config.GatewayConfig.Transport;
import io.sluice.config.HostPort;
import io.sluice.config.ListenerConfig;
import io.sluice.config.ListenerTls;
import io.sluice.config.TlsVersion;
import io.sluice.testing.TestCertificates;
import io.sluice.tls.Certificates;
import io.sluice.tls.ClientHello;
import io.sluice.tls.ServerTls;
import io.sluice.tls.TlsLibrary;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When what is written to one wire by the events of others leaves. */
final class GatheringTest {
    private static final int SECONDS = 10;
    private static final int LITTLE = 100;
    private static final int MUCH = 20_000;

    private final Loops loops = new Loops(Transport.AUTO, 1);
    private final BlockingQueue<Served> accepted = new LinkedBlockingQueue<>();
    /** Before each write: whether what was written before to the first wire has left. */
    private final List<Boolean> hadLeft = new ArrayList<>();

    private final List<Socket> clients = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();
    private Loops.Binding binding;
    /** Each answers its own client; then the first is the one that comes first in the round. */
    private boolean answers;

    private Served first;

    @TempDir
    private Path folder;

    private @Nullable TestCertificates certificates;
    private @Nullable ServerTls tls;

    private final class Served implements WireEvents {
        private final Wire wire;

        Served(Wire wire) {
            this.wire = wire;
            accepted.add(this);
        }

        @Override
        public void read(ByteBuf bytes) {
            bytes.skipBytes(bytes.readableBytes());
            if (answers && hadLeft.isEmpty()) {
                first = this;
            }
            hadLeft.add(first.wire.allSent() && !(answers && hadLeft.isEmpty()));
            int length = lengths.removeFirst();
            ByteBuf zeros = Unpooled.directBuffer(length).writeZero(length);
            (answers ? this : first).wire.write(zeros, 0, length);
            zeros.release();
        }

        @Override
        public void inputEnded() {}

        @Override
        public void writable() {}

        @Override
        public void closed(@Nullable Throwable cause) {}
    }

    /** Agrees on TLS with the clients. */
    private final class Agreeing implements TlsHandshake {
        private final ServerTls with;

        Agreeing(ServerTls with) {
            this.with = with;
        }

        @Override
        public SSLEngine engine(ClientHello hello) {
            return with.engine(hello.serverName());
        }

        @Override
        public WireEvents done(TlsWire wire, SSLEngine engine) {
            return new Served(wire);
        }

        @Override
        public void failed(@Nullable Throwable cause) {}
    }

    @BeforeEach
    void needsEpoll() {
        assumeThat(Epoll.isAvailable()).isTrue();
    }

    private void open(boolean secure) throws Exception {
        Acceptor acceptor = Served::new;
        if (secure) {
            certificates = new TestCertificates(folder);
            TestCertificates.Pair pair = certificates.of("localhost");
            ListenerTls config = new ListenerTls(
                    List.of(new CertificateFiles(pair.certificate(), pair.key())),
                    Set.of(TlsVersion.TLS_1_3),
                    List.of(),
                    ListenerTls.Clients.NONE,
                    Duration.ZERO,
                    new ListenerTls.Handshake(Duration.ofSeconds(SECONDS), 100),
                    Duration.ZERO);
            ServerTls made = ServerTls.of(TlsLibrary.best(), config, false, Certificates.read(config), null);
            tls = made;
            acceptor = raw -> new TlsWire(raw, new Agreeing(made));
        }
        binding = loops.bind(new HostPort("127.0.0.1", 0), ListenerConfig.Accept.PLAIN, acceptor);
        first = connect();
        first.wire.loop().longestPutOff = Long.MAX_VALUE;
    }

    private Served connect() throws Exception {
        Socket client = new Socket();
        client.setSoTimeout(SECONDS * 1000);
        client.connect((InetSocketAddress) binding.address());
        if (certificates != null) {
            SSLSocket secured = (SSLSocket) certificates
                    .trusting()
                    .getSocketFactory()
                    .createSocket(client, "localhost", client.getPort(), true);
            secured.startHandshake();
            client = secured;
        }
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
        if (tls != null) {
            tls.close();
        }
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
        if (answers) {
            for (int i = 0; i < written.length; i++) {
                assertThat(clients.get(i + 1).getInputStream().readNBytes(written[i]))
                        .hasSize(written[i]);
            }
        } else {
            int all = List.of(written).stream().mapToInt(Integer::intValue).sum();
            assertThat(clients.getFirst().getInputStream().readNBytes(all)).hasSize(all);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void littleOfSeveralEventsOfARoundLeavesTogether(boolean secure) throws Exception {
        open(secure);
        round(LITTLE, LITTLE, LITTLE);
        assertThat(hadLeft).containsExactly(true, false, false);
    }

    @Test
    void nothingWaitsForMoreThanAnEventThatEndsTooLate() throws Exception {
        open(false);
        first.wire.loop().longestPutOff = 0;
        round(LITTLE, LITTLE, LITTLE);
        assertThat(hadLeft).containsExactly(true, false, true);
    }

    @Test
    void noMoreWiresWaitThanBuffersAreKeptFor() throws Exception {
        open(false);
        answers = true;
        Integer[] little = new Integer[Loop.MOST_PUT_OFF + 1];
        Arrays.fill(little, LITTLE);
        round(little);
        assertThat(hadLeft).containsOnlyOnce(true).endsWith(true);
    }

    @Test
    void muchDoesNotWait() throws Exception {
        open(false);
        round(MUCH, MUCH, LITTLE);
        assertThat(hadLeft).containsExactly(true, true, true);
    }

    @Test
    void whatHasBecomeMuchWaitsNoLonger() throws Exception {
        open(false);
        round(LITTLE, MUCH, LITTLE);
        assertThat(hadLeft).containsExactly(true, false, true);
    }
}
