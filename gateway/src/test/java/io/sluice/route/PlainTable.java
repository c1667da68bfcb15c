package io.sluice.route;

import io.sluice.config.Network;
import io.sluice.config.RouteConfig;
import io.sluice.config.RouteConfig.HostPattern;
import io.sluice.config.RouteConfig.Match;
import io.sluice.config.RouteConfig.PathPattern;
import io.sluice.config.RouteConfig.Segment;
import io.sluice.config.RouteConfig.ValuePattern;
import io.sluice.http.Head;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The rule of docs/routing.md once more, in the plainest way: of all rows that match, the best by comparing them one with
 * the other. Shares no code with the compiled table; the oracle of {@link RouteTablePropertyTest}.
 */
final class PlainTable {
    private final List<RouteConfig> rows;

    PlainTable(List<RouteConfig> rows) {
        this.rows = rows;
    }

    /** A row that matches, with the host pattern by which it does. */
    private record Candidate(RouteConfig row, HostPattern host, int place) {}

    String find(Head head, InetAddress client) {
        Candidate best = null;
        for (int i = 0; i < rows.size(); i++) {
            RouteConfig row = rows.get(i);
            if (matches(row.match(), head, client)) {
                for (HostPattern host : hosts(row.match(), head)) {
                    Candidate candidate = new Candidate(row, host, i);
                    best = best == null || isBetter(candidate, best) ? candidate : best;
                }
            }
        }
        return best == null ? null : best.row.name();
    }

    private static boolean isBetter(Candidate a, Candidate b) {
        int order = hostRank(a.host) - hostRank(b.host);
        order = order != 0
                ? order
                : comparePaths(a.row.match().path(), b.row.match().path());
        order = order != 0 ? order : predicates(a.row.match()) - predicates(b.row.match());
        order = order != 0 ? order : a.row.priority() - b.row.priority();
        return order != 0 ? order > 0 : a.place < b.place;
    }

    private static int hostRank(HostPattern host) {
        if (host == null) {
            return 0;
        }
        return host.wildcard() ? host.name().split("\\.").length : 1000;
    }

    /** Positive: the first one is more specific; both match the same path. */
    private static int comparePaths(PathPattern a, PathPattern b) {
        for (int i = 0; ; i++) {
            int left = kind(a, i);
            int right = kind(b, i);
            if (left != right || left < 10) {
                return left - right;
            }
        }
    }

    /** What stands at a segment: literal, capture, the end, an expression, a tail, nothing named. Below 10: no more after it. */
    private static int kind(PathPattern pattern, int at) {
        return switch (pattern) {
            case null -> 0;
            case PathPattern.Segments segments -> {
                List<Segment> all = segments.segments();
                if (at < all.size()) {
                    yield all.get(at).capture() ? 10 : 11;
                }
                yield segments.tail() ? 1 : 9;
            }
            case PathPattern.Regex regex -> at < beginning(regex.expression()) ? 11 : 2;
        };
    }

    /** The literal segments at the beginning of those expressions that the test uses. */
    private static int beginning(String expression) {
        return switch (expression) {
            case "/a/.*", "^/b/.*$", "/a/(b|c)/.+" -> 1;
            case "/a/b/[ab]+" -> 2;
            case "/a/b/?" -> 1;
            case "/[ab]/c", ".*c", "/a|/b", "/.*" -> 0;
            default -> throw new IllegalArgumentException(expression);
        };
    }

    private static int predicates(Match match) {
        return (match.methods().isEmpty() ? 0 : 1)
                + (match.clients().isEmpty() ? 0 : 1)
                + match.headers().size()
                + match.query().size();
    }

    private static boolean matches(Match match, Head head, InetAddress client) {
        return matches(match.path(), head.path())
                && (match.methods().isEmpty() || match.methods().contains(head.method()))
                && (match.clients().isEmpty() || contains(match.clients(), client))
                && match.headers().entrySet().stream()
                        .allMatch(header -> matches(header.getValue(), fields(head, header.getKey())))
                && match.query().entrySet().stream()
                        .allMatch(parameter -> matches(parameter.getValue(), parameters(head, parameter.getKey())));
    }

    private static boolean contains(List<Network> networks, InetAddress client) {
        return networks.stream().anyMatch(network -> network.contains(client));
    }

    private static List<HostPattern> hosts(Match match, Head head) {
        List<HostPattern> matching = new ArrayList<>();
        String host = head.authority().toLowerCase(Locale.ROOT);
        for (HostPattern pattern : match.hosts()) {
            if (pattern.wildcard() ? host.endsWith("." + pattern.name()) : host.equals(pattern.name())) {
                matching.add(pattern);
            }
        }
        if (match.hosts().isEmpty()) {
            matching.add(null);
        }
        return matching;
    }

    private static boolean matches(PathPattern pattern, String path) {
        return switch (pattern) {
            case null -> true;
            case PathPattern.Regex regex -> path.matches(regex.expression());
            case PathPattern.Segments segments -> {
                StringBuilder expression = new StringBuilder();
                for (Segment segment : segments.segments()) {
                    expression.append('/').append(segment.capture() ? "[^/]+" : Pattern.quote(segment.text()));
                }
                yield path.matches(expression + (segments.tail() ? "(/.*)?" : ""));
            }
        };
    }

    private static List<String> fields(Head head, String lowerCase) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < head.fields(); i++) {
            if (head.nameText(i).toLowerCase(Locale.ROOT).equals(lowerCase)) {
                values.add(head.value(i));
            }
        }
        return values;
    }

    private static List<String> parameters(Head head, String name) {
        List<String> values = new ArrayList<>();
        for (String pair : head.query() == null ? new String[0] : head.query().split("&")) {
            if (pair.startsWith(name + "=")) {
                values.add(pair.substring(name.length() + 1));
            }
        }
        return values;
    }

    private static boolean matches(ValuePattern pattern, List<String> values) {
        return switch (pattern) {
            case ValuePattern.Equal equal -> values.contains(equal.value());
            case ValuePattern.Prefix prefix -> values.stream().anyMatch(value -> value.startsWith(prefix.value()));
            case ValuePattern.Regex regex -> values.stream().anyMatch(value -> value.matches(regex.expression()));
            case ValuePattern.Present present -> !values.isEmpty();
            case ValuePattern.Absent absent -> values.isEmpty();
        };
    }
}
