package io.sluice.bench.program;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/**
 * The client's side of TLS on one connection that is not blocking; who answers is not verified. What is sent is little, and must fit
 * into the socket's buffer. Used by the holder's thread only.
 */
final class Secrecy {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final Shared shared;
    /** The beginning of a record. */
    private ByteBuffer partial = NOTHING;

    private boolean done;

    /** What all connections of a thread have in common. */
    static final class Shared {
        private static final int SIZE = 64 * 1024;
        private final String protocol;
        private final SslContext context;
        private final ByteBuffer in = ByteBuffer.allocateDirect(SIZE);
        private final ByteBuffer out = ByteBuffer.allocateDirect(SIZE);

        /** @param protocol to be agreed upon by ALPN; {@code http/1.1} need not be */
        Shared(String protocol) throws SSLException {
            this.protocol = protocol;
            context = SslContextBuilder.forClient()
                    .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .endpointIdentificationAlgorithm(null)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            ApplicationProtocolConfig.Protocol.ALPN,
                            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                            protocol))
                    .build();
        }
    }

    Secrecy(Shared shared) {
        this.shared = shared;
        this.engine = shared.context.newEngine(PooledByteBufAllocator.DEFAULT);
    }

    /** Whether the handshake is done. */
    boolean isDone() {
        return done;
    }

    /** Says the first word. */
    void begin(SocketChannel channel) throws IOException {
        engine.beginHandshake();
        speak(channel);
    }

    private void speak(SocketChannel channel) throws IOException {
        while (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP) {
            wrap(NOTHING, channel);
        }
    }

    void send(ByteBuffer content, SocketChannel channel) throws IOException {
        while (content.hasRemaining()) {
            wrap(content, channel);
        }
    }

    private void wrap(ByteBuffer content, SocketChannel channel) throws IOException {
        shared.out.clear();
        int before = content.remaining();
        note(engine.wrap(content, shared.out));
        if (before > 0 && content.remaining() == before && shared.out.position() == 0) {
            throw new IOException("the other side has ended TLS");
        }
        shared.out.flip();
        channel.write(shared.out);
        if (shared.out.hasRemaining()) {
            throw new IOException("the socket does not take " + shared.out.remaining() + " bytes");
        }
    }

    /** Reads once; returns bytes of content, -1 at the end. */
    int read(SocketChannel channel, ByteBuffer content) throws IOException {
        ByteBuffer in = shared.in;
        in.clear().put(partial);
        partial = NOTHING;
        int count = channel.read(in);
        in.flip();
        int before = content.position();
        boolean goesOn = in.hasRemaining();
        while (goesOn) {
            SSLEngineResult result = engine.unwrap(in, content);
            note(result);
            if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                return -1;
            }
            tasks();
            boolean handshaking = !done;
            speak(channel);
            goesOn = result.bytesConsumed() + result.bytesProduced() > 0
                    || (handshaking && result.getStatus() == SSLEngineResult.Status.OK && in.hasRemaining());
        }
        if (in.hasRemaining()) {
            partial = ByteBuffer.allocate(in.remaining()).put(in).flip();
        }
        return count < 0 ? -1 : content.position() - before;
    }

    private void tasks() {
        Runnable task;
        while ((task = engine.getDelegatedTask()) != null) {
            task.run();
        }
    }

    private void note(SSLEngineResult result) throws IOException {
        if (result.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.FINISHED) {
            done = true;
            String agreed = engine.getApplicationProtocol();
            if (!shared.protocol.equals(agreed) && !shared.protocol.equals(ApplicationProtocolNames.HTTP_1_1)) {
                throw new IOException("speaks " + agreed + " (expected: " + shared.protocol + ")");
            }
        }
    }

    void close() {
        ReferenceCountUtil.release(engine);
    }
}
