package io.sluice.route;

import io.sluice.http.Head;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host pattern.
 *
 * @param anyPath routes that name no path, in order of precedence: they come after all others
 * @param wider the next less specific host pattern over the same names; null behind that for any host
 */
record HostRoutes(
        PathTree paths, List<Route> anyPath, @Nullable HostRoutes wider) {

    /** @param routes in order of precedence */
    static HostRoutes of(List<Route> routes, @Nullable HostRoutes wider) {
        List<Route> anyPath = routes.stream()
                .filter(route -> route.path() instanceof PathMatch.Any)
                .toList();
        return new HostRoutes(PathTree.of(routes), anyPath, wider);
    }

    @Nullable
    Route find(Head head, InetAddress client) {
        Route route = paths.find(head, client);
        return route != null ? route : PathTree.first(anyPath, head, client);
    }
}
