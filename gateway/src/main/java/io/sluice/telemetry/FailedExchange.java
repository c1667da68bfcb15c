package io.sluice.telemetry;

import io.sluice.http.Failure;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that failed, kept to be looked at. Nothing of a body, no header field but the ids, and no query is kept: they may
 * hold what nobody but the peers should know.
 *
 * @param number one more for each that is kept
 * @param at when it ended
 * @param method empty, as {@code host} and {@code path}, if the request was refused for its head
 * @param path without query; at most {@value #PATH_LIMIT} characters
 * @param route empty: it reached none
 * @param status that the client got; 0 if it got none
 * @param firstByteNanos when the head of the response came; 0: never
 * @param nanos when the exchange failed; as all times here since its begin
 */
public record FailedExchange(
        long number,
        Instant at,
        Failure failure,
        int status,
        String listener,
        String client,
        String method,
        String host,
        String path,
        String route,
        @Nullable String upstream,
        String requestId,
        @Nullable String traceId,
        long configVersion,
        List<Tried> tried,
        long requestBytes,
        long responseBytes,
        long firstByteNanos,
        long nanos) {
    static final int PATH_LIMIT = 512;

    static FailedExchange of(long number, Failure failure, ExchangeSummary exchange) {
        return new FailedExchange(
                number,
                Instant.now(),
                failure,
                exchange.status(),
                exchange.listener(),
                exchange.client(),
                exchange.method(),
                exchange.host(),
                withoutQuery(exchange.path()),
                exchange.route().route(),
                exchange.upstream(),
                exchange.requestId(),
                exchange.traceId(),
                exchange.configVersion(),
                exchange.tried(),
                exchange.requestBytes(),
                exchange.responseBytes(),
                exchange.firstByteNanos(),
                exchange.nanos());
    }

    private static String withoutQuery(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        return path.length() > PATH_LIMIT ? path.substring(0, PATH_LIMIT) : path;
    }
}
