package io.sluice.upstream;

import io.sluice.config.UpstreamConfig;
import io.sluice.config.UpstreamConfig.Protocol;
import io.sluice.h2.H2Limits;
import io.sluice.wire.Wire;
import java.util.List;

/** Whether the connections of a pool are of HTTP/2, and how many exchanges one then carries. Any thread. */
final class Sharing {
    private static final String H2 = "h2";
    /** Bytes that may be under way on one stream; what its client does not take must wait somewhere. */
    private static final int WINDOW = 256 * 1024;
    /** The same of all streams of a connection. */
    private static final long MOST_WINDOW = 64 * 1024 * 1024;
    /** As for responses of HTTP/1.1. */
    private static final int HEAD_BYTES = 64 * 1024;

    private static final int HEAD_FIELDS = 200;

    private final Protocol protocol;
    private final int streams;
    private final long pingNanos;
    private final H2Limits limits;
    private volatile boolean inUse;

    Sharing(UpstreamConfig config) {
        protocol = config.protocol();
        streams = config.connections().streams();
        pingNanos = config.connections().ping().toNanos();
        // a paused stream must not be felt by the others: there is room for all windows, if these are not very many
        int all = (int) Math.min((long) streams * WINDOW, MOST_WINDOW);
        limits = new H2Limits(0, WINDOW, all, HEAD_BYTES, HEAD_FIELDS, 0);
        inUse = protocol == Protocol.H2;
    }

    /** Whether HTTP/2 is spoken on a connection that was just opened. */
    boolean speaksH2(Wire wire) {
        return switch (protocol) {
            case HTTP1 -> false;
            case H2 -> true;
            case AUTO -> H2.equals(wire.protocol());
        };
    }

    /** Over TLS HTTP/2 is spoken only where that was agreed upon (RFC 9113 section 3.2). */
    static boolean isAgreed(Wire wire, boolean secure) {
        return !secure || H2.equals(wire.protocol());
    }

    /** What is offered by ALPN, the preferred one first; nothing where there is no choice. */
    static List<String> offered(Protocol protocol) {
        return switch (protocol) {
            case HTTP1 -> List.of();
            case H2 -> List.of(H2);
            case AUTO -> List.of(H2, "http/1.1");
        };
    }

    /** Connections are of HTTP/2, as far as is known: the last one that was opened was. */
    boolean isInUse() {
        return inUse;
    }

    /** A connection turned out to be of HTTP/2. */
    void found() {
        inUse = true;
    }

    /** One is of HTTP/1.1: what is asked of connections counts again, and each carries one exchange. */
    void foundNone() {
        inUse = false;
    }

    /** Streams that one connection may have. */
    int streams() {
        return streams;
    }

    /** Exchanges that one more connection is good for. */
    int exchanges() {
        return inUse ? streams : 1;
    }

    /** 0: connections are not asked whether they are alive. */
    long pingNanos() {
        return pingNanos;
    }

    H2Limits limits() {
        return limits;
    }
}
