package io.sluice.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.config.BindAddress;
import io.sluice.config.CertificateFiles;
import io.sluice.config.GatewayConfig.Transport;
import io.sluice.config.HostPort;
import io.sluice.config.ListenerConfig;
import io.sluice.config.ListenerTls;
import io.sluice.config.TlsVersion;
import io.sluice.config.UnixPath;
import io.sluice.testing.TestCertificates;
import io.sluice.testing.UnixSocket;
import io.sluice.tls.Certificates;
import io.sluice.tls.ClientHello;
import io.sluice.tls.ServerTls;
import io.sluice.tls.TlsLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of {@link Wire}, held straight on epoll and over the channels of every transport that works here, over real sockets. */
@ParameterizedClass
@MethodSource("kinds")
class WireTest {
    private static final int SECONDS = 10;

    @Parameter
    Kind kind;

    /** How the wires are made. */
    enum Kind {
        EPOLL(Transport.EPOLL),
        EPOLL_CHANNEL(Transport.EPOLL),
        IO_URING(Transport.IO_URING),
        KQUEUE(Transport.KQUEUE),
        NIO(Transport.NIO),
        EPOLL_UNIX(Transport.EPOLL),
        EPOLL_CHANNEL_UNIX(Transport.EPOLL),
        IO_URING_UNIX(Transport.IO_URING),
        KQUEUE_UNIX(Transport.KQUEUE),
        NIO_UNIX(Transport.NIO),
        EPOLL_TLS(Transport.EPOLL),
        EPOLL_TLS_JDK(Transport.EPOLL),
        EPOLL_CHANNEL_TLS(Transport.EPOLL),
        IO_URING_TLS(Transport.IO_URING),
        NIO_TLS(Transport.NIO);

        private final Transport transport;

        Kind(Transport transport) {
            this.transport = transport;
        }

        boolean isUnix() {
            return name().endsWith("_UNIX");
        }

        boolean isTls() {
            return name().contains("_TLS");
        }

        TlsLibrary library() {
            return this == EPOLL_TLS_JDK ? TlsLibrary.JDK : TlsLibrary.BORINGSSL;
        }

        /** Netty has no half-close of Unix sockets there, nor has BoringSSL: the end of input closes them. */
        boolean halfCloses() {
            return this != IO_URING_UNIX && this != NIO_UNIX && !isTls();
        }

        Sockets sockets() {
            return this == EPOLL || this == EPOLL_UNIX || this == EPOLL_TLS || this == EPOLL_TLS_JDK
                    ? Sockets.of(transport)
                    : Sockets.of(transport).overChannels();
        }
    }

    @TempDir
    static Path certificateFolder;

    private static TestCertificates certificates;
    private static TestCertificates.Pair certificate;

    @TempDir
    Path folder;

    private ServerTls tls;
    /** What TLS connections of clients go over. */
    private final Map<Socket, Socket> plain = new ConcurrentHashMap<>();

    private Loops loops;
    private Loops.Binding binding;
    private final BlockingQueue<Served> accepted = new LinkedBlockingQueue<>();
    private final Queue<Served> all = new ConcurrentLinkedQueue<>();
    private BiConsumer<Served, ByteBuf> onRead =
            (served, bytes) -> served.wire.write(bytes, bytes.readerIndex(), bytes.readableBytes());

    static Stream<Kind> kinds() {
        return Stream.of(Kind.values()).filter(WireTest::works);
    }

