package io.sluice;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.sluice.upstream.Endpoint;
import io.sluice.upstream.IdleFigures;
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

    private static final List<Figure> GAUGES = List.of(
            new Figure("sluice_pool_connections", "Upstream connections open or being opened.", row -> row.pool.open()),
            new Figure("sluice_pool_connecting", "Upstream connections being opened.", row -> row.pool.connecting()),
            new Figure("sluice_pool_leased", "Upstream connections that carry an exchange.", row -> row.pool.leased()),
            new Figure("sluice_pool_idle", "Upstream connections ready to be leased.", row -> row.pool.idle()),
            new Figure(
                    "sluice_pool_streams",
                    "Exchanges that share upstream connections, as streams of HTTP/2.",
                    row -> row.pool.streams()),
            new Figure(
                    "sluice_pool_waiting",
                    "Exchanges that wait for an upstream connection.",
                    row -> row.pool.waiting()),
            new Figure(
                    "sluice_pool_longest_wait_seconds",
                    "The longest time that an exchange waited for an upstream connection and got one.",
                    row -> row.pool.maxWaitNanos() / NANOS_PER_SECOND),
            new Figure(
                    "sluice_pool_idle_limit_seconds",
                    "How long an unused upstream connection is used again: learned, or configured if that is less.",
                    row -> row.idle.limitNanos() / NANOS_PER_SECOND),
            new Figure(
                    "sluice_pool_idle_told_seconds",
                    "What the endpoint says in Keep-Alive: timeout; NaN where it says nothing.",
                    row -> row.idle.toldNanos() == 0 ? Double.NaN : row.idle.toldNanos() / NANOS_PER_SECOND),
            new Figure(
                    "sluice_pool_idle_seen_seconds",
                    "How old idle upstream connections were when the endpoint closed them; NaN where it didn't.",
                    row -> row.idle.seenNanos() == 0 ? Double.NaN : row.idle.seenNanos() / NANOS_PER_SECOND),
            new Figure(
                    "sluice_pool_proven_seconds",
                    "As the limit, for requests that can't be sent again; 0: they get new connections.",
                    row -> row.idle.provenNanos() / NANOS_PER_SECOND));

    private static final List<Figure> COUNTERS = List.of(
            new Figure("sluice_pool_leases", "Upstream connections handed to an exchange.", row -> row.pool.leases()),
            new Figure(
                    "sluice_pool_leases_reused",
                    "Leases of a connection that had carried an exchange before.",
                    row -> row.pool.reused()),
            new Figure(
                    "sluice_pool_taken_over",
                    "Idle upstream connections moved to the event loop of an exchange that waited.",
                    row -> row.pool.takenOver()),
            new Figure("sluice_pool_opened", "Upstream connections opened.", row -> row.pool.opened()),
            new Figure(
                    "sluice_pool_connect_failures",
                    "Upstream connections that could not be opened.",
                    row -> row.pool.connectFailures()),
            new Figure(
                    "sluice_pool_waits",
                    "Exchanges that had to wait for an upstream connection and got one.",
                    row -> row.pool.waits()),
            new Figure(
                    "sluice_pool_wait_seconds",
                    "How long all of these waited together.",
                    row -> row.pool.waitNanos() / NANOS_PER_SECOND),
            new Figure(
                    "sluice_pool_lost",
                    "Requests sent on a used upstream connection just as its endpoint closed it.",
                    row -> row.idle.lost()));

    private final Supplier<Collection<Upstream>> upstreams;

    /** @param upstreams those in force now */
    PoolCollector(Supplier<Collection<Upstream>> upstreams) {
        this.upstreams = upstreams;
    }

    /** An endpoint's figures, all taken at one time. */
    private record Row(List<String> labels, PoolFigures pool, IdleFigures idle) {}

    private record Figure(String name, String help, ToDoubleFunction<Row> value) {}

    @Override
    public List<MetricFamilySamples> collect() {
        List<Row> rows = new ArrayList<>();
        for (Upstream upstream : upstreams.get()) {
            for (Endpoint endpoint : upstream.endpoints()) {
                List<String> labels = List.of(upstream.name(), endpoint.address());
                rows.add(new Row(
                        labels, endpoint.pool().figures(), endpoint.pool().idleFigures()));
            }
        }
        List<MetricFamilySamples> families = new ArrayList<>();
        for (Figure figure : GAUGES) {
            GaugeMetricFamily family = new GaugeMetricFamily(figure.name, figure.help, LABELS);
            rows.forEach(row -> family.addMetric(row.labels, figure.value.applyAsDouble(row)));
            families.add(family);
        }
        for (Figure figure : COUNTERS) {
            CounterMetricFamily family = new CounterMetricFamily(figure.name, figure.help, LABELS);
            rows.forEach(row -> family.addMetric(row.labels, figure.value.applyAsDouble(row)));
            families.add(family);
        }
        families.add(closed(rows));
        return families;
    }

    private static MetricFamilySamples closed(List<Row> rows) {
        CounterMetricFamily family = new CounterMetricFamily(
                "sluice_pool_closed",
                "Upstream connections that were not kept, by reason.",
                List.of("upstream", "endpoint", "reason"));
        for (Row row : rows) {
            List<String> labels = row.labels;
            row.pool.closed().forEach((reason, count) -> {
                family.addMetric(List.of(labels.getFirst(), labels.getLast(), reason.cause()), count);
            });
        }
        return family;
    }
}
