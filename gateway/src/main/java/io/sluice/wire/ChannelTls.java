package io.sluice.wire;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS in front of a {@link ChannelWire}, with the handshake done: what is different there. Input ends with close_notify; a FIN
 * without one is a failure, since what came may have been cut short (RFC 8446 section 6.1). Output ends with one, and the socket
 * stays whole.
 */
final class ChannelTls {
    private final SslHandler handler;

    private ChannelTls(SslHandler handler) {
        this.handler = handler;
    }

    /** Null: cleartext. */
    static @Nullable ChannelTls in(ChannelPipeline pipeline) {
        SslHandler handler = pipeline.get(SslHandler.class);
        return handler == null ? null : new ChannelTls(handler);
    }

    /** The peer's close_notify has come. BoringSSL's engine says closed, too, when only this side has ended. */
    boolean inputHasEnded() {
        return handler.engine().isInboundDone();
    }

    void endOutput() {
        handler.closeOutbound();
    }

    /** As {@link Wire#protocol}. */
    @Nullable
    String protocol() {
        return handler.applicationProtocol();
    }

    /** What has gone wrong, without what Netty wraps it in. */
    static Throwable cause(Throwable thrown) {
        return thrown instanceof DecoderException && thrown.getCause() instanceof SSLException failure
                ? failure
                : thrown;
    }
}
