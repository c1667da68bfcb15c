package io.sluice.upstream;

import io.sluice.config.GatewayConfig.Transport;
import io.sluice.config.HealthConfig;
import io.sluice.config.HostPort;
import io.sluice.config.UpstreamConfig;
import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.wire.Loop;
import io.sluice.wire.Loops;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Loops and one upstream over given ports of loopback, all as a config would build them. */
final class Gate implements AutoCloseable {
    final Loops loops;
    final Upstream upstream;

    Gate(int loops, Limits limits, int... ports) {
        this(new Loops(Transport.AUTO, loops), limits, ports);
    }

    Gate(Loops loops, Limits limits, int... ports) {
        this.loops = loops;
        List<UpstreamConfig.Endpoint> endpoints = Arrays.stream(ports)
                .mapToObj(port -> new UpstreamConfig.Endpoint(new HostPort("127.0.0.1", port), 1))
                .toList();
        upstream = new Upstream(
                new UpstreamConfig(
                        "test",
                        endpoints,
                        limits.connections(),
                        limits.protocol,
                        null,
                        UpstreamConfig.Balance.LEAST_REQUEST,
                        HealthConfig.USUAL,
                        limits.header),
                loops);
    }

    static Limits limits() {
        return new Limits();
    }

    Pool pool() {
        return upstream.endpoints().getFirst().pool();
    }

    PoolFigures figures() {
        return pool().figures();
    }

    long closed(Discard reason) {
        return figures().closed().getOrDefault(reason, 0L);
    }

    Loop loop(int index) {
        return loops.all().get(index);
    }

    Attempt attempt() {
        return attempt(0);
    }

    Attempt attempt(int loop) {
        return new Attempt(pool(), loop(loop));
    }

    void until(String what, BooleanSupplier condition) throws InterruptedException {
        Await.until(() -> what + "; " + figures(), condition);
    }

    /** The backend reads a request without a body and answers it. */
    static void serve(RawPeer peer, String body) throws IOException {
        peer.head();
        peer.send(HttpText.ok(body));
    }

    @Override
    public void close() {
        loops.close();
    }

    /** What {@code connections} says, generous but for what a test sets. */
    static final class Limits {
        private int max = 8;
        private int queue = 1000;
        private int connecting = 8;
        private Duration queueTimeout = Duration.ofSeconds(30);
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration idle = Duration.ofMinutes(5);
        private Duration maxAge = Duration.ZERO;
        private int maxRequests;
        private int streams = 100;
        private Duration ping = Duration.ZERO;
        private UpstreamConfig.Protocol protocol = UpstreamConfig.Protocol.HTTP1;
        private UpstreamConfig.@Nullable ProxyProtocol header;

        /** Connections begin with a header, and are one client's each. */
        Limits header(UpstreamConfig.ProxyProtocol value) {
            header = value;
            return this;
        }

        Limits max(int value) {
            max = value;
            return this;
        }

        Limits queue(int value) {
            queue = value;
            return this;
        }

        Limits connecting(int value) {
            connecting = value;
            return this;
        }

        Limits queueTimeout(Duration value) {
            queueTimeout = value;
            return this;
        }

        Limits connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        Limits idle(Duration value) {
            idle = value;
            return this;
        }

        Limits maxAge(Duration value) {
            maxAge = value;
            return this;
        }

        Limits maxRequests(int value) {
            maxRequests = value;
            return this;
        }

        Limits streams(int value) {
            streams = value;
            return this;
        }

        Limits ping(Duration value) {
            ping = value;
            return this;
        }

        Limits protocol(UpstreamConfig.Protocol value) {
            protocol = value;
            return this;
        }

        UpstreamConfig.Connections connections() {
            return new UpstreamConfig.Connections(
                    max, queue, queueTimeout, connecting, connectTimeout, idle, maxAge, maxRequests, streams, ping);
        }
    }
}
