package io.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.NetUtil;
import io.sluice.config.Network;
import io.sluice.http.Peer;
import io.sluice.proxy.ClientRow;
import io.sluice.proxy.Clients;
import io.sluice.proxy.RunningExchange;
import io.sluice.telemetry.ConnectionCounts;
import io.sluice.telemetry.ConnectionMetrics;
import io.sluice.telemetry.ConnectionStates;
import io.sluice.wire.Wire;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Client connections: seen one by one, and closed. */
final class ConnectionCalls {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String PATH = "/api/v1/connections";
    private static final int MOST = 1000;
    private static final int MOST_ADDRESSES = 100;

    private final Control control;

    ConnectionCalls(Control control) {
        this.control = control;
    }

    List<Operation> operations() {
        return List.of(
                Operation.get(PATH, this::list), Operation.change(HttpMethod.DELETE, PATH + "/{id}", this::close));
    }

    private AdminResponse list(AdminRequest request) throws InterruptedException {
        Parameters in = new Parameters(request, "listener", "state", "address", "limit", "top");
        Clients.Wanted wanted = new Clients.Wanted(
                in.text("listener"),
                in.word("state", ConnectionStates.State.class),
                in.network("address"),
                in.whole("limit", 100, 0, MOST),
                in.whole("top", 0, 0, MOST_ADDRESSES));
        if (in.problem() != null) {
            return in.problem();
        }
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("version", control.snapshot().version());
        ConnectionCounts all = ConnectionCounts.NONE;
        ArrayNode listeners = JsonNodeFactory.instance.arrayNode();
        for (ConnectionMetrics row : control.telemetry().listeners()) {
            ConnectionCounts own = row.counts();
            all = all.plus(own);
            listeners.addObject().put("name", row.listener()).set("clientConnections", StatesView.of(own));
        }
        node.set("clientConnections", StatesView.of(all));
        node.set("listeners", listeners);
        add(control.clients().find(wanted, PATIENCE), node);
        return AdminResponse.json(200, node);
    }

    private static void add(Clients.Found found, ObjectNode node) {
        node.put("matched", found.matched()).put("complete", found.complete());
        ArrayNode addresses = node.putArray("addresses");
        found.addresses()
                .forEach((address, count) ->
                        addresses.addObject().put("address", Peer.text(address)).put("connections", count));
        node.put("uncountedAddresses", found.uncounted());
        ArrayNode connections = node.putArray("connections");
        found.rows().forEach(row -> connections.add(row(row)));
    }

    private static ObjectNode row(ClientRow row) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("id", row.id())
                .put(
                        "client",
                        row.peer().equals(Wire.UNIX)
                                ? Network.UNIX.toString()
                                : NetUtil.toSocketAddressString(row.peer()))
                .put("listener", row.listener())
                .put("loop", row.loop())
                .put("state", Words.of(row.state()))
                .put("stateMs", Millis.of(row.stateNanos()))
                .put("protocol", row.protocol())
                .put("exchanges", row.exchanges());
        node.set("exchange", exchange(row.exchange()));
        return node;
    }

    private static JsonNode exchange(@Nullable RunningExchange exchange) {
        if (exchange == null) {
            return JsonNodeFactory.instance.nullNode();
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("route", exchange.route())
                .put("upstream", exchange.upstream())
                .put("endpoint", exchange.endpoint())
                .put("attempts", exchange.attempts())
                .put("connected", exchange.connected())
                .put("elapsedMs", Millis.of(exchange.nanos()));
    }

    private AdminResponse close(AdminRequest request) throws InterruptedException {
        String id = request.variable("id");
        return control.clients().close(id, PATIENCE)
                ? AdminResponse.empty(204)
                : AdminResponse.error(404, "connection " + id + ": not open", "an id that GET " + PATH + " gave");
    }
}
