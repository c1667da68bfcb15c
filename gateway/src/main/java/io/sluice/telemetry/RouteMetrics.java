package io.sluice.telemetry;

/** What is counted for one route. */
public final class RouteMetrics {
    private final String route;

    /** @param route name of the route */
    public RouteMetrics(String route) {
        this.route = route;
    }

    public String route() {
        return route;
    }
}
