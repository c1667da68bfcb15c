package io.sluice.route;

import io.sluice.config.RouteConfig;
import io.sluice.http.Head;
import io.sluice.policy.RouteGuard;
import io.sluice.telemetry.RouteMetrics;
import io.sluice.upstream.Upstream;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The compiled routing table: hash of the host, then a tree of path segments, then the remaining predicates. What it
 * finds is what a scan over all rows in the order of {@link Row#PRECEDENCE} finds first; {@link #explain} makes that
 * scan. Immutable; any thread.
 */
public final class RouteTable {
    private final List<Route> routes;
    private final List<Row> rows;
    private final Hosts hosts;

    private RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
        rows = Row.ordered(routes);
        hosts = Hosts.of(rows);
    }

    /**
     * @param routes in file order, valid
     * @param upstreams by name
     * @param metrics by name of the route
     * @throws IllegalArgumentException for what the config reader should have refused, such as a template with a name
     *     that its path does not capture
     */
    public static RouteTable compile(
            List<RouteConfig> routes,
            Function<String, @Nullable Upstream> upstreams,
            Function<String, RouteMetrics> metrics) {
        return compile(routes, upstreams, metrics, null);
    }

    /**
     * As the other.
     *
     * @param previous the table that this will take the place of: counts and rates of routes go on
     */
    public static RouteTable compile(
            List<RouteConfig> routes,
            Function<String, @Nullable Upstream> upstreams,
            Function<String, RouteMetrics> metrics,
            @Nullable RouteTable previous) {
        Map<String, RouteGuard> guards = previous == null ? Map.of() : previous.guards();
        Function<String, Upstream> known = name -> {
            Upstream upstream = upstreams.apply(name);
            if (upstream == null) {
                throw new IllegalArgumentException(name + ": unknown (expected: the name of an upstream)");
            }
            return upstream;
        };
        List<Route> compiled = new ArrayList<>(routes.size());
        for (RouteConfig route : routes) {
            compiled.add(new Route(
                    route,
                    compiled.size(),
                    known,
                    metrics.apply(route.name()),
                    RouteGuard.of(route.guard(), guards.get(route.name()))));
        }
        return new RouteTable(compiled);
    }

    private Map<String, RouteGuard> guards() {
        Map<String, RouteGuard> guards = new HashMap<>();
        for (Route route : routes) {
            if (route.guard() != null) {
                guards.put(route.name(), route.guard());
            }
        }
        return guards;
    }

    /** All routes, in file order. */
    public List<Route> routes() {
        return routes;
    }

    /**
     * The route for a request; null if none matches. The head's path must be in normal form, and its fields as the client
     * sent them.
     */
    public @Nullable Route find(Head head, InetAddress client) {
        for (HostRoutes host = hosts.find(head); host != null; host = host.wider()) {
            Route route = host.find(head, client);
            if (route != null) {
                return route;
            }
        }
        return null;
    }

    /** Which route a request would take, and why each better placed one does not match. Leaves the head as it is. */
    public Explanation explain(Head head, InetAddress client) {
        return new Explainer(head, client, find(head, client)).explain(rows);
    }
}
