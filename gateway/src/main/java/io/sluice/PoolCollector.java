package io.sluice;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.sluice.upstream.Endpoint;
import io.sluice.upstream.PoolFigures;
import io.sluice.upstream.Upstream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The pools of the snapshot in force, by upstream and endpoint. */
final class PoolCollector extends Collector {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final List<String> LABELS = List.of("upstream", "endpoint");

    private final Supplier<Collection<Upstream>> upstreams;

    /** @param upstreams those in force now */
    PoolCollector(Supplier<Collection<Upstream>> upstreams) {
        this.upstreams = upstreams;
    }

    /** An endpoint's figures, all taken at one time. */
    private record Row(List<String> labels, Endpoint endpoint, PoolFigures pool) {}

    @Override
    public List<MetricFamilySamples> collect() {
        List<Row> rows = new ArrayList<>();
        for (Upstream upstream : upstreams.get()) {
            for (Endpoint endpoint : upstream.endpoints()) {
                List<String> labels = List.of(upstream.name(), endpoint.address());
                rows.add(new Row(labels, endpoint, endpoint.pool().figures()));
            }
        }
        return List.of(
                gauge(
                        rows,
                        "sluice_pool_connections",
                        "Upstream connections open or being opened.",
                        r -> r.pool().open()),
                gauge(
                        rows,
                        "sluice_pool_connecting",
                        "Upstream connections being opened.",
                        r -> r.pool().connecting()),
                gauge(
                        rows,
                        "sluice_pool_leased",
                        "Upstream connections that carry an exchange.",
                        r -> r.pool().leased()),
                gauge(
                        rows,
                        "sluice_pool_idle",
                        "Upstream connections ready to be leased.",
                        r -> r.pool().idle()),
                gauge(
                        rows,
                        "sluice_pool_waiting",
                        "Exchanges that wait for an upstream connection.",
                        r -> r.pool().waiting()),
                gauge(
                        rows,
                        "sluice_endpoint_left_out",
                        "1 while the endpoint gets no exchanges, since it could not be reached or its name not be resolved.",
                        r -> r.endpoint().isLeftOut() ? 1 : 0),
                counter(
                        rows,
                        "sluice_pool_leases",
                        "Upstream connections handed to an exchange.",
                        r -> r.pool().leases()),
                counter(
                        rows,
                        "sluice_pool_leases_reused",
                        "Leases of a connection that had carried an exchange before.",
                        r -> r.pool().reused()),
                counter(
                        rows,
                        "sluice_pool_taken_over",
                        "Idle upstream connections moved to the event loop of an exchange that waited.",
                        r -> r.pool().takenOver()),
                counter(
                        rows,
                        "sluice_pool_opened",
                        "Upstream connections opened.",
                        r -> r.pool().opened()),
                counter(
                        rows,
                        "sluice_pool_connect_failures",
                        "Upstream connections that could not be opened.",
                        r -> r.pool().connectFailures()),
                closed(rows),
                counter(
                        rows,
                        "sluice_pool_waits",
                        "Exchanges that had to wait for an upstream connection.",
                        r -> r.pool().waits()),
                counter(
                        rows,
                        "sluice_pool_wait_seconds",
                        "Time that exchanges waited for upstream connections.",
                        r -> r.pool().waitNanos() / NANOS_PER_SECOND),
                gauge(
                        rows,
                        "sluice_pool_longest_wait_seconds",
                        "The longest time that an exchange waited for an upstream connection and got one.",
                        r -> r.pool().maxWaitNanos() / NANOS_PER_SECOND));
    }

    private static MetricFamilySamples gauge(List<Row> rows, String name, String help, ToDoubleFunction<Row> value) {
        GaugeMetricFamily family = new GaugeMetricFamily(name, help, LABELS);
        rows.forEach(row -> family.addMetric(row.labels(), value.applyAsDouble(row)));
        return family;
    }

    private static MetricFamilySamples counter(List<Row> rows, String name, String help, ToDoubleFunction<Row> value) {
        CounterMetricFamily family = new CounterMetricFamily(name, help, LABELS);
        rows.forEach(row -> family.addMetric(row.labels(), value.applyAsDouble(row)));
        return family;
    }

    private static MetricFamilySamples closed(List<Row> rows) {
        CounterMetricFamily family = new CounterMetricFamily(
                "sluice_pool_closed",
                "Upstream connections that were not kept, by reason.",
                List.of("upstream", "endpoint", "reason"));
        for (Row row : rows) {
            List<String> labels = row.labels();
            row.pool()
                    .closed()
                    .forEach((reason, count) ->
                            family.addMetric(List.of(labels.getFirst(), labels.getLast(), reason.cause()), count));
        }
        return family;
    }
}
