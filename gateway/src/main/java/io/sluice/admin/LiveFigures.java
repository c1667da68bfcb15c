package io.sluice.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.telemetry.ConnectionMetrics;
import io.sluice.telemetry.ConnectionMetrics.Rejection;
import io.sluice.telemetry.RouteMetrics;
import io.sluice.upstream.Endpoint;
import io.sluice.upstream.PoolFigures;
import io.sluice.upstream.Upstream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is going on, as JSON: each look tells what has happened since the one before. For one thread. Of routes the busiest
 * {@value #MOST} are told, of upstreams and listeners the first ones of the config.
 */
final class LiveFigures {
    static final int MOST = 100;
    private static final int MOST_ENDPOINTS = 100;

    private final Control control;
    private long lookedAt;
    private boolean looked;
    private Map<String, RouteMetrics.Figures> routes = new HashMap<>();
    private Map<String, Long> leases = new HashMap<>();
    private Map<String, long[]> listeners = new HashMap<>();

    LiveFigures(Control control) {
        this.control = control;
    }

    private record RouteRates(String name, Rates rates) {}

    /** @param now as {@link System#nanoTime}, later than the look before */
    ObjectNode look(long now) {
        long nanos = looked ? Math.max(now - lookedAt, 1) : 0;
        lookedAt = now;
        looked = true;
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("at", Instant.now().toString())
                .put("intervalMs", Millis.of(nanos))
                .put("version", control.snapshot().version())
                .put("ready", control.isReady());
        node.set("pending", HistoryCalls.pending(control.pending()));
        addRoutes(node, nanos);
        addUpstreams(node, nanos);
        addListeners(node, nanos);
        ObjectNode economics = EconomicsView.of(control);
        // they stand above, with more
        economics.remove(List.of("version", "listeners", "upstreams"));
        node.set("economics", economics);
        return node;
    }

    private void addRoutes(ObjectNode node, long nanos) {
        Map<String, RouteMetrics.Figures> now = new HashMap<>();
        List<RouteRates> busy = new ArrayList<>();
        Rates all = Rates.none();
        for (RouteMetrics row : control.telemetry().routes()) {
            RouteMetrics.Figures figures = row.figures();
            if (figures != null) {
                now.put(row.route(), figures);
                Rates rates = Rates.between(routes.get(row.route()), figures);
                all = all.plus(rates);
                busy.add(new RouteRates(row.route(), rates));
            }
        }
        routes = now;
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        if (nanos > 0) {
            all.addTo(node.putObject("requests"), nanos);
            busy.stream()
                    .sorted(Comparator.<RouteRates>comparingLong(
                                    row -> row.rates().exchanges())
                            .reversed())
                    .limit(MOST)
                    .forEach(row -> row.rates().addTo(list.addObject().put("name", row.name()), nanos));
        } else {
            node.putNull("requests");
        }
        node.set("routes", list);
    }

    private void addUpstreams(ObjectNode node, long nanos) {
        Map<String, Long> now = new HashMap<>();
        ArrayNode list = node.putArray("upstreams");
        for (Upstream upstream : control.snapshot().upstreams().values()) {
            if (list.size() < MOST) {
                ObjectNode row = list.addObject().put("name", upstream.name());
                ArrayNode endpoints = JsonNodeFactory.instance.arrayNode();
                long total = 0;
                for (Endpoint endpoint : upstream.endpoints()) {
                    PoolFigures pool = endpoint.pool().figures();
                    total += pool.leases();
                    if (endpoints.size() < MOST_ENDPOINTS) {
                        endpoints.add(endpoint(endpoint, pool));
                    }
                }
                now.put(upstream.name(), total);
                row.put("leasesPerSecond", rate(leases.get(upstream.name()), total, nanos));
                row.put("max", upstream.config().connections().max());
                row.set("endpoints", endpoints);
            }
        }
        leases = now;
    }

    private static ObjectNode endpoint(Endpoint endpoint, PoolFigures pool) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("address", endpoint.address())
                .put("available", endpoint.health().isAvailable())
                .put("open", pool.open())
                .put("used", pool.leased())
                .put("idle", pool.idle())
                .put("opening", pool.connecting())
                .put("waiting", pool.waiting())
                .put("leases", pool.leases());
    }

    private void addListeners(ObjectNode node, long nanos) {
        Map<String, long[]> now = new HashMap<>();
        ArrayNode list = node.putArray("listeners");
        for (ConnectionMetrics row : control.telemetry().listeners()) {
            if (list.size() < MOST) {
                long opened = row.openedInAll();
                long rejected = 0;
                for (Rejection why : Rejection.values()) {
                    rejected += row.rejectedInAll(why);
                }
                long[] before = listeners.get(row.listener());
                now.put(row.listener(), new long[] {opened, rejected});
                list.addObject()
                        .put("name", row.listener())
                        .put("openedPerSecond", rate(before == null ? null : before[0], opened, nanos))
                        .put("rejectedPerSecond", rate(before == null ? null : before[1], rejected, nanos))
                        .set("clientConnections", StatesView.of(row.counts()));
            }
        }
        listeners = now;
    }

    /** Null at the first look. */
    private static @Nullable Double rate(@Nullable Long before, long now, long nanos) {
        if (nanos == 0) {
            return null;
        }
        // a counter that has gone back has begun anew
        long since = before == null || before > now ? 0 : before;
        return Rates.perSecond(now - since, nanos);
    }
}
