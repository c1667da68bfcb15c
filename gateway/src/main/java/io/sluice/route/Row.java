package io.sluice.route;

import io.sluice.config.RouteConfig.HostPattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route with one of its host patterns: what is put in order. A route with two host patterns stands in the order twice.
 *
 * @param host null: any
 */
record Row(@Nullable HostPattern host, Route route) {

    /** The rule that is written in docs/routing.md: the row that comes first wins. */
    static final Comparator<Row> PRECEDENCE = Comparator.comparingInt(Row::hostRank)
            .thenComparing(row -> row.route().path().rank())
            .thenComparing(row -> row.route().predicates().size(), Comparator.reverseOrder())
            .thenComparing(row -> row.route().config().priority(), Comparator.reverseOrder())
            .thenComparingInt(row -> row.route().place());

    /** Exact, then wildcards with more labels before those with fewer, then any. */
    private int hostRank() {
        if (host == null) {
            return Integer.MAX_VALUE;
        }
        return host.wildcard()
                ? -(int) host.name().chars().filter(c -> c == '.').count()
                : Integer.MIN_VALUE;
    }

    /** All rows of the routes, in order of precedence. */
    static List<Row> ordered(List<Route> routes) {
        List<Row> rows = new ArrayList<>();
        for (Route route : routes) {
            List<HostPattern> hosts = route.config().match().hosts();
            if (hosts.isEmpty()) {
                rows.add(new Row(null, route));
            }
            hosts.stream().distinct().forEach(host -> rows.add(new Row(host, route)));
        }
        rows.sort(PRECEDENCE);
        return List.copyOf(rows);
    }
}
