package io.sluice.proxy;

import io.netty.util.NetUtil;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.http.Name;
import io.sluice.telemetry.ExchangeSummary;
import io.sluice.telemetry.RouteMetrics;
import io.sluice.upstream.Endpoint;
import io.sluice.upstream.Upstream;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is told of an exchange at its end.
 *
 * @param head of the request; null if it was refused for its head
 * @param address of the client
 */
record FinishedExchange(
        ClientConnection connection,
        long configVersion,
        RouteMetrics route,
        @Nullable Head head,
        InetAddress address,
        @Nullable Upstream target,
        @Nullable Endpoint last,
        @Nullable Failure failure,
        int status,
        int attempts,
        boolean reused,
        long nanos,
        long queueNanos,
        long firstByteNanos,
        long requestBytes,
        long responseBytes)
        implements ExchangeSummary {

    @Override
    public String client() {
        return NetUtil.toAddressString(address);
    }

    @Override
    public String method() {
        return head == null ? "" : head.method();
    }

    @Override
    public String host() {
        return head == null ? "" : head.authority();
    }

    @Override
    public String path() {
        return head == null ? "" : head.target();
    }

    @Override
    public @Nullable String upstream() {
        return target == null ? null : target.name();
    }

    @Override
    public @Nullable String endpoint() {
        return last == null ? null : last.address();
    }

    @Override
    public String requestId() {
        String id = head == null ? null : head.first(Name.X_REQUEST_ID);
        return id == null ? "" : id;
    }

    @Override
    public String listener() {
        return connection.listener().config().name();
    }
}