    private static boolean works(Kind kind) {
        try {
            kind.sockets();
            return !kind.isTls() || kind.library() == TlsLibrary.JDK || TlsLibrary.best() == kind.library();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The server's side of a connection, as the tests see it. */
    private final class Served implements WireEvents {
        final Wire wire;
        final CountDownLatch inputEnded = new CountDownLatch(1);
        final CountDownLatch writable = new CountDownLatch(1);
        final CompletableFuture<String> closed = new CompletableFuture<>();
        final AtomicInteger reads = new AtomicInteger();

        Served(Wire wire) {
            this.wire = wire;
            accepted.add(this);
            all.add(this);
        }

        @Override
        public void read(ByteBuf bytes) {
            assertThat(wire.loop().isCurrent()).isTrue();
            reads.incrementAndGet();
            onRead.accept(this, bytes);
        }

        @Override
        public void inputEnded() {
            inputEnded.countDown();
        }

        @Override
        public void writable() {
            writable.countDown();
        }

        @Override
        public void closed(@Nullable Throwable cause) {
            closed.complete(cause == null ? "orderly" : cause.toString());
        }
    }

    /** Agrees on TLS with the clients of one test. */
    private final class Agreeing implements TlsHandshake {

        @Override
        public SSLEngine engine(ClientHello hello) {
            return tls.engine(hello.serverName());
        }

        @Override
        public WireEvents done(TlsWire wire, SSLEngine with) {
            return new Served(wire);
        }

        @Override
        public void failed(@Nullable Throwable cause) {}
    }

    private Acceptor acceptor() throws IOException {
        if (!kind.isTls()) {
            return Served::new;
        }
        ListenerTls config = new ListenerTls(
                List.of(new CertificateFiles(certificate.certificate(), certificate.key())),
                Set.of(TlsVersion.TLS_1_3),
                List.of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
                ListenerTls.Clients.NONE,
                Duration.ZERO,
                new ListenerTls.Handshake(Duration.ofSeconds(SECONDS), 100),
                Duration.ZERO);
        tls = ServerTls.of(kind.library(), config, false, Certificates.read(config), null);
        return raw -> new TlsWire(raw, new Agreeing());
    }

    @BeforeAll
    static void certify() throws IOException {
        certificates = new TestCertificates(certificateFolder);
        certificate = certificates.of("localhost");
    }

    @BeforeEach
    void open() throws IOException {
        loops = new Loops(kind.sockets(), 2);
        BindAddress address =
                kind.isUnix() ? new UnixPath(folder.resolve("s").toString()) : new HostPort("127.0.0.1", 0);
        binding = loops.bind(address, ListenerConfig.Accept.PLAIN, acceptor());
    }

    @AfterEach
    void close() throws Exception {
        binding.unbind();
        // before the loops end: io_uring does not give back the buffer of a read that is under way then
        for (Served served : all) {
            served.wire.loop().execute(served.wire::abort);
            closedAs(served);
        }
        loops.close();
        if (tls != null) {
            tls.close();
        }
    }

    private Socket connect() throws IOException {
        if (binding.address() instanceof UnixDomainSocketAddress unix) {
            return UnixSocket.connect(unix.getPath());
        }
        Socket socket = new Socket();
        socket.setSoTimeout(SECONDS * 1000);
        socket.connect(binding.address());
        return kind.isTls() ? secured(socket) : socket;
    }

    private Socket secured(Socket socket) throws IOException {
        SSLSocket secured = (SSLSocket)
                certificates.trusting().getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
        secured.startHandshake();
        plain.put(secured, socket);
        return secured;
    }

    /** The client goes without a word. */
    private void reset(Socket socket) throws IOException {
        Socket below = plain.getOrDefault(socket, socket);
        below.setSoLinger(true, 0);
        below.close();
    }

    private Served served() throws InterruptedException {
        Served served = accepted.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(served).as("accepted connection").isNotNull();
        return served;
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private static String closedAs(Served served) throws Exception {
        return served.closed.get(SECONDS, TimeUnit.SECONDS);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static String receive(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }

    @Test
    void sendsBackWhatItReads() throws Exception {
        try (Socket socket = connect()) {
            send(socket, "hello");
            assertThat(receive(socket, 5)).isEqualTo("hello");
        }
    }

    @Test
    void gathersWhatIsWrittenInOneReadEventIntoOneSegment() throws Exception {
        onRead = (served, bytes) -> {
            for (int i = 0; i < 100; i++) {
                served.wire.out(2).writeShort(0x4142);
            }
        };
        try (Socket socket = connect()) {
            send(socket, "x");
            byte[] first = new byte[1000];
            assertThat(socket.getInputStream().read(first)).isEqualTo(200);
        }
    }

    @Test
    void sendsWhatATaskOfTheLoopWrites() throws Exception {
        try (Socket socket = connect()) {
            Served served = served();
            served.wire.loop().execute(() -> served.wire.out(2).writeShort(0x4142));
            assertThat(receive(socket, 2)).isEqualTo("AB");
        }
    }

    @Test
    void keepsTheOrderOfSmallAndLargeWrites() throws Exception {
        byte[] large = new byte[40_000];
        try (Socket socket = connect()) {
            Served served = served();
            served.wire.loop().execute(() -> {
                ByteBuf lent = io.netty.buffer.Unpooled.wrappedBuffer(large);
                served.wire.out(1).writeByte('1');
                served.wire.write(lent, 0, large.length);
                served.wire.out(1).writeByte('2');
                lent.release();
            });
            InputStream in = socket.getInputStream();
            assertThat(in.read()).isEqualTo('1');
            assertThat(in.readNBytes(large.length)).isEqualTo(large);
            assertThat(in.read()).isEqualTo('2');
        }
    }

    @Test
    void tellsTheEndOfInputAndCanStillWrite() throws Exception {
        try (Socket socket = connect()) {
            Served served = served();
            socket.shutdownOutput();
            await(served.inputEnded);
            served.wire.loop().execute(() -> served.wire.out(4).writeInt(0x41424344));
            if (kind.halfCloses()) {
                assertThat(receive(socket, 4)).isEqualTo("ABCD");
                assertThat(served.closed).isNotDone();
            }
        }
    }

    @Test
    void sendsMuchToAPeerThatHasHalfClosed() throws Exception {
        assumeThat(kind.halfCloses()).isTrue();
        byte[] large = new byte[8 * 1024 * 1024];
        try (Socket socket = connect()) {
            Served served = served();
            socket.shutdownOutput();
            await(served.inputEnded);
            for (int round = 0; round < 2; round++) {
                served.wire.loop().execute(() -> {
                    ByteBuf lent = Unpooled.wrappedBuffer(large);
                    served.wire.write(lent, 0, large.length);
                    lent.release();
                });
                assertThat(socket.getInputStream().readNBytes(large.length).length)
                        .isEqualTo(large.length);
            }
            assertThat(served.closed).isNotDone();
        }
    }

    @Test
    void readsAllThatAPeerSentBeforeItsEndWhichCameDuringAPause() throws Exception {
        int size = 4 * 1024 * 1024;
        AtomicInteger received = new AtomicInteger();
        AtomicInteger tooMany = new AtomicInteger();
        AtomicInteger resumed = new AtomicInteger(1);
        onRead = (served, bytes) -> {
            received.addAndGet(bytes.readableBytes());
            tooMany.addAndGet(resumed.getAndSet(0) == 0 ? 1 : 0);
            served.wire.pause();
        };
        try (Socket socket = connect()) {
            Served served = served();
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(new byte[size]);
                    socket.shutdownOutput();
                } catch (IOException gone) {
                    // seen in what was received
                }
            });
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (served.inputEnded.getCount() > 0 && System.nanoTime() - end < 0) {
                served.wire.loop().execute(() -> {
                    resumed.set(1);
                    served.wire.resume();
                });
                boolean _ = served.inputEnded.await(1, TimeUnit.MILLISECONDS);
            }
            sender.join();
            assertThat(received).hasValue(size);
            if (kind.transport != Transport.IO_URING) { // whose read may have been under way
                assertThat(tooMany).as("reads while paused").hasValue(0);
            }
            await(served.inputEnded);
            assertThat(served.closed.isDone() && kind.halfCloses()).isFalse();
        }
    }

    @Test
    void tellsAResetOfAPeerThatHasHalfClosedWithTheNextWrite() throws Exception {
        assumeThat(kind.halfCloses()).isTrue();
        Socket socket = connect();
        Served served = served();
        socket.shutdownOutput();
        await(served.inputEnded);
        socket.setSoLinger(true, 0);
        socket.close();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!served.closed.isDone() && System.nanoTime() - end < 0) {
            served.wire.loop().execute(() -> served.wire.out(1).writeByte('x'));
            Thread.sleep(1);
        }
        assertThat(closedAs(served)).isNotEqualTo("orderly");
    }

