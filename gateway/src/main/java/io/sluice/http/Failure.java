package io.sluice.http;

import static io.sluice.http.Failure.Side.CLIENT;
import static io.sluice.http.Failure.Side.GATEWAY;
import static io.sluice.http.Failure.Side.UPSTREAM;

/**
 * Everything that can go wrong with an exchange, in one table: the only causes that answers, the access log and the
 * metrics know. The status is what the client is answered while nothing of a response has left; 0 means that nobody is
 * left to answer.
 *
 * <p>Tokens of {@code Proxy-Status} are those of RFC 9209 section 2.3.
 */
public enum Failure {
    // what a client did wrong: the request is refused before anything reaches an upstream
    REQUEST_LINE(CLIENT, 400, "http_request_error", "request line is not 'METHOD target HTTP/1.x'"),
    REQUEST_METHOD(CLIENT, 400, "http_request_error", "method is not a token"),
    REQUEST_METHOD_UNSUPPORTED(CLIENT, 501, "http_request_denied", "method is not supported here"),
    REQUEST_TARGET(CLIENT, 400, "http_request_error", "request target is malformed"),
    REQUEST_TARGET_LONG(CLIENT, 414, "http_request_error", "request target is longer than the limit"),
    REQUEST_PATH(CLIENT, 400, "http_request_error", "path is refused by the path policy"),
    REQUEST_VERSION(CLIENT, 505, "http_request_error", "version is not HTTP/1.0 or HTTP/1.1"),
    REQUEST_LINE_END(CLIENT, 400, "http_request_error", "bare CR or LF"),
    REQUEST_FIELD(CLIENT, 400, "http_request_error", "header field is malformed"),
    REQUEST_FIELD_FOLDED(CLIENT, 400, "http_request_error", "header field is folded over lines"),
    REQUEST_HOST(CLIENT, 400, "http_request_error", "Host is missing, double or malformed"),
    REQUEST_LENGTH(CLIENT, 400, "http_request_error", "Content-Length is malformed or repeated"),
    REQUEST_AMBIGUOUS(CLIENT, 400, "http_request_error", "both Content-Length and Transfer-Encoding"),
    REQUEST_ENCODING(CLIENT, 400, "http_request_error", "Transfer-Encoding is not one final 'chunked'"),
    REQUEST_ENCODING_UNSUPPORTED(CLIENT, 501, "http_request_error", "transfer coding is not supported"),
    REQUEST_MALFORMED(CLIENT, 400, "http_protocol_error", "request breaks a rule of HTTP/2"),
    REQUEST_PROTOCOL(CLIENT, 501, "http_request_denied", "protocol that CONNECT asks for is not spoken here"),
    REQUEST_EXPECTATION(CLIENT, 417, "http_request_error", "Expect is not '100-continue'"),
    REQUEST_CHUNK(CLIENT, 400, "http_request_error", "chunk is malformed"),
    REQUEST_TRAILERS(CLIENT, 400, "http_request_error", "trailer section is malformed or too large"),
    REQUEST_HEAD_LARGE(CLIENT, 431, "http_request_error", "head is larger than the limit"),
    REQUEST_FIELDS_MANY(CLIENT, 431, "http_request_error", "more header fields than the limit"),
    REQUEST_BODY_LARGE(CLIENT, 413, "http_request_error", "body is larger than the route allows"),
    REQUEST_HEAD_TIMEOUT(CLIENT, 408, "http_request_error", "head did not arrive in time"),
    REQUEST_BODY_TIMEOUT(CLIENT, 408, "http_request_error", "body did not arrive in time"),
    REQUEST_BODY_SLOW(CLIENT, 408, "http_request_error", "body comes more slowly than the route allows"),
    CLIENT_GONE(CLIENT, 0, "connection_terminated", "client went away"),
    CLIENT_STALLED(CLIENT, 0, "connection_write_timeout", "client did not take the response in time"),

    // what the gateway decided
    NO_ROUTE(GATEWAY, 404, "destination_not_found", "no route matches"),
    CLIENT_DENIED(GATEWAY, 403, "http_request_denied", "route is not there for this client address"),
    RATE_LIMITED(GATEWAY, 429, "http_request_denied", "more requests than the route allows in this time"),
    ROUTE_BUSY(GATEWAY, 503, "http_request_denied", "as many exchanges are under way as the route allows"),
    GATEWAY_BUSY(GATEWAY, 503, "http_request_denied", "as many exchanges are under way as the gateway allows"),
    SHED_MEMORY(GATEWAY, 503, "http_request_denied", "gateway is short of memory"),
    SHED_LAG(GATEWAY, 503, "http_request_denied", "gateway has more to do than it can"),
    QUEUE_FULL(GATEWAY, 503, "connection_limit_reached", "queue for an upstream connection is full"),
    QUEUE_TIMEOUT(GATEWAY, 503, "connection_limit_reached", "no upstream connection became free in time"),
    NO_ENDPOINT(GATEWAY, 503, "destination_unavailable", "no endpoint is available"),
    EXCHANGE_TIMEOUT(GATEWAY, 504, "http_response_timeout", "exchange took longer than the route allows"),
    TUNNEL_IDLE(GATEWAY, 0, "connection_terminated", "tunnel was silent for longer than the route allows"),
    DRAINING(GATEWAY, 503, "proxy_internal_error", "gateway is shutting down"),
    REQUEST_LOOP(GATEWAY, 508, "proxy_loop_detected", "request has passed this gateway too often"),
    INTERNAL(GATEWAY, 500, "proxy_internal_error", "internal error"),

