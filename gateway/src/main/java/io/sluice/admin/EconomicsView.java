package io.sluice.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.proxy.Descriptors;
import io.sluice.telemetry.ConnectionCounts;
import io.sluice.telemetry.ConnectionMetrics;
import io.sluice.telemetry.Telemetry.Served;
import io.sluice.upstream.Endpoint;
import io.sluice.upstream.PoolFigures;
import io.sluice.upstream.Upstream;
import io.sluice.wire.ResponseMemory;
import org.jspecify.annotations.Nullable;

/** How many clients are held with how little, as JSON: each figure is read once, and what follows from it is computed. */
final class EconomicsView {
    private static final double DIGITS = 10_000;

    private EconomicsView() {}

    static ObjectNode of(Control control) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("version", control.snapshot().version());
        ArrayNode listeners = JsonNodeFactory.instance.arrayNode();
        Clients clients = Clients.NONE;
        for (ConnectionMetrics row : control.telemetry().listeners()) {
            Clients own = Clients.of(row);
            clients = clients.plus(own);
            listeners.add(own.addTo(JsonNodeFactory.instance.objectNode().put("name", row.listener()))
                    .put("bytesPerParkedConnection", row.parkedBytesEach(own.counts)));
        }
        ArrayNode upstreams = JsonNodeFactory.instance.arrayNode();
        Pools pools = Pools.NONE;
        for (Upstream upstream : control.snapshot().upstreams().values()) {
            Pools own = Pools.of(upstream);
            pools = pools.plus(own);
            upstreams.add(own.addTo(JsonNodeFactory.instance.objectNode().put("name", upstream.name())));
        }
        clients.addTo(node);
        int parked = clients.counts.parked();
        node.put("bytesPerParkedConnection", parked == 0 ? null : clients.parkedBytes / parked);
        pools.addTo(node);
        node.put("multiplexRatio", ratio(clients.counts.total(), pools.open));
        Served served = control.telemetry().served();
        node.put("requests", served.exchanges());
        node.put("servedWithoutOpening", ratio(served.exchanges() - served.onNewConnection(), served.exchanges()));
        node.set("descriptors", descriptors(control.descriptors()));
        node.set("responseMemory", responseMemory(control.responseMemory()));
        node.set("listeners", listeners);
        node.set("upstreams", upstreams);
        return node;
    }

    /** Null where there is nothing to divide by. */
    private static @Nullable Double ratio(long part, long of) {
        return of == 0 ? null : Math.floor(part * DIGITS / of) / DIGITS;
    }

    private static ObjectNode descriptors(Descriptors figures) {
        boolean known = figures.isKnown();
        return JsonNodeFactory.instance
                .objectNode()
                .put("limit", known ? figures.limit() : null)
                .put("own", figures.own())
                .put("upstreams", known ? figures.upstreams() : null)
                .put("clients", known ? figures.clients() : null)
                .put("taken", figures.taken())
                .put("free", known ? figures.free() : null);
    }

    private static ObjectNode responseMemory(ResponseMemory figures) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("budget", figures.budget())
                .put("used", figures.used())
                .put("clients", figures.clients());
    }

    /** Client connections of one listener or of all. */
    private record Clients(ConnectionCounts counts, long parkedBytes) {
        static final Clients NONE = new Clients(ConnectionCounts.NONE, 0);

        static Clients of(ConnectionMetrics row) {
            ConnectionCounts counts = row.counts();
            return new Clients(counts, row.parkedBytes(counts));
        }

        Clients plus(Clients other) {
            return new Clients(counts.plus(other.counts), parkedBytes + other.parkedBytes);
        }

        ObjectNode addTo(ObjectNode node) {
            node.set("clientConnections", StatesView.of(counts));
            return node.put("parkedBytes", parkedBytes);
        }
    }

    /** Upstream connections of one upstream or of all. */
    private record Pools(
            long open,
            long used,
            long idle,
            long opening,
            long streams,
            long max,
            long waiting,
            long leases,
            long reused) {
        static final Pools NONE = new Pools(0, 0, 0, 0, 0, 0, 0, 0, 0);

        static Pools of(Upstream upstream) {
            Pools sum = NONE;
            int max = upstream.config().connections().max();
            for (Endpoint endpoint : upstream.endpoints()) {
                PoolFigures pool = endpoint.pool().figures();
                sum = sum.plus(new Pools(
                        pool.open(),
                        pool.leased(),
                        pool.idle(),
                        pool.connecting(),
                        pool.streams(),
                        max,
                        pool.waiting(),
                        pool.leases(),
                        pool.reused()));
            }
            return sum;
        }

        Pools plus(Pools other) {
            return new Pools(
                    open + other.open,
                    used + other.used,
                    idle + other.idle,
                    opening + other.opening,
                    streams + other.streams,
                    max + other.max,
                    waiting + other.waiting,
                    leases + other.leases,
                    reused + other.reused);
        }

        ObjectNode addTo(ObjectNode node) {
            node.putObject("upstreamConnections")
                    .put("open", open)
                    .put("used", used)
                    .put("idle", idle)
                    .put("opening", opening)
                    .put("streams", streams)
                    .put("max", max);
            return node.put("waiting", waiting).put("leases", leases).put("reuseRate", ratio(reused, leases));
        }
    }
}
