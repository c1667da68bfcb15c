package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import io.netty.channel.epoll.Epoll;
import io.netty.util.ResourceLeakDetector;
import io.sluice.testing.Aside;
import io.sluice.testing.H2Backend;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request leaves to the collector. */
final class GarbageTest {
    private static final long REQUESTS = 1_000;
    /** Bytes for each request that gives a line of the access log. */
    private static final long LOGGED = 1_000;

    /** Time enough for what runs often to be compiled. */
    private static final int MOST_ROUNDS = 100;

    private static final String[] ANSWER = {
        ":status: 200", "date: Sun, 06 Nov 1994 08:49:37 GMT", "content-length: 5", "server: any"
    };

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

    @BeforeEach
    void noLeakRecords() {
        assumeThat(Epoll.isAvailable()).isTrue();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void leakRecordsAgain() {
        ResourceLeakDetector.setLevel(level);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tracing: { start: true, sampled: 0.5 }",
                "accessLog: { to: /dev/null, sample: 0 }",
            })
    void isNothingOnceAllIsWarm(String config) throws Exception {
        assertNothing(config, "");
    }

    @Test
    void isNothingWithEditsWithoutVariables() throws Exception {
        assertNothing("", """
                requestHeaders: { set: { x-a: plain }, remove: accept },
                responseHeaders: { set: { x-b: plain }, add: { x-c: [one, two] } }
                """);
    }

    @Test
    void isNothingWithVariablesThatStandInTheRequest() throws Exception {
        assertNothing("", """
                requestHeaders: { set: { x-a: "{path} {host} {method} {query} {client.address} {scheme} {request.id}" } },
                responseHeaders: { set: { x-request-id: "{request.id}", x-b: "{path} of {route}" } }
                """);
    }

    private static void assertNothing(String config, String route) throws Exception {
        assertThat(leastOf(config, route, REQUESTS))
                .as("bytes for %d requests", REQUESTS)
                .isLessThanOrEqualTo(REQUESTS);
    }

    /** As docs/access-log.md has it. */
    @ParameterizedTest
    @ValueSource(strings = {"accessLog: /dev/null", "accessLog: { to: /dev/null, format: combined }"})
    void isNoMoreThanTheLineAndItsTextsWhereItIsLogged(String config) throws Exception {
        assertThat(leastOf(config, "", REQUESTS * LOGGED))
                .as("bytes for %d requests", REQUESTS)
                .isLessThanOrEqualTo(REQUESTS * LOGGED);
    }

    /** Bytes for {@value #REQUESTS} requests, in a round that needed no more than enough, or in the best one. */
    private static long leastOf(String config, String route, long enough) throws Exception {
        // with the date that all but a few backends give: to make one takes an object that only an optimizing compiler
        // avoids
        String answer = response("200 OK", "hello", "Date: Sun, 06 Nov 1994 08:49:37 GMT");
        Set<Long> before = threads();
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> answer);
                RunningGateway gateway = RunningGateway.of(
                        Setup.of(backend).top("transport: epoll\n" + config).route(route));
                RawPeer client = gateway.client()) {
            client.send(get("/")).response(200);
            return leastOf(loopsSince(before), client, enough);
        }
    }

    private static long leastOf(long[] loops, RawPeer client, long enough) throws IOException {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < MOST_ROUNDS && least > enough; round++) {
            least = Math.min(least, allocatedBy(loops, client));
        }
        return least;
    }

    @Test
    void isNothingWhereTheEndpointSpeaksHttp2() throws Exception {
        Set<Long> before = threads();
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.of(
                        Setup.of(backend).top("transport: epoll").upstream("protocol: h2"));
                RawPeer client = gateway.client()) {
            client.send(get("/"));
            H2Backend endpoint = H2Backend.on(backend.accept()).settings();
            Aside.start(() -> {
                while (true) {
                    int stream = endpoint.section().stream();
                    endpoint.headers(stream, false, ANSWER).data(stream, true, "hello");
                }
            });
            client.response(200);
            assertThat(leastOf(loopsSince(before), client, REQUESTS))
                    .as("bytes for %d requests", REQUESTS)
                    .isLessThanOrEqualTo(REQUESTS);
        }
    }

    private static long allocatedBy(long[] loops, RawPeer client) throws IOException {
        long before = allocated(loops);
        for (int i = 0; i < REQUESTS; i++) {
            client.send(get("/")).response(200);
        }
        return allocated(loops) - before;
    }

    private static Set<Long> threads() {
        Set<Long> ids = new HashSet<>();
        Arrays.stream(THREADS.getAllThreadIds()).forEach(ids::add);
        return ids;
    }

    private static long allocated(long[] loops) {
        return Arrays.stream(loops).map(THREADS::getThreadAllocatedBytes).sum();
    }

    /** The event loops that have started since. */
    private static long[] loopsSince(Set<Long> before) {
        long[] loops = Arrays.stream(THREADS.getAllThreadIds())
                .filter(id -> !before.contains(id))
                .filter(id -> {
                    ThreadInfo info = THREADS.getThreadInfo(id);
                    return info != null && info.getThreadName().startsWith("loop-");
                })
                .toArray();
        assertThat(loops).isNotEmpty();
        return loops;
    }
}
