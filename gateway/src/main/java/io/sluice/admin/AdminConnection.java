package io.sluice.admin;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to the admin listener: one request at a time, answered on a virtual thread of its own; the next one is not read
 * before. Lives on the admin loop; closed by the client, by a request that asks for it, or when idle. One that is answered with events
 * is idle no more, and carries nothing else.
 */
final class AdminConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger log = LoggerFactory.getLogger(AdminConnection.class);

    private static final int MAX_PARAMETERS = 64;

    private final Api api;
    /** Answered with a stream: nothing follows. */
    private boolean streams;

    AdminConnection(Api api) {
        this.api = api;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest message) {
        ctx.channel().config().setAutoRead(false);
        if (streams) {
            // nothing may follow on a connection that is answered without end
            ctx.close();
            return;
        }
        if (message.decoderResult().isFailure()) {
            last(ctx, AdminResponse.error(400, "malformed request", "HTTP/1.1"));
            return;
        }
        AdminRequest request;
        try {
            request = request(ctx, message);
        } catch (IllegalArgumentException e) {
            last(ctx, AdminResponse.error(400, "malformed query", "percent-encoded UTF-8"));
            return;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(message);
        boolean chunks = message.protocolVersion().equals(HttpVersion.HTTP_1_1);
        Thread.ofVirtual().name("admin").start(() -> {
            AdminResponse response = api.answer(request);
            if (ctx.executor().isShuttingDown()) {
                return; // the server was closed meanwhile, and its connections with it
            }
            if (response.events() != null && request.method().equals(HttpMethod.GET)) {
                EventSource events = response.events();
                ctx.executor().execute(() -> stream(ctx, response, events, chunks));
            } else {
                write(ctx, response, keepAlive);
            }
        });
    }

    private static AdminRequest request(ChannelHandlerContext ctx, FullHttpRequest message) {
        String uri = message.uri();
        int query = uri.indexOf('?');
        return new AdminRequest(
                message.method(),
                query < 0 ? uri : uri.substring(0, query),
                query < 0
                        ? Map.of()
                        : new QueryStringDecoder(uri, StandardCharsets.UTF_8, true, MAX_PARAMETERS).parameters(),
                message.headers(),
                ByteBufUtil.getBytes(message.content()),
                ((InetSocketAddress) ctx.channel().remoteAddress()).getAddress(),
                Caller.NOBODY,
                Map.of());
    }

    private static void write(ChannelHandlerContext ctx, AdminResponse response, boolean keepAlive) {
        if (response.events() != null) {
            response.events().closed(); // HEAD: only the fields were asked for
        }
        // listeners come before the write: once the client has its answer, the loop may be closed
        ChannelPromise written = ctx.newPromise();
        Runnable after = response.after();
        if (after != null) {
            written.addListener(done -> after.run());
        }
        if (keepAlive) {
            written.addListener(done -> ctx.channel().config().setAutoRead(true));
            ctx.writeAndFlush(encoded(response), written);
        } else {
            last(ctx, response, written);
        }
    }

    /** The head of an answer, and then events. The next read only tells of the client's end. */
    private void stream(ChannelHandlerContext ctx, AdminResponse response, EventSource events, boolean chunks) {
        streams = true;
        if (ctx.pipeline().get(ReadTimeoutHandler.class) != null) {
            ctx.pipeline().remove(ReadTimeoutHandler.class);
        }
        HttpResponse head =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()));
        addFields(head, response);
        if (chunks) {
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(head);
        ctx.channel().closeFuture().addListener(closed -> events.closed());
        if (ctx.channel().isActive()) {
            events.opened(new EventChannel(ctx.channel()));
            ctx.channel().config().setAutoRead(true);
        }
    }

    /** Answers and closes. */
    static void last(ChannelHandlerContext ctx, AdminResponse response) {
        last(ctx, response, ctx.newPromise());
    }

    private static void last(ChannelHandlerContext ctx, AdminResponse response, ChannelPromise written) {
        FullHttpResponse encoded = encoded(response);
        encoded.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(encoded, written.addListener(ChannelFutureListener.CLOSE));
    }

    private static FullHttpResponse encoded(AdminResponse response) {
        FullHttpResponse encoded = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                Unpooled.wrappedBuffer(response.body()));
        boolean bodiless = response.status() == HttpResponseStatus.NOT_MODIFIED.code()
                || response.status() == HttpResponseStatus.NO_CONTENT.code();
        if (!bodiless) {
            encoded.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        }
        addFields(encoded, response);
        return encoded;
    }

    private static void addFields(HttpResponse encoded, AdminResponse response) {
        if (!response.contentType().isEmpty()) {
            encoded.headers().set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
        }
        encoded.headers().set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        encoded.headers().set("x-content-type-options", "nosniff");
        response.headers().forEach((name, value) -> encoded.headers().set(name, value));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        if (!(failure instanceof IOException || failure instanceof ChannelException)) {
            log.warn("admin connection closed: {}", failure.toString());
        }
        ctx.channel().unsafe().closeForcibly();
    }
}
