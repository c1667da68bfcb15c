package io.sluice.admin;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to the admin listener: one request at a time, answered on a virtual thread of its own; the next one is not read
 * before. Lives on the admin loop; closed by the client, by a request that asks for it, or when idle.
 */
final class AdminConnection extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger log = LoggerFactory.getLogger(AdminConnection.class);

    private final Api api;

    AdminConnection(Api api) {
        this.api = api;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest message) {
        if (message.decoderResult().isFailure()) {
            last(ctx, AdminResponse.error(400, "malformed request", "HTTP/1.1"));
            return;
        }
        String uri = message.uri();
        int mark = uri.indexOf('?');
        Map<String, List<String>> query;
        try {
            query = new QueryStringDecoder(uri).parameters();
        } catch (IllegalArgumentException e) {
            last(ctx, AdminResponse.error(400, "malformed query", "percent-encoded UTF-8"));
            return;
        }
        AdminRequest request = new AdminRequest(
                message.method(),
                mark < 0 ? uri : uri.substring(0, mark),
                query,
                message.headers(),
                ByteBufUtil.getBytes(message.content()));
        boolean keepAlive = HttpUtil.isKeepAlive(message);
        Thread.ofVirtual().name("admin").start(() -> {
            AdminResponse response = answer(request);
            if (ctx.executor().isShuttingDown()) {
                return; // the server was closed meanwhile, and its connections with it
            }
            if (keepAlive) {
                // listens before it is written: once the client has its answer, the loop may be closed
                ctx.writeAndFlush(encoded(response), ctx.newPromise().addListener(done -> ctx.read()));
            } else {
                last(ctx, response);
            }
        });
    }

    private AdminResponse answer(AdminRequest request) {
        try {
            return api.answer(request);
        } catch (RuntimeException | IOException e) {
            log.error("{} {} failed", request.method(), request.path(), e);
            return AdminResponse.error(500, "internal error", "see the log");
        }
    }

    /** Answers and closes. */
    static void last(ChannelHandlerContext ctx, AdminResponse response) {
        FullHttpResponse encoded = encoded(response);
        encoded.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(encoded).addListener(ChannelFutureListener.CLOSE);
    }

    private static FullHttpResponse encoded(AdminResponse response) {
        FullHttpResponse encoded = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                Unpooled.wrappedBuffer(response.body()));
        if (response.status() != HttpResponseStatus.NOT_MODIFIED.code()) {
            encoded.headers().set(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        }
        if (!response.contentType().isEmpty()) {
            encoded.headers().set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
        }
        encoded.headers().set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
        encoded.headers().set("x-content-type-options", "nosniff");
        response.headers().forEach((name, value) -> encoded.headers().set(name, value));
        return encoded;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
        if (!(failure instanceof IOException || failure instanceof ChannelException)) {
            log.warn("admin connection closed: {}", failure.toString());
        }
        ctx.channel().unsafe().closeForcibly();
    }
}
