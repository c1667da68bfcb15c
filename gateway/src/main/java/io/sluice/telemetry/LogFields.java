package io.sluice.telemetry;

import io.sluice.config.AccessLogConfig.Field;
import io.sluice.http.Failure;
import org.jspecify.annotations.Nullable;

/** Takes named values of a line, one after the other. */
interface LogFields {
    void field(String name, @Nullable String value);

    void field(String name, long value);

    void field(String name, boolean value);

    /** A time span in milliseconds, to the microsecond. */
    void millis(String name, long nanos);

    /** One value of an exchange. */
    default void field(Field field, ExchangeSummary exchange) {
        String name = field.word();
        switch (field) {
            case REQUEST_ID -> field(name, exchange.requestId());
            case TRACE_ID -> field(name, exchange.traceId());
            case LISTENER -> field(name, exchange.listener());
            case CLIENT -> field(name, exchange.client());
            case METHOD -> field(name, exchange.method());
            case HOST -> field(name, exchange.host());
            case PATH -> field(name, exchange.path());
            case ROUTE -> field(name, exchange.route().route());
            case STATUS -> field(name, exchange.status());
            case FAILURE -> field(name, cause(exchange.failure()));
            case UPSTREAM -> field(name, exchange.upstream());
            case ENDPOINT -> field(name, exchange.endpoint());
            case ATTEMPTS -> field(name, exchange.attempts());
            case REUSED -> field(name, exchange.reused());
            case REQUEST_BYTES -> field(name, exchange.requestBytes());
            case RESPONSE_BYTES -> field(name, exchange.responseBytes());
            case DURATION -> millis(name, exchange.nanos());
            case QUEUE -> millis(name, exchange.queueNanos());
            case CONNECT -> millis(name, exchange.connectNanos());
            case FIRST_BYTE -> millis(name, exchange.firstByteNanos());
            case CONFIG -> field(name, exchange.configVersion());
        }
    }

    private static @Nullable String cause(@Nullable Failure failure) {
        return failure == null ? null : failure.cause();
    }
}
