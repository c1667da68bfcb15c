package io.sluice.telemetry;

import io.sluice.http.Failure;
import org.jspecify.annotations.Nullable;

/**
 * A finished exchange, as the access log and the metrics see it. Read only during {@link Telemetry#finished}, on the loop of
 * the exchange. Accessors below {@link #responseBytes} may build strings: they are called only while the access log is on,
 * or for an exchange that passed the filter of a {@link Tap}.
 */
public interface ExchangeSummary {

    /** The row that this exchange is counted in; {@link Telemetry#unrouted} where no route was found or asked for. */
    RouteMetrics route();

    /** The final status that left, 100..599; 0 where none did. */
    int status();

    /** What went wrong; null where nothing did. */
    @Nullable
    Failure failure();

    /** It was the first on an upstream connection: with one of its attempts at least. */
    boolean opened();

    /** From the first byte of the request to the end of the exchange, in nanoseconds. */
    long nanos();

    /** Bytes of the request's body, without its framing. */
    long requestBytes();

    /** Bytes of the response's body that were handed to the client's socket, without their framing. */
    long responseBytes();

    String method();

    /** Host and port that the request named; empty where it named none. */
    String host();

    /** Path and query, as the client sent them. */
    String path();

    /** The client's address, without port: the one that forwarding headers name, where they are trusted. */
    String client();

    /** Name of the upstream; null where none was asked. */
    @Nullable
    String upstream();

    /** Address of the endpoint of the last attempt; null where there was none. */
    @Nullable
    String endpoint();

    /** How many upstream connections were tried. */
    int attempts();

    String requestId();

    /** Time spent waiting for an upstream connection, in nanoseconds. */
    long queueNanos();

    /** From the start of the exchange to the first byte of the upstream's response, in nanoseconds; 0 where there was none. */
    long firstByteNanos();

    /** Version of the configuration that the exchange ran with. */
    long configVersion();

    /** Name of the listener that the request came in by. */
    String listener();

    /** The last attempt went over an upstream connection that had carried an exchange before. */
    boolean reused();
}
