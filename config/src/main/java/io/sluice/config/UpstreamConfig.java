package io.sluice.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named set of interchangeable endpoints.
 *
 * @param tls null: cleartext
 * @param proxyProtocol the header that each connection begins with, to tell whose it is; null: none
 */
public record UpstreamConfig(
        String name,
        List<Endpoint> endpoints,
        Connections connections,
        Protocol protocol,
        @Nullable UpstreamTls tls,
        Balance balance,
        HealthConfig health,
        @Nullable ProxyProtocol proxyProtocol) {

    /** In cleartext, with {@link HealthConfig#USUAL}. */
    public UpstreamConfig(
            String name, List<Endpoint> endpoints, Connections connections, Protocol protocol, Balance balance) {
        this(name, endpoints, connections, protocol, balance, HealthConfig.USUAL);
    }

    /** In cleartext, with no header before it. */
    public UpstreamConfig(
            String name,
            List<Endpoint> endpoints,
            Connections connections,
            Protocol protocol,
            Balance balance,
            HealthConfig health) {
        this(name, endpoints, connections, protocol, null, balance, health, null);
    }

    /**
     * What serves the upstream, or some of it: a name stands for all addresses that it has at a time.
     *
     * @param weight 1..1000, share of the requests of each address, relative to the other endpoints; 1 for SRV names,
     *     whose records have weights of their own
     * @param backup used only while no other one is available
     */
    public record Endpoint(EndpointAddress address, int weight, boolean backup) {
        public Endpoint(EndpointAddress address, int weight) {
            this(address, weight, false);
        }
    }

    /**
     * The pool of each endpoint, for the whole process.
     *
     * @param max connections open at once, connecting ones included; never exceeded
     * @param queue exchanges that may wait for a connection; the next one is answered 503
     * @param queueTimeout how long one may wait before it is answered 503
     * @param connecting connections being opened at once
     * @param connectTimeout how long opening one may take
     * @param idle how long an unused connection is kept
     * @param maxAge after this a connection is not leased again; zero: no limit
     * @param maxRequests after so many exchanges a connection is not leased again; 0: no limit
     * @param streams exchanges that one HTTP/2 connection carries at once; the endpoint may allow fewer
     * @param ping an HTTP/2 connection on which nothing comes for so long while exchanges wait is asked whether it is alive, and
     *     given up after the same time without an answer; zero: it is not asked
     */
    public record Connections(
            int max,
            int queue,
            Duration queueTimeout,
            int connecting,
            Duration connectTimeout,
            Duration idle,
            Duration maxAge,
            int maxRequests,
            int streams,
            Duration ping) {
        /** 100 streams, and a ping after 15 seconds. */
        public Connections(
                int max,
                int queue,
                Duration queueTimeout,
                int connecting,
                Duration connectTimeout,
                Duration idle,
                Duration maxAge,
                int maxRequests) {
            this(max, queue, queueTimeout, connecting, connectTimeout, idle, maxAge, maxRequests, STREAMS, PING);
        }

        static final int STREAMS = 100;
        static final Duration PING = Duration.ofSeconds(15);
    }

    /** What is spoken to the endpoints. */
    public enum Protocol {
        /** HTTP/1.1. */
        HTTP1("http1"),
        /** HTTP/2: without TLS by prior knowledge. */
        H2("h2"),
        /** What is agreed on over TLS; without TLS HTTP/1.1. */
        AUTO("auto");

        private final String word;

        Protocol(String word) {
            this.word = word;
        }

        /** As in the config. */
        public String word() {
            return word;
        }
    }

    /** Versions of the PROXY protocol. */
    public enum ProxyProtocol {
        /** A line of text. */
        V1,
        /** Binary. */
        V2
    }

    /** How an endpoint is chosen for an attempt; weights count in all. */
    public enum Balance {
        /** Two at random, the one with fewer exchanges in flight per weight. */
        LEAST_REQUEST,
        /** In turn, by weight. */
        ROUND_ROBIN,
        /** At random, by weight. */
        RANDOM
    }
}
