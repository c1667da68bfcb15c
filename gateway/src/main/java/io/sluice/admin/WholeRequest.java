package io.sluice.admin;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;

/** Gathers the body of a request to the admin listener, and refuses one that is too large. */
final class WholeRequest extends HttpObjectAggregator {
    /** Bytes: room for a config with tens of thousands of routes. */
    static final int MAX_BODY = 4 * 1024 * 1024;

    WholeRequest() {
        super(MAX_BODY);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
        AdminConnection.last(ctx, AdminResponse.error(413, "body is too large", "at most " + MAX_BODY + " bytes"));
    }
}
