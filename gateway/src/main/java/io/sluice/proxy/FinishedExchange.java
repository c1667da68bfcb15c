package io.sluice.proxy;

import io.netty.util.NetUtil;
import io.sluice.config.Network;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.http.Name;
import io.sluice.telemetry.ExchangeSummary;
import io.sluice.telemetry.RouteMetrics;
import io.sluice.upstream.Endpoint;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is told of an exchange at its end.
 *
 * @param head of the request; null if it was refused for its head
 * @param address of the client
 * @param tries null: nothing was asked of an upstream
 */
record FinishedExchange(
        String listener,
        long configVersion,
        RouteMetrics route,
        @Nullable Head head,
        InetAddress address,
        @Nullable Attempts tries,
        @Nullable Failure failure,
        int status,
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
    public String client() {
        return address.equals(Network.UNIX_CLIENT) ? Network.UNIX.toString() : NetUtil.toAddressString(address);
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
    public String requestId() {
        String id = head == null ? null : head.first(Name.X_REQUEST_ID);
        return id == null ? "" : id;
    }
}
