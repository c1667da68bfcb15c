package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.http.Failure;
import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Many {@link ByteFault}s, some of them at once, in one gateway. Each has an upstream of its own, of an endpoint that plays the
 * fault on its first connection, and of another one that is a backup; and it has a route for the faulty request and one for the
 * next, honest one. So the routes in the log tell what became of each.
 */
final class Sweep implements AutoCloseable {
    private static final int AT_ONCE = 256;

    private final List<ByteFault> faults;
    private final Path log;
    private final List<ScriptedBackend> endpoints = new ArrayList<>();
    private final ScriptedBackend other = ScriptedBackend.answering(request -> ok(ByteFault.OTHER));
    private final RunningGateway gateway;

    /** @param stalls of any kind end after a second or two */
    Sweep(String transport, boolean stalls, List<ByteFault> faults, Path folder) throws IOException {
        this.faults = faults;
        this.log = folder.resolve("access.log");
        for (ByteFault fault : faults) {
            AtomicBoolean first = new AtomicBoolean(true);
            endpoints.add(ScriptedBackend.running(
                    connection -> fault.backend().serve(connection, first.compareAndSet(true, false))));
        }
        gateway = RunningGateway.of(yaml(transport, stalls));
    }

    private String yaml(String transport, boolean stalls) {
        StringBuilder upstreams = new StringBuilder("upstreams:\n");
        StringBuilder routes = new StringBuilder("routes:\n");
        String keys =
                "limits: { requestBuffer: 0B }" + (stalls ? ", timeouts: { responseHead: 1s, bodyIdle: 1s }" : "");
        for (int i = 0; i < faults.size(); i++) {
            upstreams.append("""
                      u%d:
                        endpoints: ["%s", { address: "%s", backup: true }]
                        connections: { max: 2 }
                        ejection: { failures: none, errorRate: none }
                    """.formatted(i, endpoints.get(i).endpoint(), other.endpoint()));
            routes.append("  - { name: f%d, match: { path: %s }, to: u%d, %s }\n".formatted(i, faulty(i), i, keys));
            routes.append("  - { name: n%d, match: { path: %s }, to: u%d }\n".formatted(i, next(i), i));
        }
        return """
                threads: 2
                transport: %s
                accessLog: %s
                listeners:
                  web: { bind: "127.0.0.1:0", timeouts: { head: %s } }
                """.formatted(transport, log, stalls ? "2s" : "10s") + upstreams + routes;
    }

    /** All of the same length. */
    static String faulty(int number) {
        return "/f/%04d".formatted(number);
    }

    private static String next(int number) {
        return "/n/%04d".formatted(number);
    }

    /** Plays all of them and looks at what is left. */
    void run() throws Exception {
        Semaphore room = new Semaphore(AT_ONCE);
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int i = 0; i < faults.size(); i++) {
            int number = i;
            running.add(Aside.start(() -> {
                room.acquire();
                try {
                    play(number);
                } finally {
                    room.release();
                }
            }));
        }
        for (CompletableFuture<Void> one : running) {
            one.get(60, TimeUnit.SECONDS);
        }
        checkLog();
        checkCounts();
        checkRequests();
        checkNothingIsLeft();
    }

    private void play(int number) {
        ByteFault fault = faults.get(number);
        try (RawPeer client = gateway.client()) {
            fault.client().play(client, faulty(number));
            fault.check(client);
            try (RawPeer fresh = gateway.client()) {
                // the other one where the endpoint closes a connection that had been kept
                assertThat(fresh.send(get(next(number))).response(200).body()).isIn(ByteFault.HONEST, ByteFault.OTHER);
            }
        } catch (Exception | AssertionError wrong) {
            throw new AssertionError(fault.name() + ": " + wrong.getMessage(), wrong);
        }
    }

    /** Each exchange has the one right cause, and there are no others. */
    private void checkLog() throws Exception {
        Map<String, String> expected = new HashMap<>();
        long unrouted = 0;
        for (int i = 0; i < faults.size(); i++) {
            ByteFault fault = faults.get(i);
            if (fault.isRouted()) {
                expected.put("f" + i, name(fault));
            } else if (fault.cause() != null) {
                unrouted++;
            }
            expected.put("n" + i, LogLines.NONE);
        }
        long lines = expected.size() + unrouted;
        Await.until(() -> lines + " lines in the log", () -> LogLines.of(log).size() >= lines);
        List<String> wrong = new ArrayList<>();
        long timedOut = 0;
        for (JsonNode line : LogLines.of(log)) {
            String route = line.get("route").asText();
            String failure = LogLines.cause(line);
            if (route.isEmpty() && failure.equals(Failure.REQUEST_HEAD_TIMEOUT.cause())) {
                timedOut++;
            } else if (!failure.equals(expected.remove(route))) {
                wrong.add(faultOf(route) + ": " + line);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(expected).isEmpty();
        assertThat(timedOut).isEqualTo(unrouted);
    }

    private static String name(ByteFault fault) {
        Failure cause = fault.cause();
        return cause == null ? LogLines.NONE : cause.cause();
    }

    private String faultOf(String route) {
        return route.isEmpty()
                ? "no route"
                : faults.get(Integer.parseInt(route.substring(1))).name();
    }

    /** The metrics say the same. */
    private void checkCounts() {
        Map<String, Long> expected = new HashMap<>();
        for (ByteFault fault : faults) {
            if (fault.cause() != null) {
                expected.merge(name(fault), 1L, Long::sum);
            }
        }
        assertThat(gateway.sums("sluice_failures_total", "cause")).isEqualTo(expected);
    }

    /** Nothing went to the other endpoint, least of all a POST that the first one had, but what could not do harm. */
    private void checkRequests() {
        Set<String> moved = new HashSet<>();
        for (int i = 0; i < faults.size(); i++) {
            if (faults.get(i).end() == ByteFault.End.ELSEWHERE) {
                moved.add("GET " + faulty(i) + " HTTP/1.1");
            }
        }
        List<String> got = other.requests().stream()
                .map(request -> request.startLine())
                .filter(line -> line.contains(" /f/"))
                .toList();
        assertThat(got).containsExactlyInAnyOrderElementsOf(moved);
    }

    private void checkNothingIsLeft() throws Exception {
        for (String figure : List.of(
                "sluice_pool_leased",
                "sluice_pool_connecting",
                "sluice_pool_waiting",
                "sluice_client_connections",
                "sluice_response_memory_bytes")) {
            Await.until(() -> figure + " is back to 0, not " + gateway.sum(figure), () -> gateway.sum(figure) == 0);
        }
        Await.until(
                "all connections are idle",
                () -> gateway.sum("sluice_pool_connections") == gateway.sum("sluice_pool_idle"));
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        other.close();
        for (ScriptedBackend endpoint : endpoints) {
            endpoint.close();
        }
    }
}
