package io.sluice.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpMethod;
import io.sluice.config.DrainConfig;
import io.sluice.proxy.Listener;
import java.util.List;

/** Whether the gateway lives and is ready, and its end. */
final class LifeCalls {
    private final Control control;

    LifeCalls(Control control) {
        this.control = control;
    }

    List<Operation> operations() {
        return List.of(
                new Operation(HttpMethod.GET, "/healthz", Access.OPEN, false, request -> status(200, "ok")),
                new Operation(HttpMethod.GET, "/readyz", Access.OPEN, false, request -> ready()),
                Operation.get("/api/v1/drain", request -> AdminResponse.json(200, progress())),
                Operation.change(HttpMethod.POST, "/api/v1/drain", request -> drain()),
                Operation.change(HttpMethod.POST, "/api/v1/shutdown", request -> shutdown()));
    }

    private AdminResponse ready() {
        String why = control.notReady();
        return why == null ? status(200, "ready") : status(503, why);
    }

    private static AdminResponse status(int code, String status) {
        return AdminResponse.json(code, JsonNodeFactory.instance.objectNode().put("status", status));
    }

    private AdminResponse drain() {
        return begun("draining").then(control::startDrain);
    }

    private AdminResponse shutdown() {
        Runnable end = control.shutdown();
        return end == null
                ? AdminResponse.error(409, "whoever started this gateway ends it", "a process of sluice run")
                : begun("shutting down").then(end);
    }

    /** It begins when the answer is out, since it may take the admin listener away. */
    private AdminResponse begun(String status) {
        ObjectNode node = progress();
        node.put("status", status);
        return AdminResponse.json(202, node)
                .resulting(status + ", " + node.path("left").asInt() + " connections");
    }

    private ObjectNode progress() {
        DrainProgress progress = control.drainProgress();
        if (progress != null) {
            return progress.json();
        }
        int connections =
                control.listeners().stream().mapToInt(Listener::connections).sum();
        DrainConfig config = control.snapshot().config().drain();
        return new DrainProgress(DrainProgress.Phase.NONE, 0, config, connections, connections).json();
    }
}
