package io.sluice.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.epoll.Epoll;
import io.sluice.config.GatewayConfig.Transport;
import io.sluice.config.HostPort;
import io.sluice.config.ListenerConfig;
import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is passed from wire to wire without being seen, over real sockets. */
class RelayTest {
    private static final int SECONDS = 10;
    private static final int MIB = 1024 * 1024;
    private static final int SMALL_BUFFER = 16 * 1024;

    private Loops loops;
    private Loops.Binding binding;
    private final BlockingQueue<RelayEnd> accepted = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new ArrayList<>();
    private int pipesBefore;
    private boolean ended;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Epoll.isAvailable(), "no epoll here");
        pipesBefore = pipes();
        loops = new Loops(Sockets.of(Transport.EPOLL), 1);
        binding = loops.bind(new HostPort("127.0.0.1", 0), ListenerConfig.Accept.PLAIN, wire -> {
            RelayEnd end = new RelayEnd(wire);
            accepted.add(end);
            return end;
        });
    }

    @AfterEach
    void close() throws Exception {
        if (ended) {
            return;
        }
        ended = true;
        binding.unbind();
        loops.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        assertThat(pipes()).as("pipes of this process").isEqualTo(pipesBefore);
    }

    /** Descriptors of this process that are an end of a pipe. */
    private static int pipes() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return (int) all.filter(RelayTest::isPipe).count();
        }
    }

    private static boolean isPipe(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
        } catch (IOException gone) {
            return false;
        }
    }

    /** A client's socket and the wire at the other end. */
    private record Line(Socket socket, RelayEnd end) {
        CompletableFuture<Void> send(byte[] bytes) {
            return Aside.start(() -> socket.getOutputStream().write(bytes));
        }
    }

    private Line line(int receiveBuffer) throws Exception {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setSoTimeout(SECONDS * 1000);
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(binding.address());
        RelayEnd end = accepted.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(end).isNotNull();
        return new Line(socket, end);
    }

    private Line line() throws Exception {
        return line(0);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Something that can only be answered after all that the loop was told before. */
    private void expectAlive(Line line, String text) throws Exception {
        line.end.wire.loop().execute(() -> line.end.wire.out(text.length()).writeCharSequence(text, US_ASCII));
        assertThat(new String(line.socket.getInputStream().readNBytes(text.length()), US_ASCII))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"131072, 0", "1048576, 0", "1048577, 16384", "8000000, 0", "8000000, 16384", "67108864, 0"})
    void passesEveryByteInOrder(int length, int receiveBuffer) throws Exception {
        Line from = line();
        Line to = line(receiveBuffer);
        byte[] bytes = random(length);
        assertThat(from.end.relay(to.end, length)).isTrue();

        CompletableFuture<Void> sent = from.send(bytes);

        assertThat(to.socket.getInputStream().readNBytes(length)).isEqualTo(bytes);
        sent.get(SECONDS, TimeUnit.SECONDS);
        from.end.awaitRelayed(length);
        assertThat(from.end.pieces).as("seen").isEmpty();
    }

    @Test
    void sendsFirstWhatWasWrittenBefore() throws Exception {
        Line from = line();
        Line to = line();
        byte[] before = random(3 * MIB);
        byte[] bytes = random(MIB);
        assertThat(from.end.ask(() -> {
                    ByteBuf lent = Unpooled.wrappedBuffer(before);
                    to.end.wire.write(lent, 0, before.length);
                    lent.release();
                    return from.end.wire.relay(to.end.wire, bytes.length, 0);
                }))
                .isTrue();
        from.send(bytes);

        InputStream in = to.socket.getInputStream();
        assertThat(in.readNBytes(before.length)).isEqualTo(before);
        assertThat(in.readNBytes(bytes.length)).isEqualTo(bytes);
    }

    @Test
    void givesWhatStandsBehindToTheConnection() throws Exception {
        Line from = line();
        Line to = line(SMALL_BUFFER);
        byte[] bytes = Arrays.copyOf(random(MIB), MIB + 4);
        System.arraycopy("next".getBytes(US_ASCII), 0, bytes, MIB, 4);
        assertThat(from.end.relay(to.end, MIB)).isTrue();
        from.send(bytes);

        assertThat(to.socket.getInputStream().readNBytes(MIB)).isEqualTo(Arrays.copyOf(bytes, MIB));

        from.end.awaitRelayed(MIB);
        Await.until("what stands behind", () -> from.end.read().equals("next"));
        expectAlive(from, "both are");
        expectAlive(to, "as before");
    }

    @Test
    void passesOneBodyAfterTheOtherBothWays() throws Exception {
        Line one = line();
        Line other = line();
        for (int i = 0; i < 20; i++) {
            boolean back = i % 3 == 0;
            Line from = back ? other : one;
            Line to = back ? one : other;
            byte[] bytes = random(300_000 + i);
            assertThat(from.end.relay(to.end, bytes.length)).isTrue();
            from.send(bytes);
            assertThat(to.socket.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
            from.end.awaitRelayed(bytes.length);
            from.end.relayed.set(0);
        }
        assertThat(one.end.pieces).isEmpty();
        assertThat(other.end.pieces).isEmpty();
    }

    @Test
    void tellsTheEndBehindTheLastByte() throws Exception {
        Line from = line();
        Line to = line();
        byte[] bytes = random(MIB);
        assertThat(from.end.relay(to.end, MIB)).isTrue();
        from.send(bytes).get(SECONDS, TimeUnit.SECONDS);
        from.socket.shutdownOutput();

        assertThat(to.socket.getInputStream().readNBytes(MIB)).isEqualTo(bytes);
        assertThat(from.end.inputEnded.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(from.end.relayed).hasValue(MIB);
        expectAlive(to, "still open");
    }

    @Test
    void tellsAnEndBeforeTheLastByte() throws Exception {
        Line from = line();
        Line to = line();
        byte[] bytes = random(MIB);
        assertThat(from.end.relay(to.end, 2 * MIB)).isTrue();
        from.send(bytes).get(SECONDS, TimeUnit.SECONDS);
        from.socket.shutdownOutput();

        assertThat(to.socket.getInputStream().readNBytes(MIB)).isEqualTo(bytes);
        assertThat(from.end.inputEnded.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(from.end.relayed).hasValue(MIB);
        assertThat(from.end.closed).isNotDone();
        expectAlive(to, "still open");
        assertThat(to.end.ask(to.end.wire::allSent)).isTrue();
    }

    @Test
    void holdsTheSenderBackWhileNobodyReads() throws Exception {
        Line from = line();
        Line to = line(SMALL_BUFFER);
        byte[] bytes = random(64 * MIB);
        assertThat(from.end.relay(to.end, bytes.length)).isTrue();
        CompletableFuture<Void> sent = from.send(bytes);

        Await.until("held up", () -> isUnwritable(to));
        assertThat(sent).isNotDone();
        assertThat(to.socket.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
        from.end.awaitRelayed(bytes.length);
        assertThat(to.end.ask(to.end.wire::isWritable)).isTrue();
    }

    private static boolean isUnwritable(Line line) {
        try {
            return !line.end.ask(line.end.wire::isWritable);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void tellsAResetOfASenderThatIsHeldBack() throws Exception {
        Line from = line();
        Line to = line(SMALL_BUFFER);
        assertThat(from.end.relay(to.end, 64 * MIB)).isTrue();
        from.send(random(64 * MIB));
        Await.until("held up", () -> isUnwritable(to));

        reset(from.socket);

        from.end.awaitClosed();
        assertThat(to.end.closed).isNotDone();
        to.end.wire.loop().execute(to.end.wire::abort);
        to.end.awaitClosed();
    }

    @Test
    void isOverWhenThePeerThatTakesItIsGone() throws Exception {
        Line from = line();
        Line to = line(SMALL_BUFFER);
        assertThat(from.end.relay(to.end, 64 * MIB)).isTrue();
        from.send(random(64 * MIB));
        Await.until("held up", () -> isUnwritable(to));

        reset(to.socket);

        to.end.awaitClosed();
        Await.until("the connection reads again", () -> !from.end.pieces.isEmpty());
        from.end.wire.loop().execute(from.end.wire::abort);
        from.end.awaitClosed();
    }

    @Test
    void abortsInTheMiddle() throws Exception {
        Line from = line();
        Line to = line(SMALL_BUFFER);
        assertThat(from.end.relay(to.end, 64 * MIB)).isTrue();
        from.send(random(64 * MIB));
        Await.until("held up", () -> isUnwritable(to));

        from.end.wire.loop().execute(() -> {
            from.end.wire.abort();
            to.end.wire.abort();
        });

        from.end.awaitClosed();
        to.end.awaitClosed();
    }

    @Test
    void endsWithItsLoop() throws Exception {
        Line from = line();
        Line to = line(SMALL_BUFFER);
        assertThat(from.end.relay(to.end, 64 * MIB)).isTrue();
        from.send(random(64 * MIB));
        Await.until("held up", () -> isUnwritable(to));

        close();

        from.end.awaitClosed();
        to.end.awaitClosed();
    }

    @Test
    void passesTheBytesOfMoreThanHavePipes() throws Exception {
        int count = 80;
        List<Line> froms = new ArrayList<>();
        List<Line> tos = new ArrayList<>();
        byte[] bytes = random(4 * MIB);
        for (int i = 0; i < count; i++) {
            froms.add(line(SMALL_BUFFER));
            tos.add(line(SMALL_BUFFER));
            assertThat(froms.get(i).end.relay(tos.get(i).end, bytes.length)).isTrue();
            froms.get(i).send(bytes);
        }
        for (Line to : tos) {
            Await.until("held up", () -> isUnwritable(to));
        }
        assertThat(pipes() - pipesBefore).isBetween(2, 2 * 64 + 2 * 4);
        for (int i = 0; i < count; i++) {
            assertThat(Arrays.equals(tos.get(i).socket.getInputStream().readNBytes(bytes.length), bytes))
                    .isTrue();
            froms.get(i).end.awaitRelayed(bytes.length);
        }
    }

    @Test
    void givesWayToMemoryIfThePeerIsSlow() throws Exception {
        loops.responseMemory(16L * MIB);
        Line from = line();
        Line to = line(SMALL_BUFFER);
        byte[] bytes = random(24 * MIB);
        from.end.target = to.end.wire;
        assertThat(from.end.ask(() -> from.end.wire.relay(to.end.wire, bytes.length, 12 * MIB)))
                .isTrue();
        CompletableFuture<Void> sent = from.send(bytes);
        Await.until("held up", () -> isUnwritable(to));
        byte[] soon = to.socket.getInputStream().readNBytes(14 * MIB);

        sent.get(SECONDS, TimeUnit.SECONDS);
        Await.until("all taken in", () -> from.end.relayed.get() + from.end.passedOn.get() == bytes.length);
        assertThat(from.end.relayed).hasValueGreaterThan(8L * MIB);
        assertThat(from.end.passedOn).hasPositiveValue();
        assertThat(loops.responseMemory().used()).isPositive();
        assertThat(loops.responseMemory().clients()).isEqualTo(1);
        assertThat(pipes() - pipesBefore).as("pipes").isEqualTo(2);

        byte[] late = to.socket.getInputStream().readNBytes(10 * MIB);
        assertThat(soon).isEqualTo(Arrays.copyOf(bytes, 14 * MIB));
        assertThat(late).isEqualTo(Arrays.copyOfRange(bytes, 14 * MIB, 24 * MIB));
        Await.until("nothing waits", () -> loops.responseMemory().used() == 0);
        assertThat(loops.responseMemory().clients()).isZero();
    }

    @Test
    void givesWayOnceThereIsRoom() throws Exception {
        Line from = line();
        Line to = line(SMALL_BUFFER);
        byte[] bytes = random(8 * MIB);
        from.end.target = to.end.wire;
        assertThat(from.end.ask(() -> from.end.wire.relay(to.end.wire, bytes.length, 8 * MIB)))
                .isTrue();
        CompletableFuture<Void> sent = from.send(bytes);
        Await.until("held up", () -> isUnwritable(to));
        assertThat(from.end.passedOn).hasValue(0);

        loops.responseMemory(16L * MIB);

        sent.get(SECONDS, TimeUnit.SECONDS);
        Await.until("all taken in", () -> from.end.relayed.get() + from.end.passedOn.get() == bytes.length);
        assertThat(to.socket.getInputStream().readNBytes(8 * MIB)).isEqualTo(bytes);
    }

    @Test
    void leavesLittleToTheConnection() throws Exception {
        Line from = line();
        Line to = line();
        assertThat(from.end.relay(to.end, Relay.LEAST - 1)).isFalse();
        from.send("seen".getBytes(US_ASCII));
        Await.until("read", () -> from.end.read().equals("seen"));
    }

    @Test
    void doesNotPassTwoBodiesToOneWire() throws Exception {
        Line from = line();
        Line another = line();
        Line to = line();
        assertThat(from.end.relay(to.end, MIB)).isTrue();
        assertThat(another.end.relay(to.end, MIB)).isFalse();
    }
}
