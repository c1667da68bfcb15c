package io.sluice.proxy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.grpc.ForwardingServerBuilder;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.InternalNettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.InternalNettyServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.testing.integration.AbstractInteropTest;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.Setup;
import io.sluice.testing.TestCertificate;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.runner.JUnitCore;
import org.junit.runner.Request;
import org.junit.runner.Result;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;

/**
 * The interoperability tests that grpc-java has for itself, with the gateway between its client and its server. They are of
 * JUnit 4: each is run by that, and is one test here.
 */
final class GrpcInteropTest {
    /** Fewer would mean that they were not found. */
    private static final int AT_LEAST = 35;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void write() throws IOException {
        TestCertificate authority = TestCertificate.authority("Authority");
        authority.write(folder, "authority");
        authority.issue("localhost").write(folder, "site");
    }

    @TestFactory
    Stream<DynamicNode> overCleartext() {
        return tests(Cleartext.class);
    }

    @TestFactory
    Stream<DynamicNode> overTls() {
        return tests(Tls.class);
    }

    private static Stream<DynamicNode> tests(Class<? extends Through> suite) {
        Method[] tests = Arrays.stream(suite.getMethods())
                .filter(method -> method.isAnnotationPresent(org.junit.Test.class))
                .sorted(Comparator.comparing(Method::getName))
                .toArray(Method[]::new);
        assertThat(tests).hasSizeGreaterThanOrEqualTo(AT_LEAST);
        return Stream.of(dynamicContainer(
                suite.getSimpleName(),
                Arrays.stream(tests).map(test -> dynamicTest(test.getName(), () -> run(suite, test.getName())))));
    }

    private static void run(Class<?> suite, String test) throws Throwable {
        JUnitCore runner = new JUnitCore();
        Skipped skipped = new Skipped();
        runner.addListener(skipped);
        Result result = runner.run(Request.method(suite, test));
        for (Failure failure : result.getFailures()) {
            throw failure.getException();
        }
        assertThat(result.getRunCount()).isEqualTo(1);
        assumeThat(skipped.why).isNull();
    }

    /** What a test found missing, if it did. */
    private static final class Skipped extends RunListener {
        private @Nullable String why;

        @Override
        public void testAssumptionFailure(Failure failure) {
            why = failure.getMessage();
        }
    }

    /** Makes a server, and knows where that listens once it does, which the suite tells nobody. */
    private static final class Told extends ForwardingServerBuilder<Told> {
        private final ServerBuilder<?> builder;
        private @Nullable Server made;

        Told(ServerBuilder<?> builder) {
            this.builder = builder;
        }

        @Override
        protected ServerBuilder<?> delegate() {
            return builder;
        }

        @Override
        public Server build() {
            made = super.build();
            return made;
        }

        int port() {
            return requireNonNull(made).getPort();
        }
    }

    /** A client whose calls go through a gateway of their own. */
    public abstract static class Through extends AbstractInteropTest {
        private @Nullable Told server;
        private @Nullable RunningGateway gateway;

        abstract ServerCredentials server();

        /** Of the gateway before it. */
        abstract Setup setup(String endpoint);

        abstract NettyChannelBuilder client(int port) throws IOException;

        @Override
        protected final ServerBuilder<?> getServerBuilder() {
            NettyServerBuilder builder = NettyServerBuilder.forPort(0, server())
                    .flowControlWindow(TEST_FLOW_CONTROL_WINDOW)
                    .maxInboundMessageSize(MAX_MESSAGE_SIZE);
            // those of the test are in their place
            InternalNettyServerBuilder.setStatsEnabled(builder, false);
            server = new Told(builder.addStreamTracerFactory(createCustomCensusTracerFactory()));
            return server;
        }

        @Override
        protected final ManagedChannelBuilder<?> createChannelBuilder() {
            try {
                RunningGateway running = RunningGateway.of(
                        setup("127.0.0.1:" + requireNonNull(server).port()));
                gateway = running;
                NettyChannelBuilder builder = client(running.address().getPort())
                        .flowControlWindow(TEST_FLOW_CONTROL_WINDOW)
                        .maxInboundMessageSize(MAX_MESSAGE_SIZE);
                InternalNettyChannelBuilder.setStatsEnabled(builder, false);
                return builder.intercept(createCensusStatsClientInterceptor());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void tearDown() {
            super.tearDown();
            if (gateway != null) {
                gateway.close();
            }
        }

        // the suite's server takes what is compressed, but does not look whether it was: so without the probes

        @org.junit.Test
        public void clientCompressedUnary() throws Exception {
            clientCompressedUnary(false);
        }

        @org.junit.Test
        public void clientCompressedStreaming() throws Exception {
            clientCompressedStreaming(false);
        }
    }

    /** HTTP/2 by prior knowledge on both sides. */
    public static final class Cleartext extends Through {
        @Override
        ServerCredentials server() {
            return InsecureServerCredentials.create();
        }

        @Override
        Setup setup(String endpoint) {
            return Setup.ofEndpoints(endpoint).upstream("protocol: h2");
        }

        @Override
        NettyChannelBuilder client(int port) {
            return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext();
        }
    }

    /** HTTP/2 by ALPN on both sides. */
    public static final class Tls extends Through {
        private static File file(String name) {
            return folder.resolve(name).toFile();
        }

        @Override
        ServerCredentials server() {
            try {
                return TlsServerCredentials.create(file("site.pem"), file("site.key"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        Setup setup(String endpoint) {
            String certificate = "{ certificate: '%1$s/site.pem', key: '%1$s/site.key' }".formatted(folder);
            return Setup.ofEndpoints(endpoint)
                    .listener("tls: { certificates: [ " + certificate + " ] }")
                    .upstream("protocol: h2, tls: { ca: '%s/authority.pem', name: localhost }".formatted(folder));
        }

        @Override
        NettyChannelBuilder client(int port) throws IOException {
            TlsChannelCredentials.Builder trusting =
                    TlsChannelCredentials.newBuilder().trustManager(file("authority.pem"));
            return NettyChannelBuilder.forAddress("localhost", port, trusting.build());
        }
    }
}
