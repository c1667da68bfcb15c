package io.sluice.telemetry;

import io.sluice.config.AccessLogConfig;
import io.sluice.http.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finished exchange, as the access log and the metrics see it. Read only during {@link Telemetry#finished}, on the loop of
 * the exchange. Accessors below {@link #responseBytes} may build strings: they are called only for lines of the access log, for
 * failures, and for an exchange that passed the filter of a {@link Tap}.
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

    /** From the end of the request's head to the end of the exchange, in nanoseconds. */
    long nanos();

    /** When it ended, as {@link System#nanoTime}. */
    long endedAt();

    /** Bytes of the request's body, without its framing. */
    long requestBytes();

    /** Bytes of the response's body that were handed to the client's socket, without their framing. */
    long responseBytes();

    /** What the route says about the access log; null where it says nothing, or there is none. */
    AccessLogConfig.@Nullable Sampling sampling();

    /** Empty, as {@link #host} and {@link #path}, if the request was refused for its head. */
    String method();

    /** Host and port that the request named; empty where it named none. */
    String host();

    /** Path and query, as the client sent them. */
    String path();

    /** {@code HTTP/1.1}, or as old as the client is. */
    String protocol();

    /** Field of the request; null where there is none. */
    @Nullable
    String referer();

    /** Field of the request; null where there is none. */
    @Nullable
    String userAgent();

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

    /** Those of an exchange that failed, in order; may be asked of no other. */
    List<Tried> tried();

    /** Empty where none was made or passed on. */
    String requestId();

    /** Of the trace that the request is part of, 32 hexadecimal digits; null where it is part of none. */
    @Nullable
    String traceId();

    /** Time spent waiting for upstream connections, in nanoseconds; opening them is part of it. */
    long queueNanos();

    /** Of this, the time it took to open the connections that it then used, in nanoseconds. */
    long connectNanos();

    /** From the start of the exchange to the first byte of the upstream's response, in nanoseconds; 0 where there was none. */
    long firstByteNanos();

    /** Version of the configuration that the exchange ran with. */
    long configVersion();

    /** Name of the listener that the request came in by. */
    String listener();

    /** The last attempt went over an upstream connection that had carried an exchange before. */
    boolean reused();
}