    @Test
    void closesAfterItsHalfClose() throws Exception {
        try (Socket socket = connect()) {
            Served served = served();
            served.wire.loop().execute(served.wire::shutdownOutput);
            assertThat(socket.getInputStream().read()).isNegative();
            served.wire.loop().execute(served.wire::close);
            assertThat(closedAs(served)).isEqualTo("orderly");
        }
    }

    @Test
    void halfClosesAfterWhatWasWrittenAndStillReads() throws Exception {
        try (Socket socket = connect()) {
            Served served = served();
            CountDownLatch read = new CountDownLatch(1);
            onRead = (s, bytes) -> read.countDown();
            served.wire.loop().execute(() -> {
                served.wire.out(1).writeByte('z');
                served.wire.shutdownOutput();
            });
            assertThat(receive(socket, 10)).isEqualTo("z");
            send(socket, "x");
            await(read);
        }
    }

    @Test
    void closesAfterWhatWasWrittenHasBeenTaken() throws Exception {
        int size = 8 * 1024 * 1024;
        try (Socket socket = connect()) {
            Served served = served();
            served.wire.loop().execute(() -> {
                ByteBuf lent = io.netty.buffer.Unpooled.wrappedBuffer(new byte[size]);
                served.wire.write(lent, 0, size);
                lent.release();
                served.wire.close();
            });
            assertThat(socket.getInputStream().readAllBytes()).hasSize(size);
            assertThat(closedAs(served)).isEqualTo("orderly");
        }
    }

