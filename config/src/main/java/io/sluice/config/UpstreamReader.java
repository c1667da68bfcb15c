package io.sluice.config;

import io.sluice.config.UpstreamConfig.Balance;
import io.sluice.config.UpstreamConfig.Connections;
import io.sluice.config.UpstreamConfig.Endpoint;
import io.sluice.config.UpstreamConfig.Protocol;
import io.sluice.config.UpstreamConfig.ProxyProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads upstreams. */
final class UpstreamReader {
    private static final String ENDPOINTS = "a list of host:port";
    private static final int MOST_CONNECTIONS = 65_535;
    private static final Syntax<Integer> MAX = Syntax.whole(1, MOST_CONNECTIONS);
    private static final Syntax<Integer> QUEUE = Syntax.whole(0, 1_000_000);
    private static final Syntax<Integer> WEIGHT = Syntax.whole(1, 1000);
    private static final Syntax<Integer> MAX_REQUESTS =
            Syntax.whole(1, Integer.MAX_VALUE).orNone(0);
    private static final Syntax<Duration> MAX_AGE = Units.DURATION.orNone(Duration.ZERO);

    private static final Syntax<Integer> STREAMS = Syntax.whole(1, 10_000);
    private static final Syntax<Duration> PING = Units.DURATION.orNone(Duration.ZERO);

    private static final Syntax<Protocol> PROTOCOL = Syntax.word(
            Map.entry("http1", Protocol.HTTP1), Map.entry("h2", Protocol.H2), Map.entry("auto", Protocol.AUTO));

    private static final Syntax<ProxyProtocol> PROXY_PROTOCOL =
            Syntax.word(Map.entry("v1", ProxyProtocol.V1), Map.entry("v2", ProxyProtocol.V2));

    private static final Syntax<Balance> BALANCE = Syntax.word(
            Map.entry("leastRequest", Balance.LEAST_REQUEST),
            Map.entry("roundRobin", Balance.ROUND_ROBIN),
            Map.entry("random", Balance.RANDOM));

    private final Problems problems;

    UpstreamReader(Problems problems) {
        this.problems = problems;
    }

    UpstreamConfig read(Tree.Entry entry) {
        String path = "upstreams." + Shown.value(entry.key());
        Section in = new Section(Part.UPSTREAM, path, entry.place(), entry.value(), problems);
        List<Endpoint> endpoints = endpoints(in);
        Protocol protocol = in.optional("protocol", PROTOCOL).orElse(Protocol.HTTP1);
        if (in.has("proxyProtocol") && protocol != Protocol.HTTP1) {
            // a connection of HTTP/2 is many clients'
            in.problem(
                    in.place("proxyProtocol"),
                    "proxyProtocol",
                    "beside protocol: " + protocol.word() + " (expected: protocol: http1)",
                    null);
        }
        return new UpstreamConfig(
                entry.key(),
                endpoints,
                connections(in.section("connections", Part.CONNECTIONS)),
                protocol,
                UpstreamTlsReader.read(in, endpoints),
                in.optional("balance", BALANCE).orElse(Balance.LEAST_REQUEST),
                HealthReader.read(in),
                in.optional("proxyProtocol", PROXY_PROTOCOL).orElse(null));
    }

    private List<Endpoint> endpoints(Section in) {
        in.missing("endpoints", ENDPOINTS);
        List<Endpoint> endpoints = new ArrayList<>();
        Set<EndpointAddress> seen = new HashSet<>();
        int index = 0;
        for (Tree item : in.items("endpoints", ENDPOINTS)) {
            String path = in.path("endpoints") + "[" + index++ + "]";
            endpoint(item, path).ifPresent(endpoint -> {
                endpoints.add(endpoint);
                if (!seen.add(endpoint.address())) {
                    problems.add(item.place(), path + ": " + endpoint.address() + " is there twice", "use weight");
                }
            });
        }
        if (in.empty("endpoints")) {
            in.problem(in.place("endpoints"), "endpoints", "empty (expected: at least one host:port)", null);
        }
        if (!endpoints.isEmpty() && endpoints.stream().allMatch(Endpoint::backup)) {
            in.problem(in.place("endpoints"), "endpoints", "only backups (expected: one without backup: true)", null);
        }
        return List.copyOf(endpoints);
    }

    private Optional<Endpoint> endpoint(Tree item, String path) {
        if (item instanceof Tree.Mapping) {
            Section in = new Section(Part.ENDPOINT, path, item.place(), item, problems);
            int weight = in.optional("weight", WEIGHT).orElse(1);
            boolean backup = in.optional("backup", Syntax.TRUE_OR_FALSE).orElse(false);
            if (in.has("srv")) {
                return service(in, backup);
            }
            return in.required("address", Addresses.ENDPOINT).map(address -> new Endpoint(address, weight, backup));
        }
        return Values.read(item, path, item.place(), Addresses.ENDPOINT, problems)
                .map(address -> new Endpoint(address, 1));
    }

    private static Optional<Endpoint> service(Section in, boolean backup) {
        if (in.has("address")) {
            in.problem(in.place("srv"), "srv", "beside address (expected: one of the two)", null);
        }
        if (in.has("weight")) {
            in.problem(in.place("weight"), "weight", "beside srv (expected: none, the records have weights)", null);
        }
        return in.optional("srv", Addresses.SRV).map(name -> new Endpoint(name, 1, backup));
    }

    private static Connections connections(Section in) {
        Optional<Integer> given = in.optional("max", MAX);
        int max = given.orElse(64);
        // Where max is wrong, what it bounds can't be judged.
        boolean maxIsWrong = in.has("max") && given.isEmpty();
        int mostConnecting = maxIsWrong ? MOST_CONNECTIONS : max;
        return new Connections(
                max,
                in.optional("queue", QUEUE).orElse(10_000),
                in.optional("queueTimeout", Units.DURATION).orElse(Duration.ofSeconds(2)),
                in.optional("connecting", Syntax.whole(1, mostConnecting).like(MAX))
                        .orElse(Math.min(max, 16)),
                in.optional("connectTimeout", Units.DURATION).orElse(Duration.ofSeconds(2)),
                in.optional("idle", Units.DURATION).orElse(Duration.ofSeconds(60)),
                in.optional("maxAge", MAX_AGE).orElse(Duration.ZERO),
                in.optional("maxRequests", MAX_REQUESTS).orElse(0),
                in.optional("streams", STREAMS).orElse(Connections.STREAMS),
                in.optional("ping", PING).orElse(Connections.PING));
    }
}
