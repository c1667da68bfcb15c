package io.sluice.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bound address that accepts client connections.
 *
 * @param tls null: cleartext
 * @param redirectToHttps the port of the https URL that each request is redirected to; 0: none is
 * @param clientSubject the field of requests that tells the subject of the client's certificate, and that clients themselves can't
 *     send; null: there is none
 * @param clients connections of others are closed before a byte of them is read
 * @param proxyProtocol who tells by a header of the PROXY protocol whose connection it is; null: nobody
 */
public record ListenerConfig(
        String name,
        BindAddress bind,
        @Nullable ListenerTls tls,
        int redirectToHttps,
        @Nullable String clientSubject,
        Accept accept,
        Timeouts timeouts,
        Limits limits,
        Http2 http2,
        ClientRules clients,
        @Nullable ProxyProtocol proxyProtocol) {

    /** The port of https, which URLs need not name. */
    public static final int HTTPS = 443;

    /**
     * Connections that begin with a header of the PROXY protocol.
     *
     * @param from who may send one; at least one network
     * @param required who is in these networks has to
     */
    public record ProxyProtocol(List<Network> from, boolean required) {}

    /**
     * How the kernel accepts for a listener. Part of the bound socket: a change needs a restart.
     *
     * @param backlog connections that wait to be accepted; 1 or more, the kernel may allow fewer
     * @param deferAccept how long the kernel waits for the first byte before it hands a connection over; whole seconds; zero: not
     *     at all
     * @param reusePort a socket for each event loop, among which the kernel deals connections out
     * @param keepAlive probes of silent connections; null: none
     * @param mode permissions of the file of a Unix socket; {@link #UMASK}: as the process makes files
     */
    public record Accept(
            int backlog,
            Duration deferAccept,
            boolean reusePort,
            @Nullable KeepAlive keepAlive,
            int mode) {
        public static final int UMASK = -1;
        public static final Accept PLAIN = new Accept(4096, Duration.ZERO, false, null, UMASK);
    }

    /**
     * When the kernel probes whether the other end of a silent connection is still there.
     *
     * @param idle silence before the first probe; whole seconds, positive
     * @param interval between probes; whole seconds, positive
     * @param probes without an answer after which the connection is gone; 1..127
     */
    public record KeepAlive(Duration idle, Duration interval, int probes) {}

    /**
     * How long a listener waits for its clients.
     *
     * @param idle how long a parked connection is kept; positive
     * @param head how long the head of a request may take from its first byte (or from accept) to its end; positive
     * @param send how long answers may wait for a client that does not take them, once their exchanges are over; positive
     */
    public record Timeouts(Duration idle, Duration head, Duration send) {}

    /**
     * HTTP/2 from clients.
     *
     * @param enabled clients may speak it
     * @param streams requests of one connection that may run at once; beyond it they are refused, to be sent again
     * @param window bytes of a request body that may come before they are taken; four times as many on all streams together
     * @param maxRequests of one connection, after which it is asked to make a new one; 0: any number
     * @param maxAge of one connection, likewise with its next request; zero: any age
     */
    public record Http2(boolean enabled, int streams, int window, int maxRequests, Duration maxAge) {
        public static final Http2 PLAIN = new Http2(true, 128, 256 << 10, 0, Duration.ZERO);
    }

    /**
     * What a listener accepts at most.
     *
     * @param connections client connections held at once by this listener; beyond it new ones wait in the kernel's backlog
     * @param connectionsPerAddress those of one client address, or of one IPv6 network of 64 bits; beyond it new ones are closed
     *     at once; trusted proxies are not counted; 0: no limit
     * @param head bytes of a request head, start line included; beyond it 431 (414 where the start line alone is over)
     * @param fields header fields of a request; beyond it 431
     */
    public record Limits(int connections, int connectionsPerAddress, int head, int fields) {}
}