    @Test
    void tellsAReset() throws Exception {
        assumeThat(kind.isUnix()).as("there is no reset").isFalse();
        Socket socket = connect();
        Served served = served();
        reset(socket);
        assertThat(closedAs(served)).contains("reset");
    }

    @Test
    void tellsAResetWhilePaused() throws Exception {
        assumeThat(kind.isUnix()).as("there is no reset").isFalse();
        assumeThat(kind).as("NIO selects errors with reads only").isNotIn(Kind.NIO, Kind.NIO_TLS);
        Socket socket = connect();
        Served served = served();
        CountDownLatch paused = new CountDownLatch(1);
        served.wire.loop().execute(() -> {
            served.wire.pause();
            paused.countDown();
        });
        await(paused);
        reset(socket);
        assertThat(closedAs(served)).isNotEqualTo("orderly");
    }

    @Test
    void abortResetsThePeer() throws Exception {
        assumeThat(kind.isUnix()).as("there is no reset").isFalse();
        try (Socket socket = connect()) {
            Served served = served();
            served.wire.loop().execute(served.wire::abort);
            assertThatThrownBy(() -> receive(socket, 1)).hasMessageContaining("reset");
            closedAs(served);
        }
    }

    @Test
    void isNotWritableWhileThePeerDoesNotRead() throws Exception {
        try (Socket socket = connect()) {
            Served served = served();
            int chunk = 256 * 1024;
            CompletableFuture<Integer> written = new CompletableFuture<>();
            served.wire.loop().execute(() -> fill(served, chunk, 0, written));
            int chunks = written.get(SECONDS, TimeUnit.SECONDS);
            socket.getInputStream().readNBytes(chunks * chunk);
            await(served.writable);
        }
    }

    private static void fill(Served served, int chunk, int done, CompletableFuture<Integer> written) {
        if (!served.wire.isWritable()) {
            written.complete(done);
            return;
        }
        ByteBuf lent = io.netty.buffer.Unpooled.wrappedBuffer(new byte[chunk]);
        served.wire.write(lent, 0, chunk);
        lent.release();
        // what is written leaves at the end of the task: look again after that
        served.wire.loop().execute(() -> served.wire.loop().execute(() -> fill(served, chunk, done + 1, written)));
    }

    @Test
    void readsNothingWhilePaused() throws Exception {
        try (Socket socket = connect()) {
            Served served = served();
            CountDownLatch paused = new CountDownLatch(1);
            served.wire.loop().execute(() -> {
                served.wire.pause();
                paused.countDown();
            });
            await(paused);
            send(socket, "abc");
            // something that is surely later than the bytes: another connection's answer on each loop
            for (int i = 0; i < 4; i++) {
                try (Socket other = connect()) {
                    send(other, "x");
                    receive(other, 1);
                }
            }
            assertThat(served.reads).hasValue(0);
            served.wire.loop().execute(served.wire::resume);
            assertThat(receive(socket, 3)).isEqualTo("abc");
        }
    }

    @Test
    void movesBetweenLoopsManyTimes() throws Exception {
        assumeThat(loops.movesWires()).as("moves wires").isTrue();
        try (Socket socket = connect()) {
            Served served = served();
            for (int i = 0; i < 200; i++) {
                Loop target = loops.all().get((served.wire.loop().index() + 1) % loops.size());
                CountDownLatch arrived = new CountDownLatch(1);
                served.wire.loop().execute(() -> served.wire.move(target, arrived::countDown));
                await(arrived);
                assertThat(served.wire.loop()).isSameAs(target);
                send(socket, "m" + i);
                assertThat(receive(socket, 1 + Integer.toString(i).length())).isEqualTo("m" + i);
            }
        }
    }

