package io.sluice.telemetry;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import java.util.Collection;
import java.util.List;

/** Finished exchanges, by route. A route has no samples before its first exchange. */
final class RouteCollector extends Collector {
    private static final List<String> ROUTE = List.of("route");
    private static final List<String> STATUS = List.of("none", "1xx", "2xx", "3xx", "4xx", "5xx");

    private final Collection<RouteMetrics> rows;

    /** @param rows a live view */
    RouteCollector(Collection<RouteMetrics> rows) {
        this.rows = rows;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        CounterMetricFamily requests = new CounterMetricFamily(
                "sluice_requests",
                "Finished exchanges, by class of the status that the client got.",
                List.of("route", "status"));
        CounterMetricFamily opening = new CounterMetricFamily(
                "sluice_requests_on_new_connection",
                "Finished exchanges that were the first on an upstream connection.",
                ROUTE);
        CounterMetricFamily failures = new CounterMetricFamily(
                "sluice_failures", "Exchanges that failed, by cause.", List.of("route", "cause", "side"));
        CounterMetricFamily requestBytes = new CounterMetricFamily(
                "sluice_request_body_bytes", "Bytes of request bodies, without framing.", ROUTE);
        CounterMetricFamily responseBytes = new CounterMetricFamily(
                "sluice_response_body_bytes", "Bytes of response bodies, without framing.", ROUTE);
        LatencyFamily latency = new LatencyFamily(
                "sluice_request_duration_seconds",
                "Time from the end of a request's head to the end of its exchange.",
                ROUTE);
        for (RouteMetrics row : rows) {
            RouteMetrics.Figures figures = row.figures();
            if (figures != null) {
                List<String> route = List.of(row.route());
                addByStatus(requests, row.route(), figures);
                opening.addMetric(route, (double) figures.onNewConnection());
                addByCause(failures, row.route(), figures);
                requestBytes.addMetric(route, (double) figures.requestBytes());
                responseBytes.addMetric(route, (double) figures.responseBytes());
                latency.add(route, figures.latency(), figures.nanos());
            }
        }
        return List.of(requests, opening, latency.samples(), failures, requestBytes, responseBytes);
    }

    private static void addByStatus(CounterMetricFamily requests, String route, RouteMetrics.Figures figures) {
        for (int i = 0; i < STATUS.size(); i++) {
            if (figures.requests()[i] > 0) {
                requests.addMetric(List.of(route, STATUS.get(i)), (double) figures.requests()[i]);
            }
        }
    }

    private static void addByCause(CounterMetricFamily failures, String route, RouteMetrics.Figures figures) {
        figures.failures()
                .forEach((failure, count) -> failures.addMetric(
                        List.of(route, failure.cause(), failure.side().word()), count));
    }
}
