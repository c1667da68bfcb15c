package io.sluice.telemetry;

import io.sluice.config.AccessLogConfig;
import io.sluice.http.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An exchange that has finished, for tests. */
record Finished(
        RouteMetrics route,
        int status,
        @Nullable Failure failure,
        long nanos,
        long requestBytes,
        long responseBytes,
        String path,
        boolean opened,
        @Nullable String agent,
        AccessLogConfig.@Nullable Sampling sampling)
        implements ExchangeSummary {

    static Finished ok(RouteMetrics route) {
        return new Finished(route, 200, null, 1_500_000, 0, 0, "/", false, null, null);
    }

    Finished status(int other) {
        return new Finished(route, other, failure, nanos, requestBytes, responseBytes, path, opened, agent, sampling);
    }

    Finished failure(Failure why) {
        return new Finished(route, status, why, nanos, requestBytes, responseBytes, path, opened, agent, sampling);
    }

    Finished nanos(long other) {
        return new Finished(route, status, failure, other, requestBytes, responseBytes, path, opened, agent, sampling);
    }

    Finished bytes(long request, long response) {
        return new Finished(route, status, failure, nanos, request, response, path, opened, agent, sampling);
    }

    Finished path(String other) {
        return new Finished(route, status, failure, nanos, requestBytes, responseBytes, other, opened, agent, sampling);
    }

    Finished onNewConnection() {
        return new Finished(route, status, failure, nanos, requestBytes, responseBytes, path, true, agent, sampling);
    }

    Finished agent(String other) {
        return new Finished(route, status, failure, nanos, requestBytes, responseBytes, path, opened, other, sampling);
    }

    Finished sampling(AccessLogConfig.Sampling other) {
        return new Finished(route, status, failure, nanos, requestBytes, responseBytes, path, opened, agent, other);
    }

    @Override
    public long endedAt() {
        return System.nanoTime();
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String protocol() {
        return "HTTP/1.1";
    }

    @Override
    public @Nullable String referer() {
        return null;
    }

    @Override
    public @Nullable String userAgent() {
        return agent;
    }

    @Override
    public @Nullable String traceId() {
        return "0af7651916cd43dd8448eb211c80319c";
    }

    @Override
    public List<Tried> tried() {
        return List.of();
    }

    @Override
    public long connectNanos() {
        return 1_000;
    }

    @Override
    public String host() {
        return "example.test";
    }

    @Override
    public String client() {
        return "192.0.2.1";
    }

    @Override
    public String upstream() {
        return "orders";
    }

    @Override
    public @Nullable String endpoint() {
        return null;
    }

    @Override
    public int attempts() {
        return 2;
    }

    @Override
    public String requestId() {
        return "abc";
    }

    @Override
    public long queueNanos() {
        return 2_000;
    }

    @Override
    public long firstByteNanos() {
        return 1_000_000;
    }

    @Override
    public long configVersion() {
        return 7;
    }

    @Override
    public String listener() {
        return "web";
    }

    @Override
    public boolean reused() {
        return true;
    }
}
