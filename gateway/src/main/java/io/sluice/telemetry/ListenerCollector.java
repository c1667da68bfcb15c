package io.sluice.telemetry;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.sluice.telemetry.ConnectionMetrics.Ending;
import io.sluice.telemetry.ConnectionMetrics.HandshakeEnd;
import io.sluice.telemetry.ConnectionMetrics.Rejection;
import io.sluice.telemetry.ConnectionMetrics.Rest;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Client connections, by listener. */
final class ListenerCollector extends Collector {
    private static final List<String> LABELS = List.of("listener");
    private static final List<String> LABELS_AND_STATE = List.of("listener", "state");
    private static final List<String> LABELS_AND_CAUSE = List.of("listener", "cause");

    private final Collection<ConnectionMetrics> rows;

    /** @param rows a live view */
    ListenerCollector(Collection<ConnectionMetrics> rows) {
        this.rows = rows;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        GaugeMetricFamily connections = new GaugeMetricFamily(
                "sluice_client_connections", "Client connections held now, by state.", LABELS_AND_STATE);
        GaugeMetricFamily parked = new GaugeMetricFamily(
                "sluice_client_parked_bytes",
                "What the parked client connections weigh in the heap, by accounting.",
                LABELS);
        CounterMetricFamily opened = new CounterMetricFamily(
                "sluice_client_connections_opened", "Client connections taken on since the start.", LABELS);
        CounterMetricFamily rejected = new CounterMetricFamily(
                "sluice_client_connections_rejected",
                "Client connections closed as soon as they were accepted, by cause.",
                LABELS_AND_CAUSE);
        CounterMetricFamily ended = new CounterMetricFamily(
                "sluice_client_connections_ended",
                "Client connections that Sluice ended by itself, by cause.",
                LABELS_AND_CAUSE);
        CounterMetricFamily rests = new CounterMetricFamily(
                "sluice_accept_rests", "Times that accepting rested, by cause.", LABELS_AND_CAUSE);
        CounterMetricFamily handshakes = new CounterMetricFamily(
                "sluice_tls_handshakes", "TLS handshakes with clients, by their end.", List.of("listener", "end"));
        for (ConnectionMetrics row : rows) {
            List<String> labels = List.of(row.listener());
            ConnectionCounts counts = row.counts();
            addByState(connections, row.listener(), counts);
            parked.addMetric(labels, (double) row.parkedBytes(counts));
            opened.addMetric(labels, (double) row.openedInAll());
            for (Rejection why : Rejection.values()) {
                rejected.addMetric(List.of(row.listener(), label(why)), (double) row.rejectedInAll(why));
            }
            for (Ending why : Ending.values()) {
                ended.addMetric(List.of(row.listener(), label(why)), (double) row.endedInAll(why));
            }
            for (HandshakeEnd how : HandshakeEnd.values()) {
                handshakes.addMetric(List.of(row.listener(), label(how)), (double) row.handshakesInAll(how));
            }
            for (Rest why : Rest.values()) {
                rests.addMetric(List.of(row.listener(), label(why)), (double) row.restedInAll(why));
            }
        }
        return List.of(connections, parked, opened, rejected, ended, rests, handshakes);
    }

    private static void addByState(GaugeMetricFamily family, String listener, ConnectionCounts counts) {
        family.addMetric(List.of(listener, "handshaking"), counts.handshaking());
        family.addMetric(List.of(listener, "active"), counts.active());
        family.addMetric(List.of(listener, "tunnel"), counts.tunnel());
        family.addMetric(List.of(listener, "parked"), counts.parked());
        family.addMetric(List.of(listener, "draining"), counts.draining());
    }

    /** Lower case with hyphens, as the causes of failed exchanges. */
    private static String label(Enum<?> cause) {
        return cause.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
