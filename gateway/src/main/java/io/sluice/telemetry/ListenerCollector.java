package io.sluice.telemetry;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import java.util.Collection;
import java.util.List;

/** Client connections, by listener. */
final class ListenerCollector extends Collector {
    private static final List<String> LABELS = List.of("listener");

    private final Collection<ConnectionMetrics> rows;

    /** @param rows a live view */
    ListenerCollector(Collection<ConnectionMetrics> rows) {
        this.rows = rows;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        GaugeMetricFamily open =
                new GaugeMetricFamily("sluice_client_connections", "Client connections held now.", LABELS);
        CounterMetricFamily opened = new CounterMetricFamily(
                "sluice_client_connections_opened", "Client connections taken on since the start.", LABELS);
        CounterMetricFamily rejected = new CounterMetricFamily(
                "sluice_client_connections_rejected",
                "Client connections refused, since the listener held as many as it may.",
                LABELS);
        for (ConnectionMetrics row : rows) {
            List<String> labels = List.of(row.listener());
            open.addMetric(labels, (double) row.open());
            opened.addMetric(labels, (double) row.openedInAll());
            rejected.addMetric(labels, (double) row.rejectedInAll());
        }
        return List.of(open, opened, rejected);
    }
}
