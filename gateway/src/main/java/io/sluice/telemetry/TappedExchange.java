package io.sluice.telemetry;

import io.sluice.http.Failure;
import org.jspecify.annotations.Nullable;

/**
 * A finished exchange as a {@link Tap} keeps it: a copy, without query and without header fields.
 *
 * @param epochMillis when it finished
 * @param path without query, at most {@value #LONGEST} characters
 */
public record TappedExchange(
        long epochMillis,
        String requestId,
        String listener,
        String client,
        String method,
        String host,
        String path,
        String route,
        int status,
        @Nullable Failure failure,
        @Nullable String upstream,
        @Nullable String endpoint,
        int attempts,
        boolean reused,
        long requestBytes,
        long responseBytes,
        long nanos,
        long queueNanos,
        long firstByteNanos,
        long configVersion) {
    private static final int LONGEST = 512;

    static TappedExchange of(ExchangeSummary exchange) {
        return new TappedExchange(
                System.currentTimeMillis(),
                cut(exchange.requestId()),
                exchange.listener(),
                exchange.client(),
                cut(exchange.method()),
                cut(exchange.host()),
                cut(withoutQuery(exchange.path())),
                exchange.route().route(),
                exchange.status(),
                exchange.failure(),
                exchange.upstream(),
                exchange.endpoint(),
                exchange.attempts(),
                exchange.reused(),
                exchange.requestBytes(),
                exchange.responseBytes(),
                exchange.nanos(),
                exchange.queueNanos(),
                exchange.firstByteNanos(),
                exchange.configVersion());
    }

    private static String withoutQuery(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
