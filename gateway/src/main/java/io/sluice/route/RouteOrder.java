package io.sluice.route;

import io.sluice.config.OutlineChange;
import io.sluice.config.RouteConfig.HostPattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which routes have changed places where the place decides: among those that are equally specific for the same requests, the
 * first one in the file wins.
 */
public final class RouteOrder {
    private RouteOrder() {}

    /** Routes between which only the order in the file decides. */
    private record Tie(@Nullable HostPattern host, String rank, String path, int predicates, int priority) {
        static Tie of(Row row) {
            Route route = row.route();
            return new Tie(
                    row.host(),
                    route.path().rank(),
                    shape(route.path()),
                    route.predicates().size(),
                    route.config().priority());
        }

        /** The same for patterns that match the same paths, among those of one rank. Of two expressions nobody knows. */
        private static String shape(PathMatch path) {
            return switch (path) {
                case PathMatch.Any any -> "";
                case PathMatch.Segments segments ->
                    segments.segments().stream()
                            .map(part -> part instanceof PathMatch.Part.Literal literal ? literal.text() : "{}")
                            .collect(Collectors.joining("/"));
                case PathMatch.Expression expression -> "";
            };
        }
    }

    /** Names of routes that both tables have: the fewest that have to be moved back for the old order. */
    public static Set<String> moved(RouteTable before, RouteTable after) {
        Map<Tie, List<String>> old = ties(before);
        Set<String> moved = new LinkedHashSet<>();
        ties(after).forEach((tie, names) -> moved.addAll(OutlineChange.moved(old.getOrDefault(tie, List.of()), names)));
        return moved;
    }

    private static Map<Tie, List<String>> ties(RouteTable table) {
        Map<Tie, List<String>> ties = new LinkedHashMap<>();
        for (Row row : Row.ordered(table.routes())) {
            ties.computeIfAbsent(Tie.of(row), tie -> new ArrayList<>())
                    .add(row.route().name());
        }
        return ties;
    }
}
