package io.sluice.route;

import io.sluice.config.RouteConfig.HostPattern;
import io.sluice.http.Head;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The routes by host. A request is given the most specific host that it matches; from there {@link HostRoutes#wider} leads
 * to the next less specific one that it matches too, down to the routes for any host.
 *
 * <p>Names are hashed from their end, so that one pass over the host of a request meets the hash of every wildcard that
 * could match. Letter case and one trailing dot do not count. Immutable.
 */
final class Hosts {
    private final ByteIndex exact;
    private final HostRoutes[] exactRoutes;
    private final ByteIndex wildcard;
    private final HostRoutes[] wildcardRoutes;
    private final HostRoutes any;

    private Hosts(Map<String, HostRoutes> exact, Map<String, HostRoutes> wildcard, HostRoutes any) {
        this.exact = index(exact);
        this.exactRoutes = exact.values().toArray(HostRoutes[]::new);
        this.wildcard = index(wildcard);
        this.wildcardRoutes = wildcard.values().toArray(HostRoutes[]::new);
        this.any = any;
    }

    /** Builds the index over routes that stand in the order of precedence. */
    static Hosts of(List<Row> rows) {
        Map<String, List<Route>> exact = new LinkedHashMap<>();
        Map<String, List<Route>> wildcard = new LinkedHashMap<>();
        List<Route> any = new ArrayList<>();
        for (Row row : rows) {
            HostPattern host = row.host();
            if (host == null) {
                any.add(row.route());
            } else {
                (host.wildcard() ? wildcard : exact)
                        .computeIfAbsent(name(host), key -> new ArrayList<>())
                        .add(row.route());
            }
        }
        HostRoutes anyRoutes = HostRoutes.of(any, null);
        Map<String, HostRoutes> wildcards = new LinkedHashMap<>();
        wildcard.keySet().stream() // shorter ones first: the longer ones point to them
                .sorted((a, b) -> a.length() - b.length())
                .forEach(name ->
                        wildcards.put(name, HostRoutes.of(listed(wildcard, name), wider(name, wildcards, anyRoutes))));
        Map<String, HostRoutes> exacts = new LinkedHashMap<>();
        exact.forEach((name, routes) -> exacts.put(name, HostRoutes.of(routes, wider(name, wildcards, anyRoutes))));
        return new Hosts(exacts, wildcards, anyRoutes);
    }

    private static List<Route> listed(Map<String, List<Route>> routes, String name) {
        return routes.getOrDefault(name, List.of());
    }

    /** The longest wildcard over a name; the routes for any host if there is none. */
    private static HostRoutes wider(String name, Map<String, HostRoutes> wildcards, HostRoutes any) {
        for (int dot = name.indexOf('.', 1); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            HostRoutes routes = wildcards.get(name.substring(dot + 1));
            if (routes != null) {
                return routes;
            }
        }
        return any;
    }

    /** As it stands in a request: an IPv6 literal in brackets, no trailing dot. */
    private static String name(HostPattern host) {
        String name = host.name();
        if (name.indexOf(':') >= 0 && !name.startsWith("[")) {
            return "[" + name + "]";
        }
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static ByteIndex index(Map<String, HostRoutes> byName) {
        List<byte[]> names = byName.keySet().stream()
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                .toList();
        int[] hashes = names.stream().mapToInt(Hosts::hash).toArray();
        return new ByteIndex(names, hashes);
    }

    private static int hash(byte[] name) {
        int hash = 0;
        for (int i = name.length - 1; i >= 0; i--) {
            hash = ByteIndex.step(hash, name[i]);
        }
        return hash;
    }

    /** The routes of the most specific host that matches. */
    HostRoutes find(Head head) {
        if (exactRoutes.length == 0 && wildcardRoutes.length == 0) {
            return any;
        }
        byte[] block = head.block();
        int from = head.hostStart();
        int to = end(block, from, head.hostEnd());
        int covering = ByteIndex.NONE;
        int hash = 0;
        for (int i = to - 1; i >= from; i--) {
            int b = ByteIndex.lower(block[i]);
            if (b == '.' && i > from && !wildcard.isEmpty()) {
                int found = wildcard.findIgnoringCase(block, i + 1, to, hash);
                covering = found == ByteIndex.NONE ? covering : found;
            }
            hash = ByteIndex.step(hash, b);
        }
        int same = exact.findIgnoringCase(block, from, to, hash);
        if (same != ByteIndex.NONE) {
            return exactRoutes[same];
        }
        return covering == ByteIndex.NONE ? any : wildcardRoutes[covering];
    }

    /** Whether a request is for a host that the pattern names; null: any. */
    static boolean matches(@Nullable HostPattern pattern, Head head) {
        if (pattern == null) {
            return true;
        }
        byte[] block = head.block();
        int from = head.hostStart();
        int to = end(block, from, head.hostEnd());
        byte[] name = name(pattern).getBytes(StandardCharsets.UTF_8);
        if (!pattern.wildcard()) {
            return ByteIndex.equalsIgnoringCase(name, block, from, to);
        }
        int suffix = to - name.length;
        return suffix - 2 >= from && block[suffix - 1] == '.' && ByteIndex.equalsIgnoringCase(name, block, suffix, to);
    }

    /** The end of a host without its trailing dot. */
    private static int end(byte[] block, int from, int to) {
        return to - 1 > from && block[to - 1] == '.' ? to - 1 : to;
    }
}
