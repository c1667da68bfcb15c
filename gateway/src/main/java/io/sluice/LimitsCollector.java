package io.sluice;

import io.prometheus.client.Collector;
import io.prometheus.client.CounterMetricFamily;
import io.prometheus.client.GaugeMetricFamily;
import io.sluice.policy.RateLimit;
import io.sluice.policy.RouteGuard;
import io.sluice.proxy.OverloadFigures;
import io.sluice.proxy.Proxy;
import io.sluice.route.Route;
import io.sluice.route.RouteTable;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What limits hold, and whether the process is short of something. What they refused is among the failures. */
final class LimitsCollector extends Collector {
    private static final List<String> LABELS = List.of("route");
    private static final double PERCENT = 100;

    private final Proxy proxy;
    private final Supplier<RouteTable> routes;

    LimitsCollector(Proxy proxy, Supplier<RouteTable> routes) {
        this.proxy = proxy;
        this.routes = routes;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        GaugeMetricFamily keys = new GaugeMetricFamily(
                "sluice_rate_limit_keys", "Keys whose requests are counted for a rate limit now.", LABELS);
        CounterMetricFamily forgotten = new CounterMetricFamily(
                "sluice_rate_limit_keys_forgotten", "Keys that a rate limit forgot for want of room.", LABELS);
        for (Route route : routes.get().routes()) {
            RouteGuard guard = route.guard();
            RateLimit rate = guard == null ? null : guard.rate();
            if (rate != null) {
                keys.addMetric(List.of(route.name()), (double) rate.keys());
                forgotten.addMetric(List.of(route.name()), (double) rate.forgotten());
            }
        }
        OverloadFigures overload = proxy.overloadFigures();
        return List.of(
                keys,
                forgotten,
                new GaugeMetricFamily(
                        "sluice_overload_level",
                        "What is refused for want of memory or time: 0 nothing, 1 exchanges of low importance, 2 all but those of high importance, 3 all.",
                        overload.level()),
                new GaugeMetricFamily(
                        "sluice_memory_used_ratio",
                        "Part of the memory in use after a collection, as limits see it.",
                        overload.memoryPercent() / PERCENT),
                new GaugeMetricFamily(
                        "sluice_event_loop_lag_seconds",
                        "How late the latest event loop is, as limits see it.",
                        (double) overload.lagNanos() / TimeUnit.SECONDS.toNanos(1)));
    }
}
