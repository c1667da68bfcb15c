package io.sluice.route;

import io.sluice.config.GatewayConfig.Transport;
import io.sluice.config.HostPort;
import io.sluice.config.Network;
import io.sluice.config.RouteConfig;
import io.sluice.config.RouteConfig.Action;
import io.sluice.config.RouteConfig.Field;
import io.sluice.config.RouteConfig.HeaderEdits;
import io.sluice.config.RouteConfig.HostPattern;
import io.sluice.config.RouteConfig.Match;
import io.sluice.config.RouteConfig.PathPattern;
import io.sluice.config.RouteConfig.Rewrite;
import io.sluice.config.RouteConfig.Segment;
import io.sluice.config.RouteConfig.ValuePattern;
import io.sluice.config.UpstreamConfig;
import io.sluice.telemetry.Telemetry;
import io.sluice.upstream.Upstream;
import io.sluice.wire.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes a row of the routing table: {@code route("orders").host("api.test").path("/orders/**").config()}. */
final class Rows {
    private static final Loops LOOPS = new Loops(Transport.NIO, 1);
    private static final Telemetry TELEMETRY = new Telemetry();

    private final String name;
    private final List<HostPattern> hosts = new ArrayList<>();
    private PathPattern path;
    private final Set<String> methods = new LinkedHashSet<>();
    private final Map<String, ValuePattern> headers = new LinkedHashMap<>();
    private final Map<String, ValuePattern> query = new LinkedHashMap<>();
    private final List<Network> clients = new ArrayList<>();
    private int priority;
    private Action action = new Action.Forward("up");
    private Rewrite rewrite = Rewrite.NONE;
    private HeaderEdits requestEdits = HeaderEdits.NONE;
    private HeaderEdits responseEdits = HeaderEdits.NONE;

    private Rows(String name) {
        this.name = name;
    }

    static Rows route(String name) {
        return new Rows(name);
    }

    static RouteTable table(Rows... rows) {
        return table(List.of(rows).stream().map(Rows::config).toList());
    }

    static RouteTable table(List<RouteConfig> rows) {
        Map<String, Upstream> upstreams = new LinkedHashMap<>();
        return RouteTable.compile(rows, named -> upstreams.computeIfAbsent(named, Rows::upstream), TELEMETRY::route);
    }

    static Upstream upstream(String name) {
        UpstreamConfig.Connections connections = new UpstreamConfig.Connections(
                1, 1, Duration.ofSeconds(1), 1, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO, 0);
        UpstreamConfig.Endpoint endpoint = new UpstreamConfig.Endpoint(new HostPort("127.0.0.1", 9), 1);
        return new Upstream(
                new UpstreamConfig(
                        name,
                        List.of(endpoint),
                        connections,
                        UpstreamConfig.Protocol.HTTP1,
                        UpstreamConfig.Balance.RANDOM),
                LOOPS);
    }

    /** @param patterns such as {@code api.test} and {@code *.test} */
    Rows host(String... patterns) {
        for (String pattern : patterns) {
            boolean wildcard = pattern.startsWith("*.");
            hosts.add(new HostPattern(wildcard ? pattern.substring(2) : pattern, wildcard));
        }
        return this;
    }

    Rows path(String pattern) {
        path = segments(pattern);
        return this;
    }

    Rows pathRegex(String expression) {
        path = new PathPattern.Regex(expression);
        return this;
    }

    Rows method(String... names) {
        methods.addAll(List.of(names));
        return this;
    }

    Rows header(String lowerCase, ValuePattern value) {
        headers.put(lowerCase, value);
        return this;
    }

    Rows header(String lowerCase, String value) {
        return header(lowerCase, new ValuePattern.Equal(value));
    }

    Rows query(String parameter, ValuePattern value) {
        query.put(parameter, value);
        return this;
    }

    Rows query(String parameter, String value) {
        return query(parameter, new ValuePattern.Equal(value));
    }

    Rows client(String address, int prefix) {
        clients.add(new Network(Requests.address(address), prefix));
        return this;
    }

    Rows priority(int value) {
        priority = value;
        return this;
    }

    Rows action(Action value) {
        action = value;
        return this;
    }

    Rows redirect(String location) {
        return action(new Action.Redirect(location, 308));
    }

    Rows rewrite(String stripPrefix, String addPrefix) {
        rewrite = new Rewrite(stripPrefix, addPrefix, null);
        return this;
    }

    Rows template(String template) {
        rewrite = new Rewrite(null, null, template);
        return this;
    }

    Rows requestHeaders(List<Field> set, List<Field> add, List<String> remove) {
        requestEdits = new HeaderEdits(set, add, remove);
        return this;
    }

    Rows responseHeaders(List<Field> set, List<Field> add, List<String> remove) {
        responseEdits = new HeaderEdits(set, add, remove);
        return this;
    }

    RouteConfig config() {
        return new RouteConfig(
                name,
                new Match(
                        List.copyOf(hosts),
                        path,
                        Set.copyOf(methods),
                        Map.copyOf(headers),
                        query,
                        List.copyOf(clients)),
                priority,
                action,
                rewrite,
                requestEdits,
                responseEdits,
                new RouteConfig.Timeouts(
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(20),
                        Duration.ZERO,
                        Duration.ofHours(1)),
                new RouteConfig.Limits(-1, 0, 0, 0),
                null,
                RouteConfig.Guard.NONE);
    }

    private static PathPattern.Segments segments(String text) {
        boolean tail = text.endsWith("/**");
        String rest = tail ? text.substring(0, text.length() - 3) : text;
        List<Segment> segments = new ArrayList<>();
        if (!rest.isEmpty()) {
            for (String part : rest.substring(1).split("/", -1)) {
                boolean capture = part.startsWith("{");
                segments.add(new Segment(capture ? part.substring(1, part.length() - 1) : part, capture));
            }
        }
        return new PathPattern.Segments(text, segments, tail);
    }
}
