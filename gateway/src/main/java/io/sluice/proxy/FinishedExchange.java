package io.sluice.proxy;

import io.netty.util.NetUtil;
import io.sluice.config.AccessLogConfig;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.http.Name;
import io.sluice.http.TraceContext;
import io.sluice.telemetry.ExchangeSummary;
import io.sluice.telemetry.RouteMetrics;
import io.sluice.telemetry.Tried;
import io.sluice.upstream.Endpoint;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is told of an exchange at its end.
 *
 * @param head of the request; null if it was refused for its head
 * @param address of the client
 * @param tries null: nothing was asked of an upstream
 * @param started as {@link io.sluice.wire.Loop#nanoTime} was
 */
record FinishedExchange(
        String listener,
        long configVersion,
        RouteMetrics route,
        AccessLogConfig.@Nullable Sampling sampling,
        @Nullable Head head,
        InetAddress address,
        @Nullable Attempts tries,
        @Nullable Failure failure,
        int status,
        long started,
        long nanos,
        long firstByteNanos,
        long requestBytes,
        long responseBytes)
        implements ExchangeSummary {

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
    public String protocol() {
        return head == null || head.minorVersion() > 0 ? "HTTP/1.1" : "HTTP/1.0";
    }

    @Override
    public @Nullable String referer() {
        return head == null ? null : head.first(Name.REFERER);
    }

    @Override
    public @Nullable String userAgent() {
        return head == null ? null : head.first(Name.USER_AGENT);
    }

    @Override
    public @Nullable String traceId() {
        return head == null ? null : TraceContext.traceId(head);
    }

    @Override
    public List<Tried> tried() {
        return tries == null ? List.of() : tries.tried(started, nanos);
    }

    @Override
    public String client() {
        return NetUtil.toAddressString(address);
    }

    @Override
    public @Nullable String upstream() {
        return tries == null ? null : tries.upstream().name();
    }

    @Override
    public @Nullable String endpoint() {
        Endpoint last = tries == null ? null : tries.endpoint();
        return last == null ? null : last.address();
    }

    @Override
    public int attempts() {
        return tries == null ? 0 : tries.count();
    }

    @Override
    public boolean reused() {
        return tries != null && tries.reused();
    }

    @Override
    public boolean opened() {
        return tries != null && tries.opened();
    }

    @Override
    public long queueNanos() {
        return tries == null ? 0 : tries.queueNanos();
    }

    @Override
    public long connectNanos() {
        return tries == null ? 0 : tries.connectNanos();
    }

    @Override
    public String requestId() {
        String id = head == null ? null : head.first(Name.X_REQUEST_ID);
        return id == null ? "" : id;
    }
}
