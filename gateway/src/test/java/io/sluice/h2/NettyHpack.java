package io.sluice.h2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Netty's own encoder and decoder, with a table each: what they make of fields, and of blocks. Fields are lines, {@code name: value}. */
final class NettyHpack {
    private final DefaultHttp2HeadersEncoder encoder =
            new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, true, 16, 4);

    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);

    byte[] encode(List<String> lines) throws Http2Exception {
        Http2Headers headers = new DefaultHttp2Headers(false);
        for (String line : lines) {
            int colon = line.indexOf(": ", 1);
            headers.add(line.substring(0, colon), line.substring(colon + 2));
        }
        ByteBuf out = Unpooled.buffer();
        encoder.encodeHeaders(1, headers, out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    /** Null if it is refused. */
    @Nullable
    List<String> decode(byte[] block) {
        try {
            List<String> lines = new ArrayList<>();
            for (Map.Entry<CharSequence, CharSequence> field :
                    decoder.decodeHeaders(1, Unpooled.wrappedBuffer(block))) {
                lines.add(field.getKey() + ": " + field.getValue());
            }
            return lines;
        } catch (Http2Exception | RuntimeException refused) {
            return null;
        }
    }

    /** Values as they are, with bytes beyond ASCII. */
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
