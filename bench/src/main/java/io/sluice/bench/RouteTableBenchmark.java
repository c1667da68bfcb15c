package io.sluice.bench;

import io.netty.buffer.Unpooled;
import io.sluice.config.GatewayConfig.PathPolicy;
import io.sluice.config.GatewayConfig.Transport;
import io.sluice.config.HostPort;
import io.sluice.config.RouteConfig;
import io.sluice.config.RouteConfig.Action;
import io.sluice.config.RouteConfig.HeaderEdits;
import io.sluice.config.RouteConfig.HostPattern;
import io.sluice.config.RouteConfig.Limits;
import io.sluice.config.RouteConfig.Match;
import io.sluice.config.RouteConfig.PathPattern;
import io.sluice.config.RouteConfig.Rewrite;
import io.sluice.config.RouteConfig.Segment;
import io.sluice.config.RouteConfig.Timeouts;
import io.sluice.config.RouteConfig.ValuePattern;
import io.sluice.config.UpstreamConfig;
import io.sluice.http.Head;
import io.sluice.http.HeadParser;
import io.sluice.http.PathNormalizer;
import io.sluice.route.Route;
import io.sluice.route.RouteTable;
import io.sluice.telemetry.Telemetry;
import io.sluice.upstream.Upstream;
import io.sluice.wire.Loops;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes to normalise the path of a request and to find its route, in tables of routes of all kinds: exact and
 * wildcard hosts and none, tails, captures, exact paths, expressions, methods and headers. Each request is for a route
 * drawn at random, so that in a large table neither caches nor branches know it beforehand.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RouteTableBenchmark {
    private static final int REQUESTS = 1024;
    private static final int KINDS = 10;
    private static final InetAddress CLIENT = InetAddress.getLoopbackAddress();
    private static final Segment ITEM = new Segment("item", true);

    @Param({"10", "1000", "10000"})
    public int routes;

    private final PathNormalizer normalizer = new PathNormalizer(PathPolicy.SAFE);
    private final Head[] heads = new Head[REQUESTS];
    private @Nullable RouteTable table;
    private int next;

    /** Compiles the table and reads the requests. */
    @Setup
    public void compile() throws Exception {
        List<RouteConfig> rows = new ArrayList<>();
        for (int i = 0; i < routes; i++) {
            rows.add(row(i));
        }
        try (Loops loops = new Loops(Transport.NIO, 1);
                Telemetry telemetry = new Telemetry()) {
            Upstream upstream = upstream(loops);
            table = RouteTable.compile(rows, name -> upstream, telemetry::route);
        }
        Random random = new Random(1);
        for (int i = 0; i < REQUESTS; i++) {
            heads[i] = head(random.nextInt(routes));
        }
    }

    /** The path of a request whose path needs no change. */
    @Benchmark
    public @Nullable Object normalize() {
        return normalizer.apply(heads[next++ & REQUESTS - 1]);
    }

    /** One request after the other, each for a route of its own. */
    @Benchmark
    public @Nullable Route find() {
        return compiled().find(heads[next++ & REQUESTS - 1], CLIENT);
    }

    /** The same request each time: what the work itself takes. */
    @Benchmark
    public @Nullable Route findAgain() {
        return compiled().find(heads[0], CLIENT);
    }

    private RouteTable compiled() {
        RouteTable compiled = table;
        if (compiled == null) {
            throw new IllegalStateException("table: none (expected: compiled before)");
        }
        return compiled;
    }

    private static RouteConfig row(int i) {
        int tenant = i / KINDS;
        List<HostPattern> exact = List.of(new HostPattern("tenant-" + tenant + ".example.com", false));
        List<HostPattern> wildcard = List.of(new HostPattern("tenant-" + tenant + ".example.org", true));
        Segment service = new Segment("service-" + i, false);
        Segment items = new Segment("items", false);
        return switch (i % KINDS) {
            case 0 -> row(i, exact, null, Set.of(), Map.of());
            case 1 -> row(i, exact, segments(false, service, items), Set.of(), Map.of());
            case 2 -> row(i, exact, segments(false, service, ITEM, items), Set.of(), Map.of());
            case 3 -> row(i, wildcard, segments(true, service), Set.of(), Map.of());
            case 4 -> row(i, List.of(), segments(true, service), Set.of(), Map.of());
            case 5 -> row(i, List.of(), segments(false, service, ITEM), Set.of(), Map.of());
            case 6 -> row(i, exact, new PathPattern.Regex("/service-" + i + "/[a-z0-9-]+/items"), Set.of(), Map.of());
            case 7 -> row(i, exact, segments(true, service), Set.of("GET", "HEAD"), Map.of());
            case 8 -> row(i, exact, segments(true, service), Set.of(), Map.of("x-beta", new ValuePattern.Equal("1")));
            default -> row(i, exact, segments(true, service), Set.of(), Map.of());
        };
    }

    private static PathPattern segments(boolean tail, Segment... segments) {
        return new PathPattern.Segments("", List.of(segments), tail);
    }

    private static RouteConfig row(
            int i,
            List<HostPattern> hosts,
            @Nullable PathPattern path,
            Set<String> methods,
            Map<String, ValuePattern> headers) {
        Duration minute = Duration.ofMinutes(1);
        return new RouteConfig(
                "route-" + i,
                new Match(hosts, path, methods, headers, Map.of(), List.of()),
                0,
                new Action.Forward("backend"),
                Rewrite.NONE,
                HeaderEdits.NONE,
                HeaderEdits.NONE,
                new Timeouts(minute, minute, minute, Duration.ZERO, minute),
                new Limits(-1, 0, 0, 0),
                null,
                RouteConfig.Guard.NONE);
    }

    /** A request that the route takes. */
    private static Head head(int i) {
        String domain = i % KINDS == 3 ? ".example.org" : ".example.com";
        String host = (i % KINDS == 3 ? "www." : "") + "tenant-" + i / KINDS + domain;
        String path = i % KINDS == 5 ? "/item-4711" : i % KINDS == 1 ? "/items" : "/item-4711/items";
        String text = "GET /service-" + i + path + " HTTP/1.1\r\nHost: " + host
                + "\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\nX-Beta: 1\r\n\r\n";
        Head head = new Head();
        HeadParser.requests(4096, 100).parse(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1)), head);
        return head;
    }

    private static Upstream upstream(Loops loops) {
        Duration second = Duration.ofSeconds(1);
        return new Upstream(
                new UpstreamConfig(
                        "backend",
                        List.of(new UpstreamConfig.Endpoint(new HostPort("127.0.0.1", 9), 1)),
                        new UpstreamConfig.Connections(1, 1, second, 1, second, second, Duration.ZERO, 0),
                        UpstreamConfig.Protocol.HTTP1,
                        UpstreamConfig.Balance.RANDOM),
                loops);
    }
}
