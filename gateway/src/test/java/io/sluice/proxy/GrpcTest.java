package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.sluice.testing.Await;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** grpc-java on both sides: calls of all kinds, deadlines and errors. */
final class GrpcTest {
    private static final MethodDescriptor<String, String> UNARY = method("Unary", MethodType.UNARY);
    private static final MethodDescriptor<String, String> COUNT = method("Count", MethodType.SERVER_STREAMING);
    private static final MethodDescriptor<String, String> JOIN = method("Join", MethodType.CLIENT_STREAMING);
    private static final MethodDescriptor<String, String> TALK = method("Talk", MethodType.BIDI_STREAMING);
    private static final MethodDescriptor<String, String> HANG = method("Hang", MethodType.UNARY);
    private static final MethodDescriptor<String, String> MISS = method("Miss", MethodType.UNARY);

    private final AtomicBoolean cancelled = new AtomicBoolean();
    private Server server;
    private RunningGateway gateway;
    private ManagedChannel channel;

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.<String, String>newBuilder(Text.AS, Text.AS)
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName("test.Echo", name))
                .build();
    }

    /** Messages are text. */
    private enum Text implements MethodDescriptor.Marshaller<String> {
        AS;

        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = NettyServerBuilder.forPort(0).addService(service()).build().start();
        gateway = RunningGateway.of(Setup.ofEndpoints("127.0.0.1:" + server.getPort())
                .upstream("protocol: h2")
                .connections("max: 2")
                .route("match: { path: '/test.Echo/**' }"));
        channel = channel(gateway);
    }

    private static ManagedChannel channel(RunningGateway to) {
        return NettyChannelBuilder.forAddress("127.0.0.1", to.address().getPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        gateway.close();
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }

    private ServerServiceDefinition service() {
        return ServerServiceDefinition.builder("test.Echo")
                .addMethod(UNARY, ServerCalls.asyncUnaryCall((request, out) -> {
                    out.onNext("echo " + request);
                    out.onCompleted();
                }))
                .addMethod(COUNT, ServerCalls.asyncServerStreamingCall((request, out) -> {
                    for (int i = 0; i < Integer.parseInt(request); i++) {
                        out.onNext("" + i);
                    }
                    out.onCompleted();
                }))
                .addMethod(JOIN, ServerCalls.asyncClientStreamingCall(Joining::new))
                .addMethod(TALK, ServerCalls.asyncBidiStreamingCall(Talking::new))
                .addMethod(
                        HANG,
                        ServerCalls.asyncUnaryCall((request, out) ->
                                ((ServerCallStreamObserver<String>) out).setOnCancelHandler(() -> cancelled.set(true))))
                .addMethod(
                        MISS,
                        ServerCalls.asyncUnaryCall((request, out) -> out.onError(Status.NOT_FOUND
                                .withDescription("no " + request)
                                .asRuntimeException())))
                .build();
    }

    /** Answers with all messages in one. */
    private static final class Joining implements StreamObserver<String> {
        private final StreamObserver<String> out;
        private final StringBuilder all = new StringBuilder();

        Joining(StreamObserver<String> out) {
            this.out = out;
        }

        @Override
        public void onNext(String message) {
            all.append(message);
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {
            out.onNext(all.toString());
            out.onCompleted();
        }
    }

    /** Answers each message when it comes. */
    private static final class Talking implements StreamObserver<String> {
        private final StreamObserver<String> out;

        Talking(StreamObserver<String> out) {
            this.out = out;
        }

        @Override
        public void onNext(String message) {
            out.onNext("re " + message);
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {
            out.onCompleted();
        }
    }

    /** What a client hears, one line each. */
    private static final class Heard implements StreamObserver<String> {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        @Override
        public void onNext(String message) {
            lines.add(message);
        }

        @Override
        public void onError(Throwable cause) {
            lines.add("error " + Status.fromThrowable(cause).getCode());
        }

        @Override
        public void onCompleted() {
            lines.add("end");
        }

        String next() throws InterruptedException {
            String line = lines.poll(10, TimeUnit.SECONDS);
            return line == null ? "nothing" : line;
        }
    }

    private String unary(MethodDescriptor<String, String> method, String message) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
        return ClientCalls.blockingUnaryCall(channel, method, options, message);
    }

    private Status failure(MethodDescriptor<String, String> method, CallOptions options) {
        StatusRuntimeException thrown = catchThrowableOfType(
                StatusRuntimeException.class, () -> ClientCalls.blockingUnaryCall(channel, method, options, "x"));
        return thrown.getStatus();
    }

    @Test
    void callsOnce() {
        for (int i = 0; i < 50; i++) {
            assertThat(unary(UNARY, "" + i)).isEqualTo("echo " + i);
        }
        String large = "x".repeat(3_000_000);
        assertThat(unary(UNARY, large)).hasSize(large.length() + 5);
        assertThat(gateway.counted(
                        "sluice_pool_connections", "upstream", "backend", "endpoint", "127.0.0.1:" + server.getPort()))
                .isBetween(1L, 2L);
    }

    @Test
    void hearsMany() {
        List<String> heard = new ArrayList<>();
        ClientCalls.blockingServerStreamingCall(channel, COUNT, CallOptions.DEFAULT, "1000")
                .forEachRemaining(heard::add);
        assertThat(heard).hasSize(1000).startsWith("0", "1").endsWith("999");
    }

    @Test
    void saysMany() throws Exception {
        Heard heard = new Heard();
        StreamObserver<String> out =
                ClientCalls.asyncClientStreamingCall(channel.newCall(JOIN, CallOptions.DEFAULT), heard);
        for (int i = 0; i < 100; i++) {
            out.onNext("m");
        }
        out.onCompleted();
        assertThat(heard.next()).isEqualTo("m".repeat(100));
        assertThat(heard.next()).isEqualTo("end");
    }

    @Test
    void talksInTurn() throws Exception {
        Heard heard = new Heard();
        StreamObserver<String> out =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(TALK, CallOptions.DEFAULT), heard);
        for (int i = 0; i < 20; i++) {
            out.onNext("" + i);
            assertThat(heard.next()).isEqualTo("re " + i);
        }
        out.onCompleted();
        assertThat(heard.next()).isEqualTo("end");
    }

    @Test
    void aDeadlineEndsTheCallOnBothSides() throws Exception {
        Status status = failure(HANG, CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS));
        assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        Await.until("cancelled", cancelled::get);
    }

    @Test
    void anErrorOfTheServerGoesThrough() {
        Status status = failure(MISS, CallOptions.DEFAULT);
        assertThat(status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(status.getDescription()).isEqualTo("no x");
    }

    @Test
    void whatSluiceRefusesHasACode() throws Exception {
        Status unrouted = failure(
                MethodDescriptor.<String, String>newBuilder(Text.AS, Text.AS)
                        .setType(MethodType.UNARY)
                        .setFullMethodName("other.Service/Call")
                        .build(),
                CallOptions.DEFAULT);
        assertThat(unrouted.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(unrouted.getDescription()).startsWith("no-route: ");
        try (RunningGateway dead = RunningGateway.of(
                Setup.ofEndpoints("127.0.0.1:" + ScriptedBackend.unusedPort()).upstream("protocol: h2"))) {
            channel.shutdownNow();
            channel = channel(dead);
            Status refused = failure(UNARY, CallOptions.DEFAULT);
            assertThat(refused.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(refused.getDescription()).startsWith("connect-refused: ");
        }
    }
}
