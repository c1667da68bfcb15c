package io.sluice;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.sluice.telemetry.LatencyCounts;
import io.sluice.telemetry.LatencyFamily;
import io.sluice.upstream.Endpoint;
import io.sluice.upstream.HealthFigures;
import io.sluice.upstream.HealthState;
import io.sluice.upstream.Upstream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** The health of the endpoints of the snapshot in force. */
final class HealthCollector extends Collector {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double PERCENT = 100;
    private static final List<String> UPSTREAM = List.of("upstream");
    private static final List<String> ENDPOINT = List.of("upstream", "endpoint");

    private final Supplier<Collection<Upstream>> upstreams;

    /** @param upstreams those in force now */
    HealthCollector(Supplier<Collection<Upstream>> upstreams) {
        this.upstreams = upstreams;
    }

    private record Row(String upstream, String endpoint, HealthFigures health) {
        List<String> labels() {
            return List.of(upstream, endpoint);
        }

        List<String> labels(String further) {
            return List.of(upstream, endpoint, further);
        }
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Collection<Upstream> all = upstreams.get();
        List<Row> rows = new ArrayList<>();
        for (Upstream upstream : all) {
            for (Endpoint endpoint : upstream.endpoints()) {
                rows.add(new Row(
                        upstream.name(), endpoint.address(), endpoint.health().figures()));
            }
        }
        List<MetricFamilySamples> families = new ArrayList<>(ofUpstreams(all));
        families.add(states(rows));
        families.add(leftOut(rows));
        families.add(weights(rows));
        families.add(failures(rows));
        families.add(ejections(rows));
        families.add(checks(rows));
        families.add(checkSeconds(rows));
        families.add(responseSeconds(all));
        return families;
    }

    private static List<MetricFamilySamples> ofUpstreams(Collection<Upstream> all) {
        GaugeMetricFamily panic = new GaugeMetricFamily(
                "sluice_upstream_panic",
                "1 while too few endpoints are available, so that checks and ejections are ignored.",
                UPSTREAM);
        CounterMetricFamily retries = new CounterMetricFamily(
                "sluice_upstream_retries",
                "Attempts made on another endpoint after one had failed, or had no connection for the request.",
                UPSTREAM);
        CounterMetricFamily denied = new CounterMetricFamily(
                "sluice_upstream_retries_denied",
                "Such attempts that were not made, since the budget of retries was used up.",
                UPSTREAM);
        for (Upstream upstream : all) {
            List<String> labels = List.of(upstream.name());
            panic.addMetric(labels, upstream.panics() ? 1 : 0);
            retries.addMetric(labels, (double) upstream.retries());
            denied.addMetric(labels, (double) upstream.retriesDenied());
        }
        return List.of(panic, retries, denied);
    }

    private static MetricFamilySamples responseSeconds(Collection<Upstream> all) {
        LatencyFamily family = new LatencyFamily(
                "sluice_endpoint_response_seconds",
                "Time from the lease of a connection to the head of the response, of attempts that got one.",
                ENDPOINT);
        for (Upstream upstream : all) {
            for (Endpoint endpoint : upstream.endpoints()) {
                LatencyCounts latency = endpoint.latency();
                family.add(List.of(upstream.name(), endpoint.address()), latency.counts(), latency.nanos());
            }
        }
        return family.samples();
    }

    private static MetricFamilySamples states(List<Row> rows) {
        GaugeMetricFamily family = new GaugeMetricFamily(
                "sluice_endpoint_health",
                "1 for the state that the endpoint is in, 0 for the others.",
                List.of("upstream", "endpoint", "state"));
        for (Row row : rows) {
            for (HealthState state : HealthState.values()) {
                family.addMetric(row.labels(state.word()), row.health.state() == state ? 1 : 0);
            }
        }
        return family;
    }

    private static MetricFamilySamples leftOut(List<Row> rows) {
        GaugeMetricFamily family = new GaugeMetricFamily(
                "sluice_endpoint_left_out",
                "1 while the endpoint is not available: it gets no exchanges as long as another one is.",
                ENDPOINT);
        rows.forEach(row -> family.addMetric(row.labels(), row.health.state() == HealthState.AVAILABLE ? 0 : 1));
        return family;
    }

    private static MetricFamilySamples weights(List<Row> rows) {
        GaugeMetricFamily family = new GaugeMetricFamily(
                "sluice_endpoint_weight",
                "The weight in force: that of the config or the one set by hand, less while the endpoint starts slowly.",
                ENDPOINT);
        rows.forEach(row -> family.addMetric(row.labels(), row.health.weight() * row.health.share() / PERCENT));
        return family;
    }

    private static MetricFamilySamples failures(List<Row> rows) {
        CounterMetricFamily family = new CounterMetricFamily(
                "sluice_endpoint_failures",
                "Attempts that failed and count against the endpoint; those that found no connection are not among them.",
                ENDPOINT);
        rows.forEach(row -> family.addMetric(row.labels(), (double) row.health.failures()));
        return family;
    }

    private static MetricFamilySamples ejections(List<Row> rows) {
        CounterMetricFamily family = new CounterMetricFamily(
                "sluice_endpoint_ejections",
                "Times that the endpoint was ejected, by cause.",
                List.of("upstream", "endpoint", "cause"));
        for (Row row : rows) {
            row.health.ejections().forEach((cause, count) -> family.addMetric(row.labels(cause), (double) count));
        }
        return family;
    }

    private static MetricFamilySamples checks(List<Row> rows) {
        CounterMetricFamily family = new CounterMetricFamily(
                "sluice_endpoint_checks", "Health checks, by their result.", List.of("upstream", "endpoint", "result"));
        for (Row row : rows) {
            HealthFigures.Checks checks = row.health.checks();
            if (checks != null) {
                checks.counts().forEach((outcome, count) -> family.addMetric(row.labels(outcome.word()), count));
            }
        }
        return family;
    }

    private static MetricFamilySamples checkSeconds(List<Row> rows) {
        GaugeMetricFamily family = new GaugeMetricFamily(
                "sluice_endpoint_check_seconds", "How long the latest health check took.", ENDPOINT);
        for (Row row : rows) {
            HealthFigures.Checks checks = row.health.checks();
            if (checks != null && checks.last() != null) {
                family.addMetric(row.labels(), checks.last().nanos() / NANOS_PER_SECOND);
            }
        }
        return family;
    }
}
