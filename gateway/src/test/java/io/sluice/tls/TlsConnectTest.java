package io.sluice.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.sluice.config.GatewayConfig.Transport;
import io.sluice.config.TlsVersion;
import io.sluice.config.UpstreamTls;
import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.TestCertificate;
import io.sluice.wire.Loop;
import io.sluice.wire.Loops;
import io.sluice.wire.Wire;
import io.sluice.wire.WireEvents;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wires that were opened with TLS, over every transport and library that works here: what they do that others don't, and what they must do as others. */
@ParameterizedClass
@MethodSource("kinds")
final class TlsConnectTest {
    private static final TestCertificate AUTHORITY = TestCertificate.authority("Authority");
    private static final TestCertificate SERVER = AUTHORITY.issue("127.0.0.1");
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
    private static final int MANY = 4 << 20;

    @Parameter
    Kind kind;

    /** How wires are made. */
    record Kind(Transport transport, SslProvider library) {}

    static Stream<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>();
        for (Transport transport : List.of(Transport.EPOLL, Transport.IO_URING, Transport.KQUEUE, Transport.NIO)) {
            for (SslProvider library : List.of(SslProvider.OPENSSL, SslProvider.JDK)) {
                if (works(transport) && (library == SslProvider.JDK || OpenSsl.isAvailable())) {
                    kinds.add(new Kind(transport, library));
                }
            }
        }
        return kinds.stream();
    }

    private static boolean works(Transport transport) {
        try (Loops loops = new Loops(transport, 1)) {
            return loops.size() == 1;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @TempDir
    Path folder;

    private Loops loops;
    private Loop loop;
    private SSLServerSocket server;
    private Path ca;
    private Set<TlsVersion> versions = Set.of(TlsVersion.values());

    @BeforeEach
    void open() throws IOException {
        loops = new Loops(kind.transport, 2);
        loop = loops.all().getFirst();
        server = SERVER.listen();
        ca = AUTHORITY.write(folder, "ca");
    }

    @AfterEach
    void close() throws IOException {
        loops.close();
        server.close();
    }

    private TlsPeer peer(String... protocols) {
        UpstreamTls config = new UpstreamTls(ca, null, List.of(), List.of(), null, true, versions);
        return new ClientTls("test", config, List.of(protocols), kind.library).peer("127.0.0.1", "127.0.0.1");
    }

    /** What happens to one attempt, and then to the wire. */
    private static final class Client implements Loops.Connect, WireEvents {
        final CompletableFuture<Wire> connected = new CompletableFuture<>();
        final CompletableFuture<Throwable> failed = new CompletableFuture<>();
        final CompletableFuture<String> ended = new CompletableFuture<>();
        final CompletableFuture<String> closed = new CompletableFuture<>();
        private final StringBuilder all = new StringBuilder();

        @Override
        public WireEvents connected(Wire wire) {
            connected.complete(wire);
            return this;
        }

        @Override
        public void failed(Throwable cause) {
            failed.complete(cause);
        }

        @Override
        public void read(ByteBuf bytes) {
            append(bytes.toString(US_ASCII));
        }

        private synchronized void append(String text) {
            all.append(text);
        }

        synchronized String text() {
            return all.toString();
        }

        synchronized int length() {
            return all.length();
        }

        @Override
        public void inputEnded() {
            ended.complete(text());
        }

        @Override
        public void writable() {}

        @Override
        public void closed(@Nullable Throwable cause) {
            closed.complete(cause == null ? "orderly" : String.valueOf(cause.getMessage()));
        }

        Wire wire() {
            return connected.orTimeout(10, TimeUnit.SECONDS).join();
        }

        Throwable failure() {
            return failed.orTimeout(10, TimeUnit.SECONDS).join();
        }

        void await(String wanted) throws InterruptedException {
            Await.until(wanted, () -> length() >= wanted.length());
            assertThat(text()).isEqualTo(wanted);
        }
    }

    private Client connect(TlsPeer peer) {
        return connect(server.getLocalSocketAddress(), peer, PATIENCE);
    }

    private Client connect(SocketAddress address, TlsPeer peer, long timeoutNanos) {
        Client client = new Client();
        loop.execute(() -> loops.connect(loop, address, peer, timeoutNanos, client));
        return client;
    }

    private static void write(Wire wire, String text) {
        wire.loop().execute(() -> wire.out(text.length()).writeBytes(text.getBytes(US_ASCII)));
    }

    /** Accepts one connection; the handshake is done as the server reads or writes. */
    private CompletableFuture<Void> serve(Serving serving) {
        return Aside.start(() -> {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.setSoTimeout(10_000);
                serving.run(socket);
            }
        });
    }

    private interface Serving {
        void run(SSLSocket socket) throws Exception;
    }

    private static String read(Socket socket, int count) throws IOException {
        return new String(socket.getInputStream().readNBytes(count), US_ASCII);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    @ParameterizedTest
    @EnumSource
    void sendsAndReceives(TlsVersion version) throws Exception {
        versions = Set.of(version);
        CompletableFuture<Void> served = serve(socket -> {
            assertThat(read(socket, 5)).isEqualTo("hello");
            assertThat(socket.getSession().getProtocol()).isEqualTo(version.word());
            send(socket, "world");
            read(socket, 1);
        });
        Client client = connect(peer());
        Wire wire = client.wire();

        write(wire, "hello");
        client.await("world");

        assertThat(wire.protocol()).isNull();
        assertThat(wire.halfCloses()).isFalse();
        wire.loop().execute(wire::close);
        served.get(10, TimeUnit.SECONDS);
        assertThat(client.closed.get(10, TimeUnit.SECONDS)).isEqualTo("orderly");
    }

    @Test
    void agreesUponAProtocol() throws Exception {
        SSLParameters parameters = server.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1", "h2"});
        server.setSSLParameters(parameters);
        serve(socket -> read(socket, 1));

        Wire wire = connect(peer("h2", "http/1.1")).wire();

        assertThat(wire.protocol()).isEqualTo("http/1.1");
        wire.loop().execute(wire::abort);
    }

    @Test
    void agreesUponNothingWithAServerThatKnowsNoProtocols() throws Exception {
        serve(socket -> read(socket, 1));

        Wire wire = connect(peer("h2", "http/1.1")).wire();

        assertThat(wire.protocol()).isNull();
        wire.loop().execute(wire::abort);
    }

    @Test
    void failsOnceTheSocketIsClosedIfTheHandshakeIsNotDoneInTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Client client = connect(silent.getLocalSocketAddress(), peer(), TimeUnit.MILLISECONDS.toNanos(50));
            try (Socket socket = silent.accept()) {
                socket.setSoTimeout(10_000);

                assertThat(client.failure())
                        .isInstanceOfSatisfying(
                                HandshakeException.class,
                                why -> assertThat(why.kind()).isEqualTo(HandshakeException.Kind.TIMEOUT));
                readUntilGone(socket);
            }
        }
    }

    private static void readUntilGone(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        try {
            in.readAllBytes();
        } catch (SocketException reset) {
            // gone, too
            return;
        }
    }

    @Test
    void failsAsOthersDoIfNobodyListens() throws Exception {
        InetSocketAddress nobody = (InetSocketAddress) server.getLocalSocketAddress();
        server.close();

        Client client = connect(nobody, peer(), PATIENCE);

        assertThat(client.failure()).hasMessageContaining("refused").isNotInstanceOf(HandshakeException.class);
    }

    @Test
    void sendsAndReceivesMuchUnchanged() throws Exception {
        String much = "0123456789abcdef".repeat(MANY / 16);
        CompletableFuture<Void> served = serve(socket -> {
            assertThat(read(socket, MANY)).isEqualTo(much);
            send(socket, much);
            read(socket, 1);
        });
        Client client = connect(peer());
        Wire wire = client.wire();

        wire.loop().execute(() -> {
            ByteBuf bytes = Unpooled.copiedBuffer(much, US_ASCII);
            wire.write(bytes, 0, MANY / 2);
            wire.write(bytes, MANY / 2, MANY / 2);
            bytes.release();
        });
        Await.until("all", () -> client.length() == MANY);
        assertThat(client.text()).isEqualTo(much);
        wire.loop().execute(wire::close);
        served.get(10, TimeUnit.SECONDS);
    }

    @Test
    void readsNothingMoreWhileItIsPaused() throws Exception {
        String much = "x".repeat(MANY);
        CompletableFuture<Void> served = serve(socket -> {
            send(socket, much);
            read(socket, 1);
        });
        Client client = connect(peer());
        Wire wire = client.wire();
        CompletableFuture<Integer> before = new CompletableFuture<>();
        wire.loop().execute(() -> {
            wire.pause();
            // what is on its way to the connection comes, but no more
            before.complete(client.length());
        });
        before.get(10, TimeUnit.SECONDS);
        for (int round = 0; round < 100; round++) {
            // each would read a quarter of a megabyte
            CompletableFuture<Void> done = new CompletableFuture<>();
            wire.loop().execute(() -> done.complete(null));
            done.get(10, TimeUnit.SECONDS);
        }
        assertThat(client.length()).isLessThan(MANY);
        assertThat(served).isNotDone();

        wire.loop().execute(wire::resume);
        Await.until("all", () -> client.length() == MANY);
        wire.loop().execute(wire::close);
        served.get(10, TimeUnit.SECONDS);
    }

    @Test
    void isNotWritableWhileThePeerTakesNothing() throws Exception {
        CompletableFuture<Void> taking = new CompletableFuture<>();
        CompletableFuture<Void> served = serve(socket -> {
            read(socket, 1);
            taking.get(10, TimeUnit.SECONDS);
            assertThat(read(socket, 2 * MANY)).hasSize(2 * MANY);
        });
        Client client = connect(peer());
        Wire wire = client.wire();
        CompletableFuture<Boolean> writable = new CompletableFuture<>();
        wire.loop().execute(() -> {
            ByteBuf bytes = Unpooled.copiedBuffer("y".repeat(MANY), US_ASCII);
            wire.write(bytes, 0, 1);
            wire.write(bytes, 0, MANY);
            wire.write(bytes, 0, MANY);
            bytes.release();
            wire.loop().execute(() -> writable.complete(wire.isWritable()));
        });

        assertThat(writable.get(10, TimeUnit.SECONDS)).isFalse();
        taking.complete(null);
        served.get(10, TimeUnit.SECONDS);
        wire.loop().execute(wire::abort);
    }

    @Test
    void endsInputAndItselfWithCloseNotify() throws Exception {
        CompletableFuture<Void> served = serve(socket -> {
            send(socket, "last");
            socket.shutdownOutput();
            assertThat(read(socket, 1)).isEmpty();
        });
        Client client = connect(peer());
        client.wire();

        assertThat(client.ended.get(10, TimeUnit.SECONDS)).isEqualTo("last");
        client.closed.get(10, TimeUnit.SECONDS);
        served.get(10, TimeUnit.SECONDS);
    }

    @Test
    void takesAnEndWithoutCloseNotifyForAFailure() throws Exception {
        try (CutOff between = new CutOff((InetSocketAddress) server.getLocalSocketAddress())) {
            serve(socket -> {
                send(socket, "part");
                read(socket, 1);
            });
            Client client = connect(between.address(), peer(), PATIENCE);
            client.wire();
            client.await("part");

            between.end();

            assertThat(client.closed.get(10, TimeUnit.SECONDS)).contains("without ending TLS");
            assertThat(client.ended).isNotDone();
        }
    }

    @Test
    void endsOutputWithCloseNotifyAndReadsOn() throws Exception {
        CompletableFuture<Void> served = serve(socket -> {
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .isEqualTo("request");
            send(socket, "response");
        });
        Client client = connect(peer());
        Wire wire = client.wire();

        wire.loop().execute(() -> {
            wire.out(7).writeBytes("request".getBytes(US_ASCII));
            wire.shutdownOutput();
        });

        assertThat(client.ended.get(10, TimeUnit.SECONDS)).isEqualTo("response");
        served.get(10, TimeUnit.SECONDS);
    }

    @Test
    void closesAtOnceThoughThePeerTakesNothing() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        serve(socket -> {
            read(socket, 1);
            done.get(10, TimeUnit.SECONDS);
        });
        Client client = connect(peer());
        Wire wire = client.wire();
        wire.loop().execute(() -> {
            ByteBuf bytes = Unpooled.copiedBuffer("z".repeat(2 * MANY), US_ASCII);
            wire.write(bytes, 0, 2 * MANY);
            bytes.release();
        });
        wire.loop().execute(wire::abort);

        client.closed.get(2, TimeUnit.SECONDS);
        done.complete(null);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20})
    void movesToAnotherLoopAndGoesOnThere(int times) throws Exception {
        assumeThat(loops.movesWires()).isTrue();
        CompletableFuture<Void> served = serve(socket -> {
            for (int i = 0; i < times + 1; i++) {
                send(socket, read(socket, 4));
            }
            read(socket, 1);
        });
        Client client = connect(peer());
        Wire wire = client.wire();
        write(wire, "ping");
        client.await("ping");
        for (int i = 0; i < times; i++) {
            Loop target = loops.all().get((i + 1) % 2);
            CompletableFuture<Boolean> arrived = new CompletableFuture<>();
            wire.loop()
                    .execute(() ->
                            wire.move(target, () -> arrived.complete(target.isCurrent() && wire.loop() == target)));
            assertThat(arrived.get(10, TimeUnit.SECONDS)).isTrue();
            write(wire, "pong");
            client.await("ping" + "pong".repeat(i + 1));
        }
        wire.loop().execute(wire::close);
        served.get(10, TimeUnit.SECONDS);
    }

    /** Passes bytes on both ways, until it ends the connection as whoever cuts a line would. */
    private static final class CutOff implements AutoCloseable {
        private final ServerSocket front = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final CompletableFuture<Socket> client = new CompletableFuture<>();

        CutOff(InetSocketAddress to) throws IOException {
            Aside.start(() -> {
                Socket in = front.accept();
                Socket out = new Socket(to.getAddress(), to.getPort());
                client.complete(in);
                Aside.start(() -> in.getInputStream().transferTo(out.getOutputStream()));
                Aside.start(() -> out.getInputStream().transferTo(in.getOutputStream()));
            });
        }

        SocketAddress address() {
            return front.getLocalSocketAddress();
        }

        void end() throws Exception {
            client.get(10, TimeUnit.SECONDS).shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            front.close();
            if (client.isDone()) {
                client.join().close();
            }
        }
    }
}
