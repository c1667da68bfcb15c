package io.sluice.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Readings of the first bytes of a connection, and whether Netty's decoder reads the same. */
final class ProxyHeaders {
    private ProxyHeaders() {}

    static ProxyHeader.Reading read(byte[] bytes) {
        // somewhere in a larger buffer
        ByteBuf buffer = Unpooled.buffer().writeBytes(new byte[3]).writeBytes(bytes);
        buffer.skipBytes(3);
        ProxyHeader.Reading reading = ProxyHeader.read(buffer);
        if (buffer.readableBytes() != bytes.length) {
            throw new AssertionError("bytes were taken");
        }
        return reading;
    }

    static ProxyHeader.Reading read(String text) {
        return read(text.getBytes(ISO_8859_1));
    }

    /** Reads, and throws if what is accepted has no end of its own, or is something else to Netty. */
    static ProxyHeader.Reading check(byte[] bytes) {
        ProxyHeader.Reading reading = read(bytes);
        if (reading instanceof ProxyHeader.Told(int length, InetSocketAddress source)) {
            if (length > bytes.length) {
                throw new AssertionError("longer than what came");
            }
            byte[] header = Arrays.copyOf(bytes, length);
            for (int cut = 0; cut < length; cut++) {
                if (read(Arrays.copyOf(header, cut)) != ProxyHeader.Other.MORE) {
                    throw new AssertionError("not waiting for more after " + cut);
                }
            }
            if (!read(header).equals(reading)) {
                throw new AssertionError("depends on what follows");
            }
            agree(header, source);
        }
        return reading;
    }

    private static void agree(byte[] header, @Nullable InetSocketAddress source) {
        EmbeddedChannel netty = new EmbeddedChannel(new HAProxyMessageDecoder());
        HAProxyMessage message = null;
        try {
            netty.writeInbound(Unpooled.wrappedBuffer(header));
            message = netty.readInbound();
        } catch (DecoderException e) {
            Throwable why = e;
            while (why.getCause() != null) {
                why = why.getCause();
            }
            if (String.valueOf(why.getMessage()).contains("invalid port: 0 ")) {
                return; // in a line: others send it where no port is known
            }
            throw new AssertionError("Netty refuses it", e);
        } finally {
            netty.finishAndReleaseAll();
        }
        if (message == null) {
            throw new AssertionError("Netty waits for more");
        }
        String address = message.sourceAddress();
        int port = message.sourcePort();
        message.release();
        if (source != null) {
            InetSocketAddress theirs = new InetSocketAddress(InetAddress.ofLiteral(address), port);
            if (!source.equals(theirs)) {
                throw new AssertionError("Netty reads " + theirs + ", not " + source);
            }
        }
    }
}
