package io.sluice.route;

import io.sluice.config.RouteConfig;
import io.sluice.config.RouteConfig.Field;
import io.sluice.config.RouteConfig.HeaderEdits;
import io.sluice.config.RouteConfig.HostPattern;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.http.Peer;
import io.sluice.upstream.Upstream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes one {@link Explanation}, by going through the rows in order of precedence. */
final class Explainer {
    private static final int PREDICATE_MISSED = Integer.MAX_VALUE;
    private static final int PATH_MISSED = 10;
    private static final int HOST_MISSED = 1;

    private final Head head;
    private final InetAddress client;
    private final @Nullable Route found;

    /**
     * A route that does not match.
     *
     * @param nearness how much of it matches: more is nearer
     */
    private record Near(Explanation.Missed missed, int nearness) {}

    Explainer(Head head, InetAddress client, @Nullable Route found) {
        this.head = head;
        this.client = client;
        this.found = found;
    }

    Explanation explain(List<Row> rows) {
        List<Near> missed = new ArrayList<>();
        Set<Route> seen = new HashSet<>();
        Row taken = null;
        for (Row row : rows) {
            if (row.route() == found && Hosts.matches(row.host(), head)) {
                taken = row;
                break;
            }
            if (row.route() != found && standsFor(row) && seen.add(row.route())) {
                missed.add(missed(row));
            }
        }
        List<Near> shown = nearest(missed);
        return new Explanation(
                head.method(),
                host(),
                head.path(),
                head.query(),
                shown.stream().map(Near::missed).toList(),
                others(missed, shown),
                taken == null ? null : found(taken));
    }

    private String host() {
        return new String(
                head.block(), head.hostStart(), head.hostEnd() - head.hostStart(), StandardCharsets.ISO_8859_1);
    }

    /** A route is judged by the row whose host matches; by its first one, if none does. */
    private boolean standsFor(Row row) {
        return Hosts.matches(row.host(), head)
                || row.route().config().match().hosts().stream().noneMatch(host -> Hosts.matches(host, head));
    }

    private Near missed(Row row) {
        Route route = row.route();
        PathMatch path = route.path();
        if (!Hosts.matches(row.host(), head)) {
            boolean samePath = !(path instanceof PathMatch.Any) && path.matches(head);
            String hosts = String.join(
                    ", ",
                    route.config().match().hosts().stream()
                            .map(HostPattern::toString)
                            .toList());
            return near(route, "host", hosts, host().isEmpty() ? "none" : host(), samePath ? HOST_MISSED : 0);
        }
        if (!path.matches(head)) {
            return near(route, "path", path.toString(), head.path(), PATH_MISSED + path.common(head));
        }
        for (Predicate predicate : route.predicates()) {
            if (!predicate.holds(head, client)) {
                return near(
                        route,
                        predicate.subject(),
                        predicate.expected(),
                        predicate.got(head, client),
                        PREDICATE_MISSED);
            }
        }
        throw new IllegalStateException(route.name() + ": matches, but was not found");
    }

    private static Near near(Route route, String subject, String expected, String got, int nearness) {
        return new Near(new Explanation.Missed(route.name(), subject, expected, got), nearness);
    }

    /** At most {@link Explanation#SHOWN}, still in order of precedence. */
    private static List<Near> nearest(List<Near> missed) {
        if (missed.size() <= Explanation.SHOWN) {
            return missed;
        }
        Set<Near> kept = new HashSet<>(missed.stream()
                .sorted(Comparator.comparingInt(Near::nearness).reversed())
                .limit(Explanation.SHOWN)
                .toList());
        return missed.stream().filter(kept::contains).limit(Explanation.SHOWN).toList();
    }

    private static Map<String, Integer> others(List<Near> missed, List<Near> shown) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        Set<Near> kept = new HashSet<>(shown);
        for (Near near : missed) {
            if (!kept.contains(near)) {
                counts.merge(near.missed().subject(), 1, Integer::sum);
            }
        }
        return counts;
    }

    private Explanation.Found found(Row row) {
        Route route = row.route();
        RouteConfig config = route.config();
        return new Explanation.Found(
                route,
                row.host() == null ? "any" : row.host().toString(),
                route.path().toString(),
                route.captures(head),
                outcome(route),
                forwardedPath(route),
                texts(config.requestHeaders(), route),
                texts(config.responseHeaders(), route),
                upstreams(route));
    }

    private List<Upstream> upstreams(Route route) {
        return switch (route.action()) {
            case Action.Forward forward -> List.of(forward.upstream());
            case Split split -> split.isSettled(head, client) ? List.of(split.choose(head, client)) : split.all();
            case Action.Redirect redirect -> List.of();
            case Action.Respond respond -> List.of();
        };
    }

    private @Nullable String forwardedPath(Route route) {
        return switch (route.action()) {
            case Action.Forward forward -> sentPath(route);
            case Split split -> sentPath(route);
            case Action.Redirect redirect -> null;
            case Action.Respond respond -> null;
        };
    }

    private String sentPath(Route route) {
        byte[] path = route.forwardedPath(head);
        return path == null ? refused(Failure.REQUEST_PATH) : new String(path, StandardCharsets.ISO_8859_1);
    }

    private static String refused(Failure failure) {
        return "refused: " + failure.status() + " " + failure.cause();
    }

    private String outcome(Route route) {
        return switch (route.action()) {
            case Action.Forward forward -> "forward to " + forward.upstream().name();
            case Split split -> outcome(split);
            case Action.Redirect redirect -> {
                String location = redirect.location(head);
                yield location == null
                        ? refused(Failure.REQUEST_TARGET)
                        : "redirect " + redirect.status() + " to " + location;
            }
            case Action.Respond respond ->
                "answer " + respond.status() + ", " + respond.contentType() + ", " + respond.body().length + " bytes";
        };
    }

    private String outcome(Split split) {
        String chosen =
                split.isSettled(head, client) ? split.choose(head, client).name() : "one by chance";
        return "forward to " + chosen + ", of " + split;
    }

    private List<String> texts(HeaderEdits edits, Route route) {
        List<String> texts = new ArrayList<>();
        edits.remove().forEach(name -> texts.add("remove " + name));
        edits.set().forEach(field -> texts.add("set " + field.name() + ": " + value(field, route)));
        edits.add().forEach(field -> texts.add("add " + field.name() + ": " + value(field, route)));
        return List.copyOf(texts);
    }

    private String value(Field field, Route route) {
        HeaderValue value = HeaderValue.of(field.value(), route.path(), route.name());
        Peer peer = Peer.of(new InetSocketAddress(client, 0), false);
        return value.shown(head, peer, client);
    }
}
