package io.sluice.proxy;

import io.sluice.config.AccessLogConfig;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.http.Name;
import io.sluice.http.Peer;
import io.sluice.http.TraceContext;
import io.sluice.route.Route;
import io.sluice.telemetry.ExchangeSummary;
import io.sluice.telemetry.RouteMetrics;
import io.sluice.telemetry.Tried;
import io.sluice.upstream.Endpoint;
import io.sluice.upstream.Upstream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is told of an exchange at its end: read from it, and valid only until it is used again. */
final class FinishedExchange implements ExchangeSummary {
    private final Exchange exchange;

    FinishedExchange(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Of the request; null if it was refused for its head. */
    private @Nullable Head head() {
        return exchange.parsed ? exchange.head : null;
    }

    @Override
    public String listener() {
        return exchange.client.listener();
    }

    @Override
    public long configVersion() {
        return exchange.version;
    }

    @Override
    public RouteMetrics route() {
        Route found = exchange.route;
        return found == null ? exchange.proxy.telemetry().unrouted() : found.metrics();
    }

    @Override
    public @Nullable Failure failure() {
        return exchange.failure;
    }

    @Override
    public int status() {
        return exchange.reply.status();
    }

    @Override
    public long nanos() {
        return exchange.endedAt - exchange.started;
    }

    @Override
    public long endedAt() {
        return exchange.endedAt;
    }

    @Override
    public long firstByteNanos() {
        return exchange.respondedAt == 0 ? 0 : exchange.respondedAt - exchange.started;
    }

    @Override
    public long requestBytes() {
        return exchange.request.bytes();
    }

    @Override
    public long responseBytes() {
        return exchange.reply.bytes();
    }

    @Override
    public String method() {
        Head head = head();
        return head == null ? "" : head.method();
    }

    @Override
    public String host() {
        Head head = head();
        return head == null ? "" : head.authority();
    }

    @Override
    public String path() {
        Head head = head();
        return head == null ? "" : head.target();
    }

    @Override
    public AccessLogConfig.@Nullable Sampling sampling() {
        Route found = exchange.route;
        return found == null ? null : found.config().log();
    }

    @Override
    public String protocol() {
        return exchange.client.protocol();
    }

    @Override
    public @Nullable String referer() {
        return field(Name.REFERER);
    }

    @Override
    public @Nullable String userAgent() {
        return field(Name.USER_AGENT);
    }

    private @Nullable String field(Name name) {
        Head head = head();
        return head == null ? null : head.first(name);
    }

    @Override
    public String client() {
        return Peer.text(exchange.clientAddress);
    }

    @Override
    public @Nullable String upstream() {
        Upstream asked = exchange.attempts.upstream();
        return asked == null ? null : asked.name();
    }

    @Override
    public @Nullable String endpoint() {
        Endpoint last = exchange.attempts.endpoint();
        return last == null ? null : last.address();
    }

    @Override
    public int attempts() {
        return exchange.attempts.count();
    }

    @Override
    public boolean reused() {
        return exchange.attempts.reused();
    }

    @Override
    public boolean opened() {
        return exchange.attempts.opened();
    }

    @Override
    public long queueNanos() {
        return exchange.attempts.queueNanos();
    }

    @Override
    public long connectNanos() {
        return exchange.attempts.connectNanos();
    }

    @Override
    public List<Tried> tried() {
        return exchange.attempts.all(exchange.started, nanos());
    }

    @Override
    public String requestId() {
        String id = field(Name.X_REQUEST_ID);
        return id == null ? "" : id;
    }

    @Override
    public @Nullable String traceId() {
        Head head = head();
        return head == null ? null : TraceContext.traceId(head);
    }
}
