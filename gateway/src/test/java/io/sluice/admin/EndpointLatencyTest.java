package io.sluice.admin;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testing.AdminClient;
import io.sluice.testing.H2Backend;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** How long endpoints take to answer, by bucket. */
final class EndpointLatencyTest {
    private static final int TIMES = 10;
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(60);
    private static final double SURELY_LESS_MS = 50;

    private static Setup setup(ScriptedBackend... backends) {
        return Setup.of(backends).top("admin: { bind: '127.0.0.1:0' }");
    }

    private static JsonNode upstreams(RunningGateway gateway) throws IOException {
        return AdminClient.json(AdminClient.of(gateway.adminAddress()).get("/api/v1/upstreams"));
    }

    /** By bucket, of the endpoint at this place. */
    private static long[] latency(RunningGateway gateway, int endpoint) throws IOException {
        return longs(upstreams(gateway).at("/upstreams/0/endpoints/" + endpoint + "/latency"));
    }

    private static long[] longs(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
    }

    private static long answered(RunningGateway gateway, int endpoint) throws IOException {
        return LongStream.of(latency(gateway, endpoint)).sum();
    }

    private static int lowest(long[] counts) {
        return IntStream.range(0, counts.length)
                .filter(i -> counts[i] > 0)
                .findFirst()
                .orElseThrow();
    }

    private static String slow(WireMessage request) {
        long since = System.nanoTime();
        for (long left = SLOW_NANOS; left > 0; left = SLOW_NANOS - (System.nanoTime() - since)) {
            LockSupport.parkNanos(left);
        }
        return ok("slow");
    }

    @Test
    void tellsASlowEndpointFromAFastOne() throws Exception {
        try (ScriptedBackend fast = ScriptedBackend.answering(request -> ok("fast"));
                ScriptedBackend slow = ScriptedBackend.answering(EndpointLatencyTest::slow);
                RunningGateway gateway =
                        RunningGateway.of(setup(fast, slow).upstream("balance: roundRobin, slowStart: none"));
                RawPeer client = gateway.client()) {
            for (int i = 0; i < 2 * TIMES; i++) {
                client.send(get("/")).response(200);
            }

            JsonNode bounds = upstreams(gateway).get("boundsMs");
            long[] ofFast = latency(gateway, 0);
            long[] ofSlow = latency(gateway, 1);
            assertThat(ofFast).hasSize(bounds.size() + 1);
            assertThat(LongStream.of(ofFast).sum()).isEqualTo(TIMES);
            assertThat(LongStream.of(ofSlow).sum()).isEqualTo(TIMES);
            assertThat(bounds.get(lowest(ofSlow) - 1).asDouble()).isGreaterThanOrEqualTo(SURELY_LESS_MS);
            assertThat(lowest(ofFast)).isLessThan(lowest(ofSlow));
            assertThat(gateway.counted(
                            "sluice_endpoint_response_seconds_count",
                            "upstream",
                            "backend",
                            "endpoint",
                            slow.endpoint()))
                    .isEqualTo(TIMES);
        }
    }

    @Test
    void countsWhatAnEndpointHasAnsweredAndNotWhereItFailed() throws Exception {
        try (ScriptedBackend closing = ScriptedBackend.answering(request -> "");
                ScriptedBackend good = ScriptedBackend.answering(request -> ok("good"));
                RunningGateway gateway =
                        RunningGateway.of(setup(closing, good).upstream("balance: roundRobin, slowStart: none"));
                RawPeer client = gateway.client()) {
            for (int i = 0; i < TIMES; i++) {
                client.send(get("/")).response(200);
            }

            assertThat(closing.requests()).isNotEmpty();
            assertThat(answered(gateway, 0)).isZero();
            assertThat(answered(gateway, 1)).isEqualTo(TIMES);
        }
    }

    @Test
    void countsStreamsOfTheOwnLoopAndOfAnother() throws Exception {
        RawPeer[] clients = new RawPeer[4];
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(
                        setup(backend).upstream("protocol: h2").connections("max: 1"))) {
            for (int i = 0; i < clients.length; i++) {
                clients[i] = gateway.client();
            }
            clients[0].send(get("/"));
            H2Backend peer = H2Backend.on(backend.accept()).settings();
            peer.headers(peer.section().stream(), true, ":status: 204");
            clients[0].response(204);
            for (RawPeer client : Arrays.asList(clients).subList(1, clients.length)) {
                client.send(get("/"));
                int stream = peer.section().stream();
                peer.headers(stream, false, ":status: 103");
                peer.headers(stream, true, ":status: 204");
                client.response(103);
                client.response(204);
            }

            assertThat(answered(gateway, 0)).isEqualTo(clients.length);
        } finally {
            for (RawPeer client : clients) {
                client.close();
            }
        }
    }
}
