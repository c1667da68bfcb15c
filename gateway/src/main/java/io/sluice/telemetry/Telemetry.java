package io.sluice.telemetry;

/** Where the statistics of routes come from. */
public final class Telemetry implements AutoCloseable {
    /** The statistics of a route. */
    public RouteMetrics route(String name) {
        return new RouteMetrics(name);
    }

    @Override
    public void close() {}
}
