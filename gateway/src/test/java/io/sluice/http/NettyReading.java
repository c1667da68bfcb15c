package io.sluice.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What Netty's decoder makes of some bytes: the messages it finds, as text to compare. */
final class NettyReading {
    /** One message as Netty sees it. */
    static final class Message {
        final String start;
        final String target;
        final String fields;
        final StringBuilder body = new StringBuilder();
        String trailers = "";
        boolean complete;
        boolean failed;

        private Message(HttpMessage message) {
            if (message instanceof HttpRequest request) {
                start = request.method() + " 1." + message.protocolVersion().minorVersion();
                target = request.uri();
            } else {
                HttpResponse response = (HttpResponse) message;
                start = response.status().code() + " 1."
                        + message.protocolVersion().minorVersion();
                target = "";
            }
            fields = NettyReading.fields(message.headers());
            failed = message.decoderResult().isFailure();
        }
    }

    private NettyReading() {}

    static List<Message> of(boolean request, byte[] bytes) {
        HttpDecoderConfig config =
                new HttpDecoderConfig().setMaxInitialLineLength(1 << 20).setMaxHeaderSize(1 << 20);
        EmbeddedChannel channel = new EmbeddedChannel(
                request ? new HttpRequestDecoder(config) : new HttpResponseDecoder(config),
                new ChannelInboundHandlerAdapter());
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        List<Message> messages = new ArrayList<>();
        for (Object read; (read = channel.readInbound()) != null; ) {
            try {
                add((HttpObject) read, messages);
            } finally {
                ReferenceCountUtil.release(read);
            }
        }
        channel.finishAndReleaseAll();
        return messages;
    }

    private static void add(HttpObject read, List<Message> messages) {
        if (read instanceof HttpMessage message) {
            messages.add(new Message(message));
        }
        if (read instanceof HttpContent content) {
            Message last = messages.getLast();
            ByteBuf piece = content.content();
            last.body.append(piece.toString(StandardCharsets.ISO_8859_1));
            last.failed |= content.decoderResult().isFailure();
            if (content instanceof LastHttpContent end) {
                last.complete = true;
                last.trailers = fields(end.trailingHeaders());
            }
        }
    }

    private static String fields(HttpHeaders headers) {
        StringBuilder shown = new StringBuilder();
        for (Map.Entry<String, String> field : headers) {
            shown.append(field.getKey()).append(": ").append(field.getValue()).append('\n');
        }
        return shown.toString();
    }
}