    // what an upstream did wrong
    NAME_UNRESOLVED(UPSTREAM, 502, "dns_error", "name of the endpoint could not be resolved"),
    CONNECT_REFUSED(UPSTREAM, 502, "connection_refused", "endpoint refused the connection"),
    CONNECT_TIMEOUT(UPSTREAM, 504, "connection_timeout", "endpoint did not accept the connection in time"),
    CONNECT_FAILED(UPSTREAM, 502, "destination_ip_unroutable", "connection to the endpoint could not be opened"),
    UPSTREAM_TLS_CERTIFICATE(UPSTREAM, 502, "tls_certificate_error", "certificate of the endpoint is not accepted"),
    UPSTREAM_TLS_ALERT(UPSTREAM, 502, "tls_alert_received", "endpoint refused to speak TLS with the gateway"),
    UPSTREAM_TLS_FAILED(UPSTREAM, 502, "tls_protocol_error", "TLS with the endpoint failed"),
    UPSTREAM_CLOSED(UPSTREAM, 502, "connection_terminated", "endpoint closed the connection before its response"),
    UPSTREAM_REFUSED(UPSTREAM, 503, "destination_unavailable", "endpoint refused the request unseen"),
    UPSTREAM_RESET(UPSTREAM, 502, "connection_terminated", "endpoint reset the stream before its response"),
    UPSTREAM_PROTOCOL(UPSTREAM, 502, "http_protocol_error", "endpoint broke a rule of HTTP/2, or does not speak it"),
    UPSTREAM_SILENT(
            UPSTREAM, 504, "connection_read_timeout", "connection to the endpoint did not answer a PING in time"),
    RESPONSE_TRUNCATED(UPSTREAM, 502, "http_response_incomplete", "response ended before it was complete"),
    RESPONSE_HEAD(UPSTREAM, 502, "http_protocol_error", "response head is malformed"),
    RESPONSE_MALFORMED(UPSTREAM, 502, "http_protocol_error", "response breaks a rule of HTTP/2"),
    RESPONSE_AMBIGUOUS(UPSTREAM, 502, "http_protocol_error", "length of the response is ambiguous"),
    RESPONSE_ENCODING(
            UPSTREAM, 502, "http_response_transfer_coding", "transfer coding of the response is not supported"),
    RESPONSE_CHUNK(UPSTREAM, 502, "http_response_transfer_coding", "chunk of the response is malformed"),
    RESPONSE_TRAILERS(UPSTREAM, 502, "http_response_trailer_section_size", "trailer section is malformed or too large"),
    RESPONSE_HEAD_LARGE(UPSTREAM, 502, "http_response_header_section_size", "response head is larger than the limit"),
    RESPONSE_UPGRADE(UPSTREAM, 502, "http_upgrade_failed", "101 without a matching upgrade request"),
    UPGRADE_IGNORED(UPSTREAM, 502, "http_upgrade_failed", "endpoint did not switch to the protocol asked for"),
    RESPONSE_HEAD_TIMEOUT(UPSTREAM, 504, "http_response_timeout", "response head did not arrive in time"),
    RESPONSE_BODY_TIMEOUT(UPSTREAM, 504, "http_response_timeout", "response body paused longer than the route allows"),
    UPSTREAM_STALLED(UPSTREAM, 504, "connection_write_timeout", "endpoint did not take the request in time");

    /** Who is to blame. */
    public enum Side {
        CLIENT("client"),
        GATEWAY("gateway"),
        UPSTREAM("upstream");

        private final String word;

        Side(String word) {
            this.word = word;
        }

        /** In metrics and the API. */
        public String word() {
            return word;
        }
    }

    private final Side side;
    private final int status;
    private final String proxyStatus;
    private final String text;
    private final String cause = name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');

    Failure(Side side, int status, String proxyStatus, String text) {
        this.side = side;
        this.status = status;
        this.proxyStatus = proxyStatus;
        this.text = text;
    }

    public Side side() {
        return side;
    }

    /** The status to answer with; 0 where nobody is left to answer. */
    public int status() {
        return status;
    }

    /** The error type of RFC 9209 section 2.3. */
    public String proxyStatus() {
        return proxyStatus;
    }

    /** It is a matter of moments, and the answer says so: Retry-After is one second. */
    boolean isBrief() {
        return this == ROUTE_BUSY || this == GATEWAY_BUSY || this == SHED_MEMORY || this == SHED_LAG;
    }

    /** What was wrong, for people. */
    public String text() {
        return text;
    }

    /** The name in headers, logs, metrics and the API: lower case with hyphens. */
    public String cause() {
        return cause;
    }
}