    @Test
    void tellsACloseThatHappensWhileItMoves() throws Exception {
        assumeThat(loops.movesWires()).as("moves wires").isTrue();
        assumeThat(kind.isTls()).as("a close says something").isFalse();
        Socket socket = connect();
        Served served = served();
        Loop target = loops.all().get((served.wire.loop().index() + 1) % loops.size());
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(1);
        target.execute(() -> awaitQuietly(hold));
        served.wire.loop().execute(() -> served.wire.move(target, arrived::countDown));
        socket.close();
        hold.countDown();
        await(arrived);
        await(served.inputEnded);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void tellsWhyAConnectFailed() throws Exception {
        SocketAddress nobody = unused();
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        Loop loop = loops.all().getFirst();
        loop.execute(() -> loops.connect(loop, nobody, TimeUnit.SECONDS.toNanos(5), new Loops.Connect() {
            @Override
            public WireEvents connected(Wire wire) {
                throw new AssertionError("connected to a closed port");
            }

            @Override
            public void failed(Throwable cause) {
                failed.complete(cause);
            }
        }));
        assertThat(failed.get(SECONDS, TimeUnit.SECONDS)).hasMessageContaining("refused");
    }

    /** An address on which nobody listens any more. */
    private SocketAddress unused() throws IOException {
        if (kind.isUnix()) {
            Path path = folder.resolve("unused");
            UnixSocket.listen(path).close();
            return UnixDomainSocketAddress.of(path);
        }
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return unused.getLocalSocketAddress();
        }
    }

    @Test
    void connectsAndSendsAndIsToldWhatComesBack() throws Exception {
        assumeThat(kind.isTls()).as("who connects speaks no TLS").isFalse();
        BlockingQueue<Wire> connected = new LinkedBlockingQueue<>();
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        Loop loop = loops.all().getFirst();
        loop.execute(() -> loops.connect(loop, binding.address(), TimeUnit.SECONDS.toNanos(5), new Loops.Connect() {
            @Override
            public WireEvents connected(Wire wire) {
                connected.add(wire);
                return new Client(received);
            }

            @Override
            public void failed(Throwable cause) {
                received.add(cause.toString());
            }
        }));
        Wire wire = connected.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(wire).as(() -> "connected, or: " + received).isNotNull();
        wire.loop().execute(() -> wire.out(4).writeInt(0x41424344));
        assertThat(received.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("ABCD");
        assertThat(served().wire.peer().equals(Wire.UNIX)).isEqualTo(kind.isUnix());
        assertThat(wire.peer().equals(Wire.UNIX)).isEqualTo(kind.isUnix());
        wire.loop().execute(wire::abort);
        assertThat(received.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("closed");
    }

    private record Client(BlockingQueue<String> received) implements WireEvents {
        @Override
        public void read(ByteBuf bytes) {
            received.add(bytes.toString(US_ASCII));
        }

        @Override
        public void inputEnded() {}

        @Override
        public void writable() {}

        @Override
        public void closed(@Nullable Throwable cause) {
            received.add("closed");
        }
    }

    @Test
    void saysWhichAddressCannotBeBound() {
        BindAddress taken = binding.address() instanceof InetSocketAddress address
                ? new HostPort("127.0.0.1", address.getPort())
                : new UnixPath(folder.resolve("s").toString());
        assertThatThrownBy(() -> loops.bind(taken, ListenerConfig.Accept.PLAIN, Served::new))
                .isInstanceOf(IOException.class);
    }

    @Test
    void dealsConnectionsOutToAllLoops() throws Exception {
        try (Socket first = connect();
                Socket second = connect()) {
            assertThat(List.of(first, second)).allMatch(Socket::isConnected);
            assertThat(served().wire.loop()).isNotSameAs(served().wire.loop());
        }
    }

    @Test
    void givesNewConnectionsToTheLoopThatHasTheFewest() throws Exception {
        assumeThat(kind)
                .as("over channels they are dealt out in turn")
                .isIn(Kind.EPOLL, Kind.EPOLL_UNIX, Kind.EPOLL_TLS);
        List<Socket> clients = new ArrayList<>();
        List<Served> ends = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(connect());
            ends.add(served());
        }
        Loop emptied = loops.all().getFirst();
        for (Served end : ends) {
            if (end.wire.loop() == emptied) {
                emptied.execute(end.wire::abort);
                closedAs(end);
            }
        }
        for (int i = 0; i < 4; i++) {
            clients.add(connect());
            assertThat(served().wire.loop()).isSameAs(emptied);
        }
        for (Socket client : clients) {
            client.close();
        }
        assertThat(ends.stream().filter(end -> end.wire.loop() == emptied)).hasSize(4);
    }
}
