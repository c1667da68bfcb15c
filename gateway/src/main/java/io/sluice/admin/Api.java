package io.sluice.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the admin listener can be asked; docs/admin-api.md and {@link OpenApi} describe it. Called on virtual threads.
 *
 * <p>Each request goes the same way: which operation, may it be done, do it, write down what was changed.
 */
final class Api {
    private static final Logger log = LoggerFactory.getLogger(Api.class);

    private final Control control;
    private final Operations operations;
    private final Authorization authorization;
    private final Audit audit = new Audit();
    private final Dashboard dashboard = new Dashboard();
    private final LiveEvents events;

    /**
     * @param loopback only this machine reaches the listener
     */
    Api(Control control, boolean loopback) {
        this.control = control;
        this.events = new LiveEvents(control);
        this.authorization =
                new Authorization(() -> control.snapshot().config().admin(), loopback, new Guesses(System::nanoTime));
        List<Operation> all = new ArrayList<>();
        ConfigCalls config = new ConfigCalls(control);
        all.addAll(config.operations());
        all.addAll(new HistoryCalls(control, config).operations());
        all.addAll(new LifeCalls(control).operations());
        all.addAll(new ConnectionCalls(control).operations());
        all.addAll(new EndpointCall(control).operations());
        all.addAll(new LoginCalls(authorization).operations());
        all.addAll(new PlanCalls(control).operations());
        all.add(Operation.get("/api/v1/routes", request -> routes()));
        all.add(Operation.get("/api/v1/routes/figures", new RouteFigures(control)::list));
        all.add(Operation.get("/api/v1/upstreams", request -> upstreams()));
        all.add(Operation.get("/api/v1/listeners", request -> listeners()));
        all.add(Operation.get("/api/v1/economics", request -> AdminResponse.json(200, EconomicsView.of(control))));
        all.add(Operation.get("/api/v1/events", request -> events.subscribe()));
        all.add(Operation.get("/api/v1/tap", new TapCalls(control)::listen));
        all.add(Operation.get(
                "/api/v1/failures", new FailureCalls(control.telemetry().failures())::list));
        all.add(Operation.get("/api/v1/audit", this::audit));
        all.add(Operation.get("/api/v1/openapi.json", request -> AdminResponse.json(200, OpenApi.of(operations()))));
        all.add(Operation.get("/metrics", this::metrics));
        this.operations = new Operations(all);
    }

    Operations operations() {
        return operations;
    }

    /** Never fails: what goes wrong in here is a 500. */
    AdminResponse answer(AdminRequest request) {
        Operations.Match match = operations.find(request.method(), request.path());
        if (match instanceof Operations.Match.Unknown) {
            DashboardFile file = dashboard.find(request.path());
            if (file != null) {
                AdminResponse refusal =
                        authorization.judge(request, Access.OPEN).refusal();
                return refusal == null ? Dashboard.answer(file, request) : refusal;
            }
        }
        Operation operation = match instanceof Operations.Match.Found found ? found.operation() : null;
        // nobody learns without a token what paths there are
        Access needed = operation == null ? Access.READ : operation.access();
        Authorization.Verdict verdict = authorization.judge(request, needed);
        AdminResponse refusal = verdict.refusal();
        AdminResponse response = refusal == null ? answer(request.by(verdict.caller()), match) : refusal;
        if (operation != null && operation.changes()) {
            audit.record(request, verdict.caller().name(), response);
        }
        return response;
    }

    private static AdminResponse answer(AdminRequest request, Operations.Match match) {
        return switch (match) {
            case Operations.Match.Found found -> call(found.operation(), request.with(found.variables()));
            case Operations.Match.WrongMethod wrong ->
                AdminResponse.error(405, request.method() + " " + request.path(), wrong.allowed())
                        .with("allow", wrong.allowed());
            case Operations.Match.Unknown unknown ->
                AdminResponse.error(404, request.path() + ": no such path", unknown.paths());
        };
    }

    private static AdminResponse call(Operation operation, AdminRequest request) {
        try {
            return operation.call().answer(request);
        } catch (RuntimeException | IOException e) {
            log.error("{} {} failed", request.method(), request.path(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return AdminResponse.error(500, "internal error", "see the log");
    }

    // ---- what runs

    private AdminResponse routes() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        control.snapshot().config().routes().forEach(route -> list.add(RouteView.of(route)));
        return listed("routes", list);
    }

    private AdminResponse upstreams() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        control.snapshot().upstreams().values().forEach(upstream -> list.add(UpstreamView.of(upstream)));
        ObjectNode node = listing("upstreams", list);
        node.set("boundsMs", LatencyView.boundsMs());
        return AdminResponse.json(200, node);
    }

    private AdminResponse listeners() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        control.listeners().forEach(listener -> list.add(ListenerView.of(listener)));
        return listed("listeners", list);
    }

    private AdminResponse listed(String name, ArrayNode list) {
        return AdminResponse.json(200, listing(name, list));
    }

    private ObjectNode listing(String name, ArrayNode list) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("version", control.snapshot().version());
        node.set(name, list);
        return node;
    }

    private AdminResponse metrics(AdminRequest request) throws IOException {
        String type = TextFormat.chooseContentType(request.headers().get(HttpHeaderNames.ACCEPT));
        StringWriter out = new StringWriter();
        TextFormat.writeFormat(type, out, control.telemetry().registry().metricFamilySamples());
        return AdminResponse.text(200, type, out.toString());
    }

    // ---- the API itself

    private AdminResponse audit(AdminRequest request) {
        Parameters in = new Parameters(request, "limit");
        int limit = in.whole("limit", 100, 0, Audit.ROOM);
        if (in.problem() != null) {
            return in.problem();
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.set("changes", audit.latest(limit));
        return AdminResponse.json(200, node);
    }
}
